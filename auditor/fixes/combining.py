"""Several candidates as one: their changes together, as the operations that carry them out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import count

from msgspec.structs import replace

from auditor.estate.function import Function
from auditor.estate.role import Role, RolePolicy
from auditor.fixes.candidate import Candidate, Change, TakeOut
from auditor.fixes.narrow import plain_id
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Condition, PrincipalPattern, Quantifier, Statement
from auditor.iam.operators import meaning
from auditor.iam.request import service
from auditor.iam.statements import allow, bare
from auditor.needs.assume import ASSUME_ROLE, LAMBDA

_MOST_PIECES = 20
"""A statement that would be written as more permissions than this stays one."""
_LONGEST = 100
"""A title of several parts is no longer than this."""
_ORDER = (AddPermission, AddInlinePolicy, ReplaceStatement, ReplaceTrust, RemovePermission, DetachPolicy)
"""What adds comes before what removes."""


class ContradictionError(Exception):
    """Two candidates put different things in the place of one statement."""


def combine(candidates: Sequence[Candidate]) -> Candidate:
    """The candidates as one that does all that they do. Where its title would be long, it tells how
    much is mended, and the advice tells how."""
    parts = tuple(part for candidate in candidates for part in candidate.parts or (candidate,))
    titles: dict[str, dict[str, None]] = {}
    for part in parts:
        titles.setdefault(part.title, {}).update(dict.fromkeys(part.names))
    told = [Candidate(title, names=tuple(names)).told for title, names in titles.items()]
    changes = tuple(dict.fromkeys(change for candidate in candidates for change in candidate.changes))
    taken = {(change.holder.key, change.statement) for change in changes if isinstance(change, TakeOut)}
    several_blocks = len([True for _, statement in taken if statement.origin.address]) > 1
    adding = any(isinstance(change, AddPermission) for change in changes)
    title = ", and ".join([told[0], *(_lowered(other) for other in told[1:])])
    advice = ""
    if len(told) == 1 and len(taken) > 1:
        title = f"{title}: {len(taken)} statements together"
    elif len(told) > 1 and len(title) > _LONGEST:
        title, advice = _short_title(changes), "; ".join([told[0], *(_lowered(other) for other in told[1:])])
    return Candidate(
        title,
        changes,
        tuple(dict.fromkeys(a for candidate in candidates for a in candidate.assumptions)),
        advice,
        gap=any(candidate.gap for candidate in candidates) or (several_blocks and adding),
        parts=parts,
    )


def _short_title(changes: Iterable[Change]) -> str:
    """What the changes mend, and how much of it."""
    places: dict[str, dict[Hashable, None]] = {}
    for change in changes:
        whose, place = _mended(change)
        places.setdefault(whose, {}).update({} if place is None else {place: None})
    several = [f"{len(found)} {whose}" for whose, found in places.items() if len(found) > 1]
    if len(several) == len(places):
        return f"Mend {' and '.join(several)} together"
    return f"Mend the {' and the '.join(places)} together"


def _mended(change: Change) -> tuple[str, Hashable | None]:
    """Whose permissions or statements a change mends, and which, if it changes one that is there."""
    match change:
        case TakeOut(holder=Function() as function, statement=statement):
            return f"permissions of `{function.title}`", statement
        case RemovePermission(function=function, statement=statement):
            return f"permissions of `{function.title}`", statement
        case AddPermission(function=function):
            return f"permissions of `{function.title}`", None
        case TakeOut(holder=holder, statement=statement):
            return f"statements of role `{holder.title}`", statement
        case ReplaceTrust(role=role, statement=statement):
            return f"statements of role `{role.title}`", statement
        case ReplaceStatement(role=role, policy=policy, statement=statement):
            return f"statements of role `{role.title}`", (identity_of(policy), statement)
        case DetachPolicy(role=role, policy=policy):
            return f"statements of role `{role.title}`", identity_of(policy)
        case AddInlinePolicy(role=role):
            return f"statements of role `{role.title}`", None


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]


def operations_of(changes: Iterable[Change]) -> tuple[Operation, ...]:
    """The operations that carry out changes, each once, what adds before what removes. Statement
    ids that several changes chose are made different. Raises ContradictionError where one
    statement is to be replaced in two ways."""
    made: dict[Hashable, Operation] = {}
    losing: dict[tuple[str, Statement], TakeOut] = {}
    for change in changes:
        if isinstance(change, TakeOut):
            key = (change.holder.key, change.statement)
            before = losing.get(key)
            both = change.principals | (before.principals if before is not None else frozenset())
            losing[key] = replace(change, principals=both)
        else:
            _put(made, change)
    for operation in _taken_out(losing.values()):
        _put(made, operation)
    return tuple(sorted(_with_free_ids(_once(made.values())), key=lambda operation: _ORDER.index(type(operation))))


def _once(operations: Iterable[Operation]) -> Iterator[Operation]:
    """What several edits put into one policy stands there once, for sure if one of them is sure."""
    there: set[tuple[Hashable, Statement]] = set()
    for operation in operations:
        if isinstance(operation, ReplaceStatement) and not operation.statement.uncertain:
            policy = (operation.role.key, identity_of(operation.policy))
            by = tuple(dict.fromkeys(s for s in operation.by if (policy, bare(s)) not in there))
            there.update((policy, bare(statement)) for statement in by)
            yield replace(operation, by=by)
        else:
            yield operation


def signature(operation: Operation) -> Hashable:
    """What an operation does to what, statement ids apart: equal for equal effects."""
    match operation:
        case AddPermission(function=function, statement=statement):
            return (AddPermission, function.key, bare(statement))
        case RemovePermission(function=function, statement=statement):
            return (RemovePermission, function.key, statement)
        case ReplaceStatement(role=role, policy=policy, statement=statement, by=by):
            return (ReplaceStatement, role.key, identity_of(policy), statement, by)
        case AddInlinePolicy(role=role, name=name, statements=statements):
            return (AddInlinePolicy, role.key, name, statements)
        case DetachPolicy(role=role, policy=policy):
            return (DetachPolicy, role.key, identity_of(policy))
        case ReplaceTrust(role=role, statement=statement, by=by):
            return (ReplaceTrust, role.key, statement, by)


def identity_of(policy: RolePolicy) -> Hashable:
    """What tells a role's policies apart."""
    return policy.attachment, policy.name, policy.arn, policy.address


