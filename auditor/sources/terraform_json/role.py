"""A role as a state tells it: with all policies on it, whichever resource puts them there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from auditor.iam.node import Node
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.interface import Resources
from auditor.sources.terraform.resource import Resource
from auditor.sources.terraform_json.view import PlannedView


class Attached(NamedTuple):
    """Names of inline policies and ARNs of managed ones that resources of their own put on roles,
    each with the name of the role."""

    inline: frozenset[tuple[str, str]]
    managed: frozenset[tuple[str, str]]


def attached(resources: Resources) -> Attached:
    """What is known of it by literal names and ARNs, as in a state."""
    inline = [(_role(i.argument("role")), _literal(i.argument("name"))) for i in _all(resources, "aws_iam_role_policy")]
    managed = [
        (_role(i.argument("role")), _literal(i.argument("policy_arn")))
        for i in _all(resources, "aws_iam_role_policy_attachment")
    ]
    for instance in _all(resources, "aws_iam_policy_attachment"):
        roles = instance.argument("roles")
        arn = _literal(instance.argument("policy_arn"))
        managed += [(_role(role), arn) for role in (roles.items or () if roles is not None else ())]
    return Attached(frozenset(inline), frozenset(managed))


class RoleView(PlannedView):
    """The arguments of a role, without what other resources of the same file put on it."""

    def __init__(self, plain: PlannedView, attached: Callable[[], Attached]) -> None:
        super().__init__(plain.owner, plain.values, plain.marks, plain.expressions, plain.path)
        self.attached = attached

    def argument(self, name: str) -> Node | None:
        value = super().argument(name)
        if name != "managed_policy_arns" or value is None or value.items is None:
            return value
        covered = self.attached().managed
        role = _literal(self.argument("name"))
        return Node(tuple(item for item in value.items if (role, _literal(item)) not in covered), value.origin)

    def blocks(self, type_: str) -> tuple[PlannedView, ...]:
        found = super().blocks(type_)
        if type_ != "inline_policy":
            return found
        covered = self.attached().inline if found else frozenset()
        role = _literal(self.argument("name"))
        return tuple(view for view in found if (role, _literal(view.argument("name"))) not in covered)


def _all(resources: Resources, type_: str) -> list[Resource]:
    return list(resources.instances(MANAGED, type_))


def _literal(value: Node | None) -> str:
    return (value.text.literal if value is not None and value.text is not None else None) or ""


def _role(value: Node | None) -> str:
    """The name at the end of a role's ARN; a name is itself."""
    return _literal(value).rpartition("/")[2]
