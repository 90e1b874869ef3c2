"""The elements of a bare document tell what it can be attached to."""

from __future__ import annotations

import json

import pytest

from auditor.iam.document import PolicyKind
from auditor.iam.node import Plain, node
from auditor.sources.policy_document import kind_of_policy
from auditor.sources.source import decode

ALLOW: dict[str, Plain] = {"Effect": "Allow"}


@pytest.mark.parametrize(
    ("statements", "kind"),
    [
        ([{"Action": "s3:*", "Resource": "*"}], PolicyKind.IDENTITY),
        ([], PolicyKind.IDENTITY),
        ([{"Principal": "*", "Action": "s3:*", "Resource": "*"}], PolicyKind.RESOURCE),
        ([{"NotPrincipal": "*", "Action": "s3:*", "NotResource": "*"}], PolicyKind.RESOURCE),
        ([{"Principal": "*", "Action": "sts:AssumeRole"}], PolicyKind.TRUST),
        ([{"Principal": "*", "Action": ["sts:AssumeRole", "STS:TagSession"]}], PolicyKind.TRUST),
        ([{"Principal": "*", "Action": "ecr:GetImage"}], PolicyKind.RESOURCE),
        ([{"Principal": "*", "Action": "sts:AssumeRole"}, {"Resource": "*"}], PolicyKind.RESOURCE),
        (5, PolicyKind.IDENTITY),
    ],
)
def test_kind(statements: Plain, kind: PolicyKind) -> None:
    assert kind_of_policy(node({"Statement": statements}), decode(b"", "p.json")) is kind


def test_a_single_statement_needs_no_list() -> None:
    document: Plain = {"Statement": {"Principal": "*", "Action": "sts:AssumeRole"}}
    assert kind_of_policy(node(document), decode(b"", "p.json")) is PolicyKind.TRUST


def test_a_document_may_be_a_text() -> None:
    held = json.dumps({"Statement": [{"Principal": "*", "Action": "sts:AssumeRole"}]})
    source = decode(json.dumps(held).encode(), "p.json")
    assert kind_of_policy(node(held, source.places.origin(0, len(source.content))), source) is PolicyKind.TRUST
