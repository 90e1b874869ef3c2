"""`aws_iam_policy_document`: from its blocks to the document that the provider makes of them.

Source: the provider's documentation of the data source ("Argument Reference", "Combining
Multiple Policies") and the documents that `terraform plan` shows for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Text, text
from auditor.sources.declared.declaration import doubt_about_part
from auditor.sources.errors import SourceError
from auditor.sources.terraform.evaluation.json_text import decoded_json
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    PerhapsSpread,
    as_open_elements,
    as_text,
)
from auditor.sources.terraform.interface import View

_MOST_STATEMENTS = 2_000
"""Statements of the largest document that is made; AWS takes no document of so many."""
_ELEMENTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def render(view: View) -> Node:
    """The document as a node: each statement, action and resource has the place where it was
    written."""
    members: list[Member] = []
    version = view.argument("version")
    members.append(_member("Version", version or Node(text("2012-10-17"), view.origin)))
    identifier = view.argument("policy_id")
    if identifier is not None:
        members.append(_member("Id", identifier))
    statements: list[Node] = []
    for source in _documents(view, "source_policy_documents", "source_json"):
        _merge(statements, _statements_of(source))
    _merge(statements, [_statement(block) for block in view.blocks("statement")])
    for override in _documents(view, "override_policy_documents", "override_json"):
        _merge(statements, _statements_of(override))
    members.append(_member("Statement", Node(tuple(statements), view.origin)))
    return Node(Members(tuple(members)), view.origin)


def _documents(view: View, plural: str, singular: str) -> Iterator[Node]:
    several, one = view.argument(plural), view.argument(singular)
    if one is not None:
        yield one
    if several is not None:
        try:
            yield from as_open_elements(several)
        except (EvaluationError, NotKnownError):
            yield several


def _statements_of(document: Node) -> Sequence[Node]:
    """The statements of another document; one unknown statement where it cannot be read."""
    try:
        value = decoded_json(document)
    except SourceError:
        value = document
    if value.text is not None and not value.text:
        return ()
    found = value.members.get("Statement") if value.members is not None else None
    if found is None:
        hole = value.unknown
        return () if value.members is not None else (Node(text(hole) if hole else value.value, value.origin),)
    return found.items if found.items is not None else (found,)


def _merge(statements: list[Node], more: Sequence[Node]) -> None:
    """Append statements; one with a Sid takes the place of the earlier one with the same Sid."""
    if len(statements) + len(more) > _MOST_STATEMENTS:
        raise NotKnownError
    places = {sid: place for place, other in enumerate(statements) if (sid := _sid(other)) is not None}
    for statement in more:
        sid = _sid(statement)
        same = places.get(sid) if sid is not None else None
        if same is None:
            if sid is not None:
                places[sid] = len(statements)
            statements.append(statement)
        else:
            statements[same] = statement


def _sid(statement: Node) -> Text | None:
    sid = statement.members.get("Sid") if statement.members is not None else None
    return sid.text if sid is not None and sid.text else None


def _statement(view: View) -> Node:
    if view.unknown is not None:
        return _perhaps(view.unknown, view.there())
    members: list[Member] = []
    sid = view.argument("sid")
    if sid is not None and sid.text:
        members.append(_member("Sid", sid, view.place("sid")))
    effect = view.argument("effect")
    members.append(_member("Effect", effect or Node(text("Allow"), view.origin), view.place("effect")))
    for argument, element in _ELEMENTS:
        value = view.argument(argument)
        if value is not None and value.value != ():
            shown = _strings(value, variables="resource" in argument)
            members.append(_member(element, shown, view.place(argument)))
    for blocks, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principal = _principals(view.blocks(blocks))
        if principal is not None:
            members.append(_member(element, principal))
    conditions = _conditions(view.blocks("condition"))
    if conditions is not None:
        members.append(_member("Condition", conditions))
    return Node(Members(tuple(members)), view.origin)


def _perhaps(unknown: Node, view: View | None) -> Node:
    """The statement of a dynamic block that may not be there; the hole alone where next to nothing
    is known of it either."""
    body = _statement(view) if view is not None else unknown
    if body.members is None:
        return unknown
    effect = body.members.get("Effect")
    actions = body.members.get("Action") or body.members.get("NotAction")
    named = actions.items if actions is not None and actions.items is not None else (actions,)
    denies = effect is not None and effect.text == text("Deny")
    if not denies and all(action is not None and action.unknown is not None for action in named):
        return unknown
    return PerhapsSpread(unknown.value, unknown.origin, body=body, why=doubt_about_part(unknown.origin.address or ""))


def _principals(views: Sequence[View]) -> Node | None:
    by_type: dict[Text, tuple[list[Node], Origin]] = {}
    for view in views:
        type_ = view.argument("type")
        identifiers = view.argument("identifiers")
        if view.unknown is not None:
            return view.unknown
        if type_ is None or identifiers is None:
            continue
        values = _strings(identifiers)
        kept = by_type.setdefault(as_text(type_), ([], view.origin))[0]
        kept.extend(values.items if values.items is not None else (values,))
    if not by_type:
        return None
    everyone = by_type.get(text("*"))
    if len(by_type) == 1 and everyone is not None and all(value.text == text("*") for value in everyone[0]):
        return everyone[0][0] if everyone[0] else None
    members = tuple(Member(type_, Node(tuple(values), at), at) for type_, (values, at) in by_type.items())
    return Node(Members(members), next(iter(by_type.values()))[1])


def _conditions(views: Sequence[View]) -> Node | None:
    operators: dict[Text, dict[Text, list[Node]]] = {}
    places: dict[tuple[Text, Text], Origin] = {}
    for view in views:
        if view.unknown is not None:
            return view.unknown
        test, variable, values = (view.argument(name) for name in ("test", "variable", "values"))
        if test is None or variable is None or values is None:
            continue
        shown = _strings(values)
        operator, key = as_text(test), as_text(variable)
        kept = operators.setdefault(operator, {}).setdefault(key, [])
        kept.extend(shown.items if shown.items is not None else (shown,))
        places.setdefault((operator, key), view.origin)
    if not operators:
        return None
    members: list[Member] = []
    for operator, keys in operators.items():
        inner = [Member(k, Node(tuple(v), places[operator, k]), places[operator, k]) for k, v in keys.items()]
        members.append(Member(operator, Node(Members(tuple(inner)), inner[0].origin), inner[0].origin))
    return Node(Members(tuple(members)), members[0].origin)


def _strings(value: Node, *, variables: bool = True) -> Node:
    """A list of strings; with `variables`, `&{...}` is written as the policy variable that it
    stands for."""
    if value.items is not None:
        return Node(tuple(_strings(item, variables=variables) for item in value.items), value.origin)
    if value.value is None or value.members is not None or value.unknown is not None:
        return value
    written = as_text(value)
    return Node(written.map(lambda part: part.replace("&{", "${")) if variables else written, value.origin)


def _member(key: str, value: Node, origin: Origin = NOWHERE) -> Member:
    return Member(text(key), value, origin if origin is not NOWHERE else value.origin)
