"""Policy documents in templates: objects, or their JSON text, with choices in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from auditor.iam.document import Defect, DefectKind, Policy, PolicyKind, UnknownStatement
from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Members, Node
from auditor.iam.parse import parse_policy
from auditor.iam.text import text
from auditor.sources.cloudformation.choice import CERTAIN, Choice, Literals, contradict, first_choice, items, variants
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.places import everywhere

_LISTS = ("Action", "Resource")


class Case(Frozen):
    """A statement, and what must be true for it to be there."""

    literals: Literals
    statement: Node


def read_policy(document: Node, kind: PolicyKind, why: Callable[[Literals], str], given: Literals = CERTAIN) -> Policy:
    """The policy that a property holds where `given` is true. `why` says, as a clause, why a part
    that hangs on literals may not be there; empty where it is. Never raises: a text that is no
    JSON gives a policy with that defect, which may allow anything."""
    try:
        value = decoded(document)
    except SourceError as error:
        defect = Defect(
            DefectKind.MALFORMED, f"the policy's text is no JSON: {error.message}", error.origin, error.help
        )
        unknown = UnknownStatement(text("a policy that could not be read"), document.origin)
        return Policy(kind, unknown=(unknown,), defects=(defect,), origin=document.origin)
    if first_choice(value) is None:
        return parse_policy(value, kind)
    found = list(_cases(value, given))
    if not found:
        return parse_policy(value, kind)
    parsed = parse_policy(_with_statements(value, tuple(case.statement for case in found)), kind)
    marked = (replace(s, uncertain=why(found[s.index].literals - given)) for s in parsed.statements)
    return replace(parsed, statements=tuple(marked))


def statements_of(document: Node, given: Literals = CERTAIN) -> tuple[Case, ...]:
    """The statements of a document in every case that its choices tell apart. Raises SourceError
    where it is a text that is no JSON."""
    value = decoded(document)
    return tuple(_cases(value, given)) or (Case(given, value),)


def decoded(document: Node) -> Node:
    """The document itself, where a property holds its text. Raises SourceError where that is no
    JSON."""
    if document.text is None or document.unknown is not None:
        return document
    return parse_json(document.text, everywhere(document.origin))


def _cases(document: Node, given: Literals) -> Iterator[Case]:
    for literals, case in _branches(document, given):
        listed = case.members.get("Statement") if case.members is not None else None
        if listed is None:
            continue
        for more, statement in items(listed, literals):
            yield from _statement_cases(statement, more)


def _branches(value: Node, given: Literals) -> Iterator[tuple[Literals, Node]]:
    """The cases of a value that is itself a choice."""
    if not isinstance(value, Choice):
        yield given, value
        return
    for literals, branch in ((value.holding, value.then), (value.failing, value.otherwise)):
        if branch is not None and not contradict(literals, given):
            yield from _branches(branch, given | literals)


def _statement_cases(statement: Node, given: Literals) -> Iterator[Case]:
    """A statement in each case. Several statements of one source have one Sid between them."""
    cases = list(_by_item(statement, given)) or [Case(more, case) for more, case in variants(statement, given)]
    for position, case in enumerate(cases):
        yield case if position == 0 else Case(case.literals, _without_sid(case.statement))


def _by_item(statement: Node, given: Literals) -> Iterator[Case]:
    """Where the choices are items of one list of actions or resources: what the others allow is
    there in any case."""
    members = statement.members
    if members is None:
        return
    held = [member for member in members if first_choice(member.value) is not None]
    if len(held) != 1 or str(held[0].key) not in _LISTS or isinstance(held[0].value, Choice):
        return
    listed = held[0].value.items or ()
    certain = tuple(item for item in listed if first_choice(item) is None)
    open_ = tuple(item for item in listed if first_choice(item) is not None)
    if not certain or not all(isinstance(item, Choice) for item in open_):
        return
    yield Case(given, _with(statement, held[0], certain))
    for literals, item in items(Node(open_, held[0].value.origin), given):
        for more, case in variants(item, literals):
            yield Case(more, _with(statement, held[0], (case,)))


def _with(statement: Node, member: Member, listed: tuple[Node, ...]) -> Node:
    changed = Member(member.key, Node(listed, member.value.origin), member.origin)
    kept = (changed if other is member else other for other in statement.members or ())
    return Node(Members(tuple(kept)), statement.origin)


def _without_sid(statement: Node) -> Node:
    if statement.members is None:
        return statement
    kept = (member for member in statement.members if member.key != text("Sid"))
    return Node(Members(tuple(kept)), statement.origin)


def _with_statements(document: Node, statements: tuple[Node, ...]) -> Node:
    _, first = next(_branches(document, CERTAIN), (CERTAIN, document))
    kept = [member for member in first.members or () if member.key != text("Statement")]
    listed = Member(text("Statement"), Node(statements, document.origin), document.origin)
    return Node(Members((*kept, listed)), document.origin)
