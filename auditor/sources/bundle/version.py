"""From a bundle's `versions` to the versions that are configured otherwise than their function."""

from __future__ import annotations

from auditor.estate.function import Function, LexGeneration
from auditor.estate.role import Role
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.bundle.configuration import configured
from auditor.sources.bundle.doubt import doubt_role, read_unknown
from auditor.sources.bundle.role import read_role
from auditor.sources.fields import members_of, needed
from auditor.sources.home import Home
from auditor.sources.source import Source


def read_version(node: Node, function: Function, source: Source, home: Home) -> tuple[Function, Role | None]:
    """A version that the schema allows, of `function`, and the role that it runs with.

    What lets callers in, and who calls, is the function's: nothing of it is open in a version.
    """
    members = members_of(node, "a version")
    number = text(needed(members, "version", node))
    written_role = members.get("role")
    role = None
    if written_role is not None:
        role = doubt_role(read_role(written_role, source, home), read_unknown(members))
    version = Function(
        function.name,
        text(function.arn, ":", number),
        origin=node.origin,
        role=role.key if role is not None else None,
        resource_policy=Policy(PolicyKind.RESOURCE, origin=node.origin),
        hooks_known=frozenset(LexGeneration),
        invokers_known=True,
        arn_derived=function.arn_derived,
        described=role is not None,
        version=number,
    )
    return configured(version, members), role
