"""What is wrong between statements, and with those that AWS takes as they are: a Sid that stands twice,
actions that do not exist, and what another statement says too."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.access.covering import covers
from auditor.iam.access.tested import Tested
from auditor.iam.catalogue import collected, listed_before, matched_by, nearest, services
from auditor.iam.document import Defect, DefectKind, Effect, Pattern, Policy, PolicyKind, Statement
from auditor.iam.origin import Origin

_MOST_COMPARED = 100
"""Statements of one document beyond which they are not compared with one another."""


def statement_defects(policy: Policy) -> Iterator[Defect]:
    """In the order of the statements; but for Sids of a role's policies alone."""
    yield from _same_sids(policy)
    if policy.kind is not PolicyKind.IDENTITY:
        return
    for statement in policy.statements:
        for pattern in statement.actions:
            yield from _unknown(pattern, statement)
    if len(policy.statements) <= _MOST_COMPARED:
        yield from _redundant(policy)


def _same_sids(policy: Policy) -> Iterator[Defect]:
    """A Sid is used once in a document. A function's statements are held per version and alias,
    which the resource tells, so there the same Sid may stand on another one."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for statement in policy.statements:
        sid = statement.sid.literal if statement.sid is not None else None
        if not sid:
            continue
        held_on = tuple(str(p.text) for p in statement.resources or ()) if policy.kind is PolicyKind.RESOURCE else ()
        if (sid, held_on) in seen:
            message = f"two statements have the Sid `{sid}`"
            yield Defect(DefectKind.DUPLICATE_SID, message, statement.origin, statement=statement.index)
        seen.add((sid, held_on))


def _unknown(pattern: Pattern, statement: Statement) -> Iterator[Defect]:
    """An action, or a pattern of actions, that matches none."""
    written = pattern.text.literal
    if written is None or ":" not in written or matched_by(written):
        return
    gone = listed_before(written)
    near = None if gone else nearest(written)
    effect = "allows" if statement.effect is Effect.ALLOW else "denies"
    message = f"`{written}` {'was an action once and is none today' if gone else _told_of(written)}"
    yield Defect(
        DefectKind.UNKNOWN_ACTION,
        f"{message}, so it {effect} nothing" + (f"; did you mean `{near}`?" if near else ""),
        pattern.origin if pattern.origin != Origin() else statement.origin,
        f"write `{near}`" if near else f"{'take it out' if gone else 'look it up'}: the catalogue is of {collected()}",
        statement.index,
    )


def _told_of(written: str) -> str:
    if written.partition(":")[0].lower() not in services():
        return "is of a service that the catalogue does not have"
    return "matches no action" if any(sign in written for sign in "*?") else "is no action"


def _redundant(policy: Policy) -> Iterator[Defect]:
    """A statement that another one covers; of two that say the same, the later one."""
    held = [Tested(bit, statement, policy.variables, True) for bit, statement in enumerate(policy.statements)]
    for narrow in held:
        wide = next((wide for wide in held if _says_as_much(wide, narrow)), None)
        if wide is not None:
            same = covers(narrow, wide)
            other = _named(wide.statement)
            said = f"says the same as {other}" if same else f"adds nothing to {other}, which is wider"
            yield Defect(
                DefectKind.REDUNDANT,
                f"{_named(narrow.statement)} {said}",
                narrow.statement.origin,
                "" if same else "remove it, or narrow the wider one to what is needed",
                narrow.statement.index,
            )


def _says_as_much(wide: Tested, narrow: Tested) -> bool:
    if wide is narrow or wide.statement.effect is not narrow.statement.effect or wide.statement.uncertain:
        return False
    return covers(wide, narrow) and (wide.bit < narrow.bit or not covers(narrow, wide))


def _named(statement: Statement) -> str:
    return f"statement `{statement.sid}`" if statement.sid else f"statement {statement.index + 1}"
