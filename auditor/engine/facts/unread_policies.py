"""Policies of which nothing is known: what else they allow is an open question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.engine.fact import Fact
from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.document import DefectKind, Effect, Policy
from auditor.iam.origin import Origin


def unread_policies(estate: Estate) -> Iterator[Fact]:
    """One fact, which no rule ranges over, for each role that has, or may have, such a policy or
    statement, and for each function whose resource policy has one."""
    for role in estate.roles:
        reasons = dict(_reasons(role))
        if reasons:
            yield Fact(
                estate=estate,
                origin=next(iter(reasons)),
                function=estate.only_function_of(role),
                role=role,
                undetermined=f"what else role `{role.title}` may do is not known: {_told(reasons)}",
            )
    for function in estate.functions:
        policy = function.resource_policy
        reasons = dict(_unread(policy)) if policy is not None else {}
        if reasons:
            yield Fact(
                estate=estate,
                origin=next(iter(reasons)),
                function=function,
                undetermined=f"who else may invoke `{function.title}` is not known: {_told(reasons)}",
            )


def _told(reasons: Mapping[Origin, str]) -> str:
    first, more = next(iter(reasons.values())), len(reasons) - 1
    return first + (f"; and {more} more part{'s' * (more > 1)} of its policies" if more else "")


def _reasons(role: Role) -> Iterator[tuple[Origin, str]]:
    """Why what the role may do is not known, by the place that leaves it open. What AWS would refuse
    is told as a defect."""
    for held in role.policies:
        if held.policy is None:
            yield held.origin, f"nothing tells what policy `{held.arn or held.name}` says"
        else:
            yield from _unread(held.policy)
    for policy in role.perhaps:
        for part in policy.unknown:
            if part.effect is not Effect.DENY:
                yield part.origin, part.reason


def _unread(policy: Policy) -> Iterator[tuple[Origin, str]]:
    if any(defect.kind is DefectKind.MALFORMED for defect in policy.defects):
        return
    for unread in policy.unknown:
        if unread.body is None and unread.effect is None:
            yield unread.origin, unread.reason or f"`{unread.text}` has no known value"
