"""What a bundle says that it does not tell, and why."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.estate import Skipped
from auditor.estate.role import Role
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.node import Members
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Hole, text
from auditor.sources.fields import flag_at, items_at, members_at, members_of, string_at, written


def doubt_policy(policy: Policy) -> Policy:
    """The policy, with statements that could not be read."""
    return replace(policy, unknown=(*policy.unknown, _unread("a part of the resource policy", policy.origin)))


def doubt_role(role: Role, unknown: set[str]) -> Role:
    """The role, with what is `unknown` of it."""
    if "policies" in unknown:
        role = replace(role, policies_known=False)
    if "boundary" in unknown and role.boundary is None:
        boundary = Policy(PolicyKind.IDENTITY, unknown=(_unread("a permissions boundary", role.origin),))
        role = replace(role, boundary=replace(boundary, origin=role.origin))
    return role


def read_unknown(parts: Members) -> set[str]:
    """The parts of a bundle, or of a version in it, of which it says that it does not tell all."""
    return {str(written(item)).lower() for item in items_at(parts, "unknown")}


def _unread(what: str, origin: Origin) -> UnknownStatement:
    return UnknownStatement(text(Hole(what)), origin)


def read_skipped(parts: Members) -> tuple[Skipped, ...]:
    """What could not be looked at when the bundle was made. It is at the ARN that it is about."""
    entries = []
    for item in items_at(parts, "skipped"):
        members = members_of(item, "a skipped entry")
        arn = string_at(members, "arn")
        origin = Origin(arn=arn) if arn is not None else item.origin
        entries.append(Skipped(origin, string_at(members, "reason") or "", string_at(members, "help") or ""))
    return tuple(entries)


def read_incomplete(parts: Members) -> tuple[Skipped, ...]:
    """That a snapshot was broken off, where it was."""
    if flag_at(members_at(parts, "snapshot"), "complete"):
        return ()
    node = parts.get("snapshot")
    origin = NOWHERE if node is None else node.origin
    help = "auditor collect --resume goes on with it"
    return (Skipped(origin, "the snapshot is not complete: the rest of the account was not read", help),)
