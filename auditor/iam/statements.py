"""Making statements from texts: needs as policies, and what fixes put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from auditor.iam.document import Condition, Effect, Pattern, Policy, PolicyKind, PrincipalPattern, Statement
from auditor.iam.operators import operator
from auditor.iam.origin import NOWHERE
from auditor.iam.request import Principal
from auditor.iam.text import Text, text


def allow(
    actions: Iterable[str],
    resources: Iterable[Text] | None,
    principals: Iterable[Principal] | None = None,
    conditions: Mapping[tuple[str, str], Iterable[Text]] | None = None,
    sid: str | None = None,
) -> Statement:
    """An Allow statement; `conditions` maps (operator, key) to values, as AWS spells them."""
    return Statement(
        Effect.ALLOW,
        tuple(Pattern(text(action)) for action in actions),
        tuple(Pattern(resource) for resource in resources) if resources is not None else None,
        tuple(PrincipalPattern(p.kind, p.value) for p in principals) if principals is not None else None,
        tuple(
            Condition(operator(name), text(key), tuple(Pattern(value) for value in values))
            for (name, key), values in (conditions or {}).items()
        ),
        sid=text(sid) if sid else None,
    )


def exactly(written: Text) -> Text:
    """A name, or an ARN with one, as a pattern of just that: a `${` in it begins no policy variable."""
    return written.map(lambda part: part.replace("${", "${$}{"))


def bare(statement: Statement) -> Statement:
    """What a statement says: without its Sid, number and place."""
    return replace(statement, sid=None, index=0, origin=NOWHERE)


def policy_of(kind: PolicyKind, statements: Iterable[Statement]) -> Policy:
    return Policy(kind).with_statements(tuple(statements))