def _put(made: dict[Hashable, Operation], operation: Operation) -> None:
    """Beside what is there already: the same once, and policies of one name as one."""
    match operation:
        case AddPermission(function=function, statement=statement):
            key: Hashable = (AddPermission, function.key, bare(statement))
            known = made.get(key)
            if isinstance(known, AddPermission):
                operation = replace(known, callers=tuple(dict.fromkeys((*known.callers, *operation.callers))))
        case AddInlinePolicy(role=role, name=name, statements=statements):
            key = (AddInlinePolicy, role.key, name)
            known = made.get(key)
            if isinstance(known, AddInlinePolicy):
                operation = replace(operation, statements=tuple(dict.fromkeys((*known.statements, *statements))))
        case ReplaceStatement(role=role, policy=policy, statement=old):
            key = (ReplaceStatement, role.key, identity_of(policy), old)
        case ReplaceTrust(role=role, statement=before) if before is not None:
            key = (ReplaceTrust, role.key, before)
        case _:
            key = signature(operation)
    if isinstance(operation, (ReplaceStatement, ReplaceTrust)) and made.get(key, operation) != operation:
        raise ContradictionError
    made[key] = operation


def _taken_out(losing: Iterable[TakeOut]) -> Iterator[Operation]:
    listed = list(losing)
    for change in listed:
        kept = () if change.statement.not_principal else _kept(change)
        if isinstance(change.holder, Function):
            for piece, name in zip(_pieces(change.statement, kept), _rest_ids(change), strict=False):
                yield AddPermission(change.holder, piece, name)
            yield RemovePermission(change.holder, change.statement)
        else:
            by = (replace(change.statement, principals=kept),) if kept else ()
            if not by and change is listed[-1] and not _leaves_trust(change.holder, listed):
                # AWS takes no trust policy without a statement.
                by = (allow((ASSUME_ROLE,), None, (service(LAMBDA),)),)
            yield ReplaceTrust(change.holder, change.statement, by)


