"""The kind of a source is told by its content."""

from __future__ import annotations

import pytest

from auditor.sources.detect import kind_of, may_be_ours, may_be_template, mentions_ours
from auditor.sources.kind import Kind
from auditor.sources.source import decode, parse_values

KINDS = [
    ('{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}}', Kind.PLAN),
    ('{"format_version": "1.0", "terraform_version": "1.11.4", "values": {}}', Kind.STATE),
    ('{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x"}', Kind.STATE),
    ('{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}', Kind.CLOUDFORMATION),
    ('{"Resources": {"R": {"Type": "Custom::Bot"}}}', Kind.CLOUDFORMATION),
    ('{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}', Kind.CLOUDFORMATION),
    ('{"Version": "2012-10-17", "Statement": []}', Kind.POLICY),
    ('{"Version": "2012-10-17", "Statement": 5}', Kind.POLICY),
    ('{"Statement": {"Effect": "Allow"}}', Kind.POLICY),
    ('{"function": {"name": "f"}}', Kind.BUNDLE),
    ('{"function": {"nmae": "f"}, "hooks": []}', Kind.BUNDLE),
    ('{"functoin": {"name": "f"}, "hooks": [], "role": {}}', Kind.BUNDLE),
    ('[{"function": {"name": "f"}}, {"functon": {}}]', Kind.BUNDLE),
    ('{"Policy": "{}", "RevisionId": "r"}', Kind.AWS_OUTPUT),
    ('{"AttachedPolicies": []}', Kind.AWS_OUTPUT),
    ('{"Policy": {"PolicyName": "p"}}', None),
    ('{"function": "f"}', None),
    ('{"function": {"type": "string"}}', None),
    ('{"Resources": {"a": {"Type": "other"}}}', None),
    ('{"terraform_version": "1.11.4"}', None),
    ("[]", None),
    ("5", None),
]


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_the_shape_tells_the_kind(content: str, kind: Kind | None) -> None:
    (value,) = parse_values(decode(content.encode(), "x.json"))
    assert kind_of(value) == kind


@pytest.mark.parametrize("content", [content for content, kind in KINDS if kind is not None])
def test_the_quick_look_misses_nothing_that_has_a_kind(content: str) -> None:
    assert may_be_ours(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        '{"Statement": [',
        "Resources:\n  F: {Type: AWS::Lambda::Function",
        "Version: 2012-10-17\nStatement: [",
        '{"function": {"name": "f"',
        "function:\n  name: [",
        "- function:\n    name: [",
        "{function: {name: f}, resource_policy: {",
    ],
)
def test_a_broken_text_that_mentions_ours_is_told(content: str) -> None:
    assert mentions_ours(content.encode())


@pytest.mark.parametrize(
    "content",
    ['{"name": "left-pad",', "apiVersion: v1\nkind: {{ .Kind", "const f = function: 1", "# a Statement of ours", ""],
)
def test_a_broken_text_of_others_is_not(content: str) -> None:
    assert not mentions_ours(content.encode())


def test_a_template_is_told_before_its_tags_are_parsed() -> None:
    assert may_be_template(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  F:\n    Type: AWS::Lambda::Function\n"
    )
    assert may_be_template('{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}')
    assert may_be_template('{"Description": "one line", "Resources": {"F": {"Type": "AWS::Lambda::Function"}}}')
    assert may_be_template(
        "Resources:\n  R:\n    Type: Custom::Bot\n    Properties: {ServiceToken: !ImportValue Token}\n"
    )
    assert not may_be_template('{"Statement": [{"Resource": "AWS::Resources"}]}')
