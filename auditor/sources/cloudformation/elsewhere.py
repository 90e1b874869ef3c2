"""Callers that a template knows by what it imports of another one."""

from __future__ import annotations

from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.values import literal_of


def let_in_by_import(resources: Resources) -> frozenset[str]:
    """The services that a permission lets in for a source of another template."""
    services = set()
    for permission in resources.of("AWS::Lambda::Permission"):
        properties = permission.declared.get("Properties")
        source = properties.members.get("SourceArn") if properties is not None and properties.members else None
        if source is not None and any(key == "Fn::ImportValue" for key, _ in every_member(source)):
            services.add(literal_of(permission.property("Principal")) or "")
    return frozenset(services)
