"""Where the template of a nested stack stands.

Sources: the CloudFormation template reference, AWS::CloudFormation::Stack (`aws cloudformation
package` uploads what `TemplateURL` names locally); the SAM specification,
AWS::Serverless::Application; the CDK's metadata `aws:asset:path`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from auditor.iam.node import Members, Node
from auditor.sources.cloudformation.values import literal_of, shown

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resource import Resource

_PROPERTIES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
NESTED = frozenset(_PROPERTIES)
"""The types of resources that make a stack of a template."""

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Location(NamedTuple):
    """`path` is relative to the template around it, None where the template is not a local file;
    `parameters` is the property with the values of its parameters."""

    path: str | None
    shown: str
    parameters: str = "Parameters"


def local_template(resource: Resource) -> Location | None:
    """Where a resource's template stands; None where it is no nested stack."""
    named = _PROPERTIES.get(resource.type)
    if named is None:
        return None
    asset = _asset_of(resource.declared)
    if asset is not None:
        return Location(asset, asset)
    written = resource.property(named)
    literal = literal_of(written)
    if literal is None or _REMOTE.match(literal):
        return Location(None, shown(written))
    return Location(literal, literal)


def _asset_of(declared: Members) -> str | None:
    metadata = declared.get("Metadata")
    path: Node | None = metadata.members.get("aws:asset:path") if metadata is not None and metadata.members else None
    return literal_of(path)


def nested_paths(template: Node, path: Path) -> set[Path]:
    """The files that the resources of a template name as those of nested stacks."""
    resources = template.members.get("Resources") if template.members is not None else None
    found: set[Path] = set()
    for member in resources.members or () if resources is not None else ():
        declared = member.value.members
        if declared is None:
            continue
        named = _PROPERTIES.get(literal_of(declared.get("Type")) or "")
        properties = declared.get("Properties")
        if named is None or properties is None or properties.members is None:
            continue
        literal = _asset_of(declared) or literal_of(properties.members.get(named))
        if literal and not _REMOTE.match(literal):
            found.add(path.parent / literal)
    return found