def _kept(change: TakeOut) -> tuple[PrincipalPattern, ...]:
    return tuple(p for p in change.statement.principals or () if str(p.text) not in change.principals)


def _leaves_trust(role: Role, losing: Sequence[TakeOut]) -> bool:
    emptied = [change.statement for change in losing if not _kept(change)]
    return role.trust is not None and any(statement not in emptied for statement in role.trust.statements)


def _rest_ids(change: TakeOut) -> Iterator[str]:
    sid = change.statement.sid
    base = plain_id(sid) if sid else f"statement-{change.statement.index + 1}"
    return (f"{base[:80]}-rest" if number == 1 else f"{base[:80]}-rest-{number}" for number in count(1))


def _pieces(statement: Statement, kept: tuple[PrincipalPattern, ...]) -> list[Statement]:
    """What is left of a statement for some of its principals, as statements that AddPermission can
    say: one principal, action, resource and value each. Any one of several values suffices, so
    together they say the same."""
    if not kept:
        return []
    made = [replace(statement, principals=(principal,), sid=None) for principal in kept]
    if not statement.not_action:
        made = [replace(s, actions=(action,)) for s in made for action in s.actions]
    if not statement.not_resource and statement.resources is not None:
        made = [replace(s, resources=(resource,)) for s in made for resource in s.resources or ()]
    for number, condition in enumerate(statement.conditions):
        made = [_with(s, number, value) for s in made[: _MOST_PIECES + 1] for value in _alternatives(condition)]
    return made if len(made) <= _MOST_PIECES else [replace(statement, principals=kept, sid=None)]


def _with(statement: Statement, number: int, condition: Condition) -> Statement:
    before, after = statement.conditions[:number], statement.conditions[number + 1 :]
    return replace(statement, conditions=(*before, condition, *after))


def _alternatives(condition: Condition) -> list[Condition]:
    what = meaning(condition.operator)
    if what is None or what.negated or condition.operator.quantifier is Quantifier.ALL:
        return [condition]
    return [replace(condition, values=(value,)) for value in condition.values] or [condition]


def with_ids_apart(fixes: Iterable[tuple[Operation, ...]]) -> Iterator[tuple[Operation, ...]]:
    """The operations of several fixes that may all be carried out: a statement id that one of them
    gives, no other gives to another statement. Equal fixes stay equal."""
    taken: set[tuple[str, str]] = set()
    known: dict[int, tuple[Operation, ...]] = {}
    for operations in fixes:
        if id(operations) not in known:
            apart = tuple(_with_free_ids(operations, taken))
            known[id(operations)] = operations if apart == operations else apart
        yield known[id(operations)]


def _with_free_ids(operations: Iterable[Operation], taken: set[tuple[str, str]] | None = None) -> Iterator[Operation]:
    taken = set() if taken is None else taken
    for operation in operations:
        if not isinstance(operation, AddPermission):
            yield operation
            continue
        function = operation.function
        used = {str(statement.sid) for statement in function.resource_policy or () if statement.sid is not None}
        wanted = operation.statement_id
        names = (wanted if number == 1 else f"{wanted[:90]}-{number}" for number in count(1))
        free = next(name for name in names if name not in used and (function.key, name) not in taken)
        taken.add((function.key, free))
        yield replace(operation, statement_id=free)
