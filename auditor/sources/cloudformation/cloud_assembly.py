"""Cloud assemblies of the CDK: what their manifest tells of a template.

Source: the CDK's cloud assembly schema: an artifact with the property `templateFile` is a stack,
and its `environment` is `aws://ACCOUNT/REGION`, with `unknown-account` and `unknown-region` where
the stack does not say.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace

from auditor.iam.node import Members, Node
from auditor.sources.cloudformation.values import literal_of
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.options import ReadOptions
from auditor.sources.source import load

_MANIFEST = "manifest.json"
_ENVIRONMENT = re.compile(r"aws://([0-9]{12}|unknown-account)/([a-z]{2,}(?:-[a-z]+)+-[0-9]+|unknown-region)")


def environment(template: Path, options: ReadOptions) -> ReadOptions:
    """The options with the account and region that a manifest beside the template tells for it,
    where the user says nothing else. A manifest that cannot be read tells nothing."""
    manifest = template.parent / _MANIFEST
    if not manifest.is_file():
        return options
    try:
        source = load(manifest, display_path(manifest))
        artifacts = _at(parse_json(source.content, source.places), "artifacts")
    except SourceError:
        return options
    for artifact in artifacts.members or Members() if artifacts is not None else ():
        properties = _at(artifact.value, "properties")
        if properties is None or literal_of(_at(properties, "templateFile")) != template.name:
            continue
        told = _ENVIRONMENT.fullmatch(literal_of(_at(artifact.value, "environment")) or "")
        if told is None:
            return options
        account = None if told[1] == "unknown-account" else told[1]
        region = None if told[2] == "unknown-region" else told[2]
        return replace(options, account=options.account or account, region=options.region or region)
    return options


def _at(node: Node, name: str) -> Node | None:
    return node.members.get(name) if node.members is not None else None
