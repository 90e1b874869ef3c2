"""IAM roles and the policies on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.managed import managed_policy
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.arns import is_aws_managed, policy_name
from auditor.sources.home import Home
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.evaluation.value import EvaluationError, NotKnownError, as_open_elements, as_text
from auditor.sources.terraform.module import Module
from auditor.sources.terraform.policy_text import read_policy
from auditor.sources.terraform.resource import Instance
from auditor.sources.terraform.unread import mentioning_calls


@dataclass(slots=True)
class _RoleParts:
    """A role while its policies are collected."""

    role: Role
    policies: list[RolePolicy] = field(default_factory=list)

    def finished(self) -> Role:
        return replace(self.role, policies=tuple(self.policies))


class RoleTable:
    """All roles of an estate, found by ARN or name."""

    def __init__(self, root: Module) -> None:
        self.book = root.reading.book
        self._parts: dict[str, _RoleParts] = {}
        self._by_name: dict[Text, str] = {}
        self._by_arn: dict[Text, str] = {}
        self._policies = {instance.text("arn"): instance for instance in root.instances(MANAGED, "aws_iam_policy")}
        self._documents: dict[str, Policy] = {}
        self._holders: dict[Text, set[str]] = {}
        roles = list(root.instances(MANAGED, "aws_iam_role"))
        for instance in roles:
            self._declare(instance)
        for instance in roles:
            self._own_policies(instance)
        self._inline(root)
        self._attachments(root)

    def roles(self) -> tuple[Role, ...]:
        return tuple(self._shared(part.finished()) for part in self._parts.values())

    def key_of(self, written: Text) -> str | None:
        """The key of the role that an ARN or a name means; None where the estate has none."""
        if written in self._by_arn:
            return self._by_arn[written]
        return self._by_name.get(_role_name(written))

    def _declare(self, instance: Instance) -> None:
        trust = instance.argument("assume_role_policy")
        calls = mentioning_calls(instance)
        role = Role(
            key=instance.address,
            name=instance.text("name"),
            arn=instance.text("arn"),
            path=instance.text("path"),
            trust=read_policy(trust, PolicyKind.TRUST) if trust is not None else None,
            policies_known=not calls,
            boundary=self._boundary(instance),
            address=instance.address,
            origin=instance.origin,
        )
        self._parts[role.key] = _RoleParts(role)
        self._by_name.setdefault(role.name, role.key)
        self._by_arn.setdefault(role.arn, role.key)

    def _boundary(self, instance: Instance) -> Policy | None:
        boundary = instance.argument("permissions_boundary")
        if boundary is None:
            return None
        arn = _text_of(boundary)
        found, _ = self._document(arn)
        if found is None:
            self.book.note(boundary.origin, str(arn))
        return found

    def _own_policies(self, instance: Instance) -> None:
        part = self._parts[instance.address]
        for block in instance.view.blocks("inline_policy"):
            if block.unknown is not None:
                unknown = read_policy(block.unknown, PolicyKind.IDENTITY)
                hole = _text_of(block.unknown)
                part.policies.append(RolePolicy(hole, Attachment.INLINE, unknown, None, instance.address, block.origin))
                continue
            name, document = block.argument("name"), block.argument("policy")
            if document is not None:
                policy = read_policy(document, PolicyKind.IDENTITY)
                shown = _text_of(name) if name is not None else text()
                part.policies.append(RolePolicy(shown, Attachment.INLINE, policy, None, instance.address, block.origin))
        arns = instance.argument("managed_policy_arns")
        for arn in _elements(arns):
            self._attach(part, _text_of(arn), instance.address, arn.origin)

    def _inline(self, root: Module) -> None:
        for instance in root.instances(MANAGED, "aws_iam_role_policy"):
            document = instance.argument("policy")
            part = self._holder(instance.text("role"), instance)
            policy = read_policy(document, PolicyKind.IDENTITY) if document is not None else None
            # A name that AWS makes up matters to nobody, so it is not listed as unresolved.
            generated = text(Hole(f"{instance.address}.name", HoleType.NAME))
            name = instance.text("name") if instance.argument("name") is not None else generated
            part.policies.append(RolePolicy(name, Attachment.INLINE, policy, None, instance.address, instance.origin))

    def _attachments(self, root: Module) -> None:
        for instance in root.instances(MANAGED, "aws_iam_role_policy_attachment"):
            part = self._holder(instance.text("role"), instance)
            self._attach(part, instance.text("policy_arn"), instance.address, instance.origin)
        for instance in root.instances(MANAGED, "aws_iam_role_policy_attachments_exclusive"):
            part = self._holder(instance.text("role_name"), instance)
            for arn in _elements(instance.argument("policy_arns")):
                self._attach(part, _text_of(arn), instance.address, arn.origin)
        for instance in root.instances(MANAGED, "aws_iam_policy_attachment"):
            for role in _elements(instance.argument("roles")):
                part = self._holder(_text_of(role), instance)
                self._attach(part, instance.text("policy_arn"), instance.address, instance.origin)

    def _attach(self, part: _RoleParts, arn: Text, address: str, origin: Origin) -> None:
        if any(policy.arn == arn for policy in part.policies):
            return
        policy, attachment = self._document(arn)
        if policy is None:
            self.book.note(origin, str(arn))
        declared = self._policies.get(arn)
        name = declared.text("name") if declared is not None else text(policy_name(str(arn)))
        own = declared.address if declared is not None else address
        part.policies.append(RolePolicy(name, attachment, policy, arn, own, origin))
        self._holders.setdefault(arn, set()).add(part.role.key)

    def _document(self, arn: Text) -> tuple[Policy | None, Attachment]:
        """The document of a managed policy, None where it is not known, and who manages it."""
        instance = self._policies.get(arn)
        if instance is not None:
            if instance.address not in self._documents:
                document = instance.argument("policy")
                if document is None:
                    return None, Attachment.MANAGED
                self._documents[instance.address] = read_policy(document, PolicyKind.IDENTITY)
            return self._documents[instance.address], Attachment.MANAGED
        literal = arn.literal
        if literal is not None and is_aws_managed(literal):
            return managed_policy(literal), Attachment.AWS_MANAGED
        return None, Attachment.MANAGED

    def _holder(self, written: Text, instance: Instance) -> _RoleParts:
        """The role that a policy names; one that is known by its name alone where the estate
        does not have it."""
        key = self.key_of(written)
        if key is None:
            role = _known_by_name(written, instance)
            key = role.key
            self._parts.setdefault(key, _RoleParts(role))
            self._by_name.setdefault(role.name, key)
            self._by_arn.setdefault(role.arn, key)
        return self._parts[key]

    def _shared(self, role: Role) -> Role:
        policies = tuple(
            replace(policy, shared=policy.arn is not None and len(self._holders.get(policy.arn, ())) > 1)
            for policy in role.policies
        )
        return replace(role, policies=policies)


def _known_by_name(written: Text, instance: Instance) -> Role:
    name = _role_name(written)
    home: Home = instance.home
    if written.startswith("arn:"):
        arn, path = written, text("/")
    else:
        path = text("/", instance.module.reading.book.hole(f"path of role {name}", instance.origin))
        arn = home.role_arn(path, name)
    return Role(str(arn), name, arn, path, policies_known=False, origin=instance.origin)


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


def _elements(value: Node | None) -> Iterator[Node]:
    """The elements of a list; the value itself where they are not known."""
    if value is None:
        return
    try:
        found: Sequence[Node] = as_open_elements(value)
    except (EvaluationError, NotKnownError):
        found = (value,)
    yield from found


def _text_of(value: Node) -> Text:
    try:
        return as_text(value)
    except EvaluationError:
        return text(Hole("a text that is none"))
