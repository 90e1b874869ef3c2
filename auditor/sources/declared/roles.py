"""IAM roles, and the policies that are put on them from several places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from msgspec.structs import replace

from auditor.estate.estate import Document
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.frozen import Frozen
from auditor.iam.managed import managed_policy
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, Text, text
from auditor.sources.arns import is_aws_managed, policy_name
from auditor.sources.declared.declaration import Declaration
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.declared.perhaps import MOST_DOUBTS, doubts_about_many, may_be, perhaps


@dataclass(slots=True)
class RoleParts:
    """A role while its policies are collected; `declaration` is None where it is known by name
    alone. `named` tells that its name is the declaration's, and not one that AWS makes up."""

    role: Role
    declaration: Declaration | None = None
    named: bool = False
    policies: list[RolePolicy] = field(default_factory=list)


class ManagedPolicy(Frozen):
    """A managed policy that is declared; `policy` is None where its document is not."""

    arn: Text
    name: Text
    policy: Policy | None
    address: str
    origin: Origin


class RoleTable:
    """All roles of an estate, found by ARN or name. `managed` are the declared policies."""

    def __init__(self, book: HoleBook, managed: Iterable[ManagedPolicy]) -> None:
        self.book = book
        self._parts: dict[str, RoleParts] = {}
        self._by_name: dict[Text, str] = {}
        self._by_arn: dict[Text, str] = {}
        self._managed = {policy.arn: policy for policy in managed}
        self._holders: dict[Text, set[str]] = {}
        self._doubts: dict[str, list[Policy]] = {}

    def roles(self) -> tuple[Role, ...]:
        return tuple(self._finished(part) for part in self._parts.values())

    def unattached(self) -> tuple[Document, ...]:
        """The declared managed policies that no role holds; that is noted."""
        found: list[Document] = []
        for arn, managed in self._managed.items():
            if arn not in self._holders and managed.policy is not None:
                self.book.note(managed.origin, f"what {managed.address} is attached to")
                found.append(Document(managed.policy, managed.address))
        return tuple(found)

    def key_of(self, written: Text) -> str | None:
        """The key of the role that an ARN or a name means; None where the estate has none."""
        if written in self._by_arn:
            return self._by_arn[written]
        return self._by_name.get(_role_name(written))

    def declare(self, role: Role, declaration: Declaration, *, named: bool) -> RoleParts:
        parts = RoleParts(role, declaration, named)
        self._parts[role.key] = parts
        self._by_name.setdefault(role.name, role.key)
        self._by_arn.setdefault(role.arn, role.key)
        return parts

    def holder(self, written: Text, declaration: Declaration) -> RoleParts:
        """The role that a policy names; one that is known by its name alone where the estate
        does not have it."""
        key = self.key_of(written)
        if key is None:
            role = self._known_by_name(written, declaration)
            key = role.key
            self._parts.setdefault(key, RoleParts(role))
            self._by_name.setdefault(role.name, key)
            self._by_arn.setdefault(role.arn, key)
        return self._parts[key]

    def attach(self, part: RoleParts, arn: Text, address: str, origin: Origin, doubt: str = "") -> None:
        """Put the managed policy `arn` on a role; `doubt` says why it may not be there."""
        known = next((place for place, policy in enumerate(part.policies) if policy.arn == arn), None)
        if known is not None:
            if not doubt:
                part.policies[known] = replace(part.policies[known], uncertain="")
            return
        policy, attachment = self._document(arn)
        if policy is None:
            self.book.note(origin, str(arn))
        declared = self._managed.get(arn)
        name = declared.name if declared is not None else text(policy_name(str(arn)))
        own = declared.address if declared is not None else address
        part.policies.append(RolePolicy(name, attachment, policy, arn, own, origin, uncertain=doubt))
        self._holders.setdefault(arn, set()).add(part.role.key)

    def boundary(self, arn: Text, origin: Origin) -> Policy:
        """The policy that bounds a role; one of which nothing is known is noted."""
        found, _ = self._document(arn)
        if found is not None:
            return found
        self.book.note(origin, str(arn))
        reason = f"the permissions boundary `{arn}` is not known"
        return Policy(PolicyKind.IDENTITY, unknown=(UnknownStatement(arn, origin, reason=reason),))

    def _document(self, arn: Text) -> tuple[Policy | None, Attachment]:
        """The document of a managed policy, None where it is not known, and who manages it."""
        declared = self._managed.get(arn)
        if declared is not None:
            return declared.policy, Attachment.MANAGED
        literal = arn.literal
        if literal is not None and is_aws_managed(literal):
            return managed_policy(literal), Attachment.AWS_MANAGED
        return None, Attachment.MANAGED

    def _known_by_name(self, written: Text, declaration: Declaration) -> Role:
        name = _role_name(written)
        if written.startswith("arn:"):
            arn, path = written, text("/")
        else:
            path = text("/", self.book.hole(f"path of role {name}", declaration.origin))
            arn = declaration.home.role_arn(path, name)
        return Role(str(arn), name, arn, path, policies_known=False, origin=declaration.origin)

    def _finished(self, part: RoleParts) -> Role:
        policies = tuple(
            replace(policy, shared=policy.arn is not None and len(self._holders.get(policy.arn, ())) > 1)
            for policy in part.policies
        )
        doubtful = tuple(self._perhaps(part))
        if len(doubtful) > MOST_DOUBTS:
            doubtful = (doubts_about_many(doubtful, doubtful[0].unknown[0].text, "role"),)
        return replace(part.role, policies=policies, perhaps=doubtful)

    def _perhaps(self, part: RoleParts) -> Iterator[Policy]:
        """The policies of roles that are known by name alone, in a way that may be this one's name."""
        # A name that AWS makes up is nobody else's.
        if part.declaration is None or not part.named:
            return
        name = part.role.name
        for other in self._by_name_alone if name.literal is not None else (*self._by_name_alone, *self._by_literal):
            if may_be(other.role.name, name):
                if other.role.key not in self._doubts:
                    self._doubts[other.role.key] = [_doubtful(held, other.role.name) for held in other.policies]
                yield from (policy for policy in self._doubts[other.role.key] if policy.unknown)

    @cached_property
    def _by_name_alone(self) -> list[RoleParts]:
        """The roles of which a part of the name is all that is known."""
        return [part for part in self._parts.values() if part.declaration is None and part.role.name.holes]

    @cached_property
    def _by_literal(self) -> list[RoleParts]:
        """The roles of which the name is all that is known."""
        return [part for part in self._parts.values() if part.declaration is None and not part.role.name.holes]


def _doubtful(held: RolePolicy, role: Text) -> Policy:
    """A policy of a role that is not known, as another role may have it."""
    unread = Policy(PolicyKind.IDENTITY, unknown=(UnknownStatement(held.arn or role, held.origin),))
    return perhaps(held.policy or unread, role, held.address, "role")


def _role_name(written: Text) -> Text:
    """The name at the end of a role's ARN; any other text is a name itself."""
    if not written.startswith("arn:") or ":role/" not in str(written):
        return written
    parts: list[str | Hole] = []
    for part in reversed(written.parts):
        if isinstance(part, str) and "/" in part:
            parts.append(part.rpartition("/")[2])
            break
        parts.append(part)
    kept = list(reversed(parts))
    # A path that is not known stands right before the name in what a data source gives.
    if len(kept) > 1 and isinstance(kept[-1], str) and kept[-1] and kept[0] == "" and isinstance(kept[1], Hole):
        return text(*kept[2:])
    return text(*kept)
