"""The AWS managed policies that execution roles commonly hold, as data with their date.

AWS publishes these documents to every account (`aws iam get-policy-version`); `policies.json`
holds the default versions as of its `collected` date. A policy that is not in it is not known.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Plain, node
from auditor.iam.origin import Origin
from auditor.iam.parse import parse_policy

_PATH_PREFIX = "iam::aws:policy/"


def managed_policy(arn: str) -> Policy | None:
    """The document of an AWS managed policy in any partition, or None where it is not known."""
    document = managed_document(arn)
    return None if document is None else parse_policy(node(document, Origin(arn=arn)), PolicyKind.IDENTITY)


def managed_document(arn: str) -> Plain:
    """The document as AWS writes it, or None where the policy is not known."""
    _, colon, path = arn.partition(_PATH_PREFIX)
    return _documents().get(path) if colon and arn.startswith("arn:") else None


def managed_arn(name: str, partition: str) -> str | None:
    """The ARN of the AWS managed policy called `name`, or None where no such policy is known."""
    path = next((path for path in _documents() if path.rpartition("/")[2] == name), None)
    return None if path is None else f"arn:{partition}:{_PATH_PREFIX}{path}"


def managed_arns(partition: str) -> dict[str, str]:
    """The ARNs of all policies whose document is known, by their names."""
    return {path.rpartition("/")[2]: f"arn:{partition}:{_PATH_PREFIX}{path}" for path in _documents()}


def collected() -> str:
    """The ISO date as of which the documents are right."""
    return str(_data()["collected"])


@lru_cache(maxsize=1)
def _data() -> dict[str, Plain]:
    source = files(__package__).joinpath("policies.json").read_text(encoding="utf-8")
    data: dict[str, Plain] = json.loads(source)
    return data


@lru_cache(maxsize=1)
def _documents() -> dict[str, Plain]:
    documents: dict[str, Plain] = {}
    policies = _data()["policies"]
    assert isinstance(policies, list)
    for policy in policies:
        assert isinstance(policy, dict)
        documents[str(policy["arn"]).partition(_PATH_PREFIX)[2]] = policy["document"]
    return documents
