"""Policies of roles, edited where they stand.

Sources: the CloudFormation template reference, AWS::IAM::Role, Policy, ManagedPolicy, RolePolicy; the
SAM specification, AWS::Serverless::Function (`Policies`: names, ARNs, documents and templates; the
translator gives every role that it makes AWSLambdaBasicExecutionRole).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import field

from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.fixes.cloudformation.changes import Changes
from auditor.fixes.cloudformation.new_resource import add_resource, free_logical_id, remove_resource
from auditor.fixes.cloudformation.scope import Scope, Scopes
from auditor.fixes.cloudformation.statement_edit import StatementEdit, values_of
from auditor.fixes.cloudformation.tree import (
    Resource,
    TemplateFile,
    Tree,
    function_of,
    local_name,
    member_of,
)
from auditor.fixes.cloudformation.writing import Kept, Written
from auditor.fixes.edit import NotEditableError
from auditor.fixes.operation import AddInlinePolicy, DetachPolicy, ReplaceStatement, ReplaceTrust
from auditor.fixes.render.template_yaml import Function as Call
from auditor.iam.document import PolicyKind, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.statements import policy_of
from auditor.iam.text import ACCOUNT, REGION, HoleType
from auditor.iam.writing import policy_node, statement_node

_ROLE = "AWS::IAM::Role"
_SERVERLESS = "AWS::Serverless::Function"
_INLINE = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy")
_TEXTS = ("Fn::Sub", "Fn::Join", "Fn::ToJsonString")
"""Functions that make a text."""
_MANAGED = "ManagedPolicyArns"
_BEFORE_POLICIES = ("AssumeRolePolicyDocument",)


class Way(Enum):
    """Where new values are said."""

    SOURCE = "where the old ones are written"
    HERE = "in the statement itself"
    APART = "in a policy that is a resource of its own, so that its role waits for nothing"


class PolicyEdit(Frozen):
    """Edits policies of roles. Raises NotEditableError and InexpressibleError."""

    estate: Estate
    tree: Tree
    scopes: Scopes
    changes: Changes
    way: Way
    taken: set[str] = field(default_factory=set)

    def replace(self, operation: ReplaceStatement) -> None:
        """Put other statements in the place of one."""
        apart = self._apart(operation)
        rest = tuple(statement for statement in operation.by if statement not in apart)
        self._edit(operation.statement, rest)
        if apart:
            role = self.tree.resource(operation.role.address, operation.role.origin)
            self._add_resource(role, operation.role, f"{operation.policy.name}-own", apart)
            self.changes.gap = True

    def replace_trust(self, operation: ReplaceTrust) -> None:
        """Put other statements in the place of one of a trust policy, or beside the others."""
        if operation.statement is not None:
            self._edit(operation.statement, operation.by)
            return
        trust = operation.role.trust
        last = trust.statements[-1] if trust is not None and trust.statements else None
        if last is None:
            raise NotEditableError("the trust policy has no statement to stand beside")
        self._edit(last, (last, *operation.by))

    def add(self, operation: AddInlinePolicy) -> None:
        """Give a role a policy: inside of it, or as a resource of its own."""
        role = operation.role
        holder = self._holder(role)
        if self.way is Way.APART:
            self._add_resource(holder, role, operation.name, operation.statements)
            return
        scope = self.scopes.of(holder.file, role.address)
        document = scope.write_node(policy_node(policy_of(PolicyKind.IDENTITY, operation.statements)))
        item: Written = {"PolicyName": operation.name, "PolicyDocument": document}
        self._add_policy(holder, document if holder.type == _SERVERLESS else item)

    def detach(self, operation: DetachPolicy) -> None:
        """Take a managed policy off a role."""
        origin = operation.policy.origin
        holder = self._holder(operation.role)
        try:
            file, path = self.tree.path(origin)
        except NotEditableError:
            path = ()
            file = holder.file
        name = _MANAGED if holder.type == _ROLE else "Policies"
        held = holder.property(name)
        if held is None or not path or path[-1] not in (held.value.items or ()):
            if holder.type == _SERVERLESS:
                raise NotEditableError("SAM gives every role that it makes this policy: give the function a `Role`")
            raise NotEditableError(f"the policy is not an item of `{_MANAGED}`")
        if len(held.value.items or ()) == 1 and holder.properties is not None:
            self.changes.remove_member(file, holder.properties, held)
        else:
            self.changes.remove_items(file, held.value, [path[-1]])

    def _holder(self, role: Role) -> Resource:
        """The resource whose properties list a role's policies: the role, or the function that SAM
        makes it for."""
        address, origin = role.address, role.origin
        if address is None or origin.file is None:
            raise NotEditableError(f"the role `{role.name}` has no resource in this template")
        resources = self.tree.file(origin.file).resources
        own = resources.get(local_name(address)) or resources.get(local_name(address).removesuffix("Role"))
        if own is None or own.type not in (_ROLE, _SERVERLESS):
            raise NotEditableError(f"`{address}` is made by the template's transform or loop, not written in it")
        return own

    def _add_policy(self, holder: Resource, item: Written) -> None:
        held, file = holder.property("Policies"), holder.file
        if holder.properties is None:
            raise NotEditableError(f"`{holder.name}` has no properties")
        if held is None:
            self.changes.add_member(file, holder.properties, "Policies", [item], _BEFORE_POLICIES)
        elif held.value.items is not None:
            self.changes.add_items(file, held.value, [item])
        elif held.value.text is not None:
            self.changes.replace_member(file, held, [Kept(file.source(held.value.origin)), item])
        else:
            raise NotEditableError("`Policies` is no list")

    def _add_resource(self, beside: Resource, role: Role, name: str, statements: Sequence[Statement]) -> None:
        address = role.address or ""
        scope = self.scopes.of(beside.file, address)
        document = scope.write_node(policy_node(policy_of(PolicyKind.IDENTITY, statements)))
        own = local_name(address)
        properties: dict[str, Written] = {
            "RoleName": Call("!Ref", own),
            "PolicyName": _free_policy_name(role, name),
            "PolicyDocument": document,
        }
        logical_id = free_logical_id((own, name), beside.file, self.estate, self.taken)
        condition = beside.literal("Condition")
        hangs: dict[str, Written] = {"Condition": condition} if condition is not None else {}
        add_resource(
            self.changes, beside, logical_id, {"Type": "AWS::IAM::RolePolicy", **hangs, "Properties": properties}
        )

    def _apart(self, operation: ReplaceStatement) -> tuple[Statement, ...]:
        """The statements that name resources of the template, where these are to stand apart."""
        if self.way is not Way.APART:
            return ()
        found = tuple(statement for statement in operation.by if _names_resources(statement))
        holder = operation.statement.origin.address
        if not found or holder is None or holder != operation.role.address:
            raise NotEditableError("the role would wait for what waits for it")
        return found

    def _edit(self, old: Statement, by: tuple[Statement, ...]) -> None:
        file, path = self.tree.path(old.origin)
        node = path[-1]
        called = function_of(node)
        if node.text is not None or (called is not None and called[0] in _TEXTS):
            raise NotEditableError("the policy is written as a text, not as an object")
        if member_of(node, "Effect") is None:
            raise NotEditableError("the template's transform makes the statement: it is not written in it")
        scope = self.scopes.of(file, old.origin.address)
        listed = _list_around(path)
        if not by:
            self._remove(old, path, listed)
            return
        base = _nearest(old, by)
        rest = [statement for statement in by if statement is not base]
        if rest and listed is None:
            self._make_list(file, path, by, scope)
            return
        StatementEdit(file, scope, self.changes, values_of(old), self.way is Way.HERE).edit(node, base)
        if rest and listed is not None:
            written = [scope.write_node(statement_node(statement)) for statement in rest]
            self.changes.add_items(file, listed, written, node)

    def _make_list(self, file: TemplateFile, path: Sequence[Node], by: Sequence[Statement], scope: Scope) -> None:
        """A list in the place of the one statement that a document has."""
        document = path[-2] if len(path) > 1 else None
        member = member_of(document, "Statement")
        if member is None or member.value is not path[-1] or "#" in file.source(path[-1].origin):
            raise NotEditableError("the statement is not an item of a list")
        self.changes.replace_member(file, member, [scope.write_node(statement_node(one)) for one in by])

    def _remove(self, old: Statement, path: Sequence[Node], listed: Node | None) -> None:
        """Take a statement out, with its policy where it was the only one."""
        resource = self.tree.resource(old.origin.address, old.origin)
        if listed is not None and len(listed.items or ()) > 1:
            self.changes.remove_items(resource.file, listed, [path[-1]])
            return
        policies = resource.property("Policies")
        item = next((node for node in path if policies is not None and node in (policies.value.items or ())), None)
        if resource.type == _ROLE and policies is not None and item is not None and resource.properties is not None:
            if len(policies.value.items or ()) > 1:
                self.changes.remove_items(resource.file, policies.value, [item])
            else:
                self.changes.remove_member(resource.file, resource.properties, policies)
        elif resource.type in _INLINE and not (resource.property("Users") or resource.property("Groups")):
            remove_resource(self.changes, resource)
        else:
            raise NotEditableError("nothing would be left in the policy")


def _list_around(path: Sequence[Node]) -> Node | None:
    """The list that a statement is an item of; the arguments of a function are none."""
    around = path[-2] if len(path) > 1 else None
    if around is None or around.items is None:
        return None
    return None if len(path) > 2 and function_of(path[-3]) is not None else around


def _nearest(old: Statement, by: Sequence[Statement]) -> Statement:
    """The statement that the old one becomes: the one that shares the most actions with it."""
    actions = {str(pattern.text).lower() for pattern in old.actions}
    return max(by, key=lambda s: (s == old, len(actions & {str(p.text).lower() for p in s.actions})))


def _names_resources(statement: Statement) -> bool:
    holes = (hole for pattern in statement.resources or () for hole in pattern.text.holes)
    return any(hole not in (ACCOUNT, REGION) and hole.type is not HoleType.PARTITION for hole in holes)


def _free_policy_name(role: Role, base: str) -> str:
    used = {str(policy.name) for policy in role.policies}
    return next(name for n in range(1, len(used) + 2) if (name := base if n == 1 else f"{base}-{n}") not in used)
