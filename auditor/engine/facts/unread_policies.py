"""Policies of a role of which nothing is known: what else the role may do is an open question."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import Fact
from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.document import DefectKind, Effect
from auditor.iam.origin import Origin


def unread_policies(estate: Estate) -> Iterator[Fact]:
    """One fact, which no rule ranges over, for each role that has, or may have, such a policy or statement."""
    for role in estate.roles:
        reasons = dict(_reasons(role))
        if not reasons:
            continue
        functions = estate.functions_of(role)
        (origin, reason), more = next(iter(reasons.items())), len(reasons) - 1
        behind = f"; and {more} more part{'s' * (more > 1)} of its policies" if more else ""
        yield Fact(
            estate=estate,
            origin=origin,
            function=functions[0] if len(functions) == 1 else None,
            role=role,
            undetermined=f"what else role `{role.title}` may do is not known: {reason}{behind}",
        )


def _reasons(role: Role) -> Iterator[tuple[Origin, str]]:
    """Why what the role may do is not known, by the place that leaves it open. What AWS would refuse
    is told as a defect."""
    for held in role.policies:
        if held.policy is None:
            yield held.origin, f"nothing tells what policy `{held.arn or held.name}` says"
        elif not any(defect.kind is DefectKind.MALFORMED for defect in held.policy.defects):
            for unread in held.policy.unknown:
                if unread.body is None and unread.effect is None:
                    yield unread.origin, unread.reason or f"`{unread.text}` has no known value"
    for policy in role.perhaps:
        for part in policy.unknown:
            if part.effect is not Effect.DENY:
                yield part.origin, part.reason
