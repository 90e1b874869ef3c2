"""Documents written back as JSON are the ones that were read."""

from __future__ import annotations

import pytest

from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.node import Node, node
from auditor.iam.parse import parse_policy
from auditor.iam.text import ACCOUNT, text
from auditor.iam.writing import plain, policy_dict, policy_node, statement_dict

# The AddPermission answer in the Lex V1 guide's CLI walk-through, with a second key.
RESOURCE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "chatbot-fulfillment",
            "Effect": "Allow",
            "Principal": {"Service": "lex.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": "arn:aws:lambda:us-east-1:111122223333:function:OrderFlowersCodeHook",
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": "111122223333"},
                "ArnLike": {"AWS:SourceArn": "arn:aws:lex:us-east-1:111122223333:intent:OrderFlowers:*"},
            },
        }
    ],
}
IDENTITY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
        {"Effect": "Deny", "NotAction": "logs:*", "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]},
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::home/${aws:username}/*",
            "Condition": {
                "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]},
                "Bool": {"aws:SecureTransport": "true"},
            },
        },
    ],
}
TRUST_POLICY = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "AWS": ["111122223333", "*"],
                "Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"],
            },
            "Action": "sts:AssumeRole",
        },
        {"Effect": "Deny", "NotPrincipal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": "*", "Action": "sts:TagSession"},
    ],
}


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (RESOURCE_POLICY, PolicyKind.RESOURCE),
        (IDENTITY_POLICY, PolicyKind.IDENTITY),
        (TRUST_POLICY, PolicyKind.TRUST),
    ],
    ids=["resource", "identity", "trust"],
)
def test_a_document_survives_reading_and_writing(document, kind):
    written = policy_dict(parse_policy(node(document), kind))
    assert document == written
    assert [list(s) for s in document["Statement"]] == [list(s) for s in written["Statement"]]


def test_holes_are_shown_by_name_and_kept_in_the_node():
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": text("arn:aws:sqs:us-east-1:", ACCOUNT, ":q")}
    read = parse_policy(node({"Version": "2012-10-17", "Statement": statement}), PolicyKind.IDENTITY)
    assert statement_dict(read.statements[0])["Resource"] == "arn:aws:sqs:us-east-1:${account}:q"
    first = policy_node(read).members.get("Statement").items[0]
    assert statement["Resource"] == first.members.get("Resource").text


def test_everyone_under_the_aws_key_is_written_as_everyone():
    """`{"AWS": "*"}` and `"*"` mean the same (IAM user guide, Principal)."""
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    read = parse_policy(node({"Version": "2012-10-17", "Statement": [statement]}), PolicyKind.TRUST)
    assert statement_dict(read.statements[0])["Principal"] == "*"


def test_a_statement_that_could_not_be_read_is_a_hole_and_never_passes_for_one():
    policy = Policy(PolicyKind.IDENTITY, unknown=(UnknownStatement(text("a statement that could not be read")),))
    assert policy_dict(policy) == {"Version": "2012-10-17", "Statement": ["${a statement that could not be read}"]}
    assert policy_node(policy).members.get("Statement").items[0].unknown is not None


@pytest.mark.parametrize(
    "condition",
    [{text(ACCOUNT): {"aws:SourceArn": "x"}}, {"StringEquals": {text(ACCOUNT): "x"}}, {"StringEquals": text(ACCOUNT)}],
    ids=["operator", "key", "keys"],
)
def test_a_condition_with_an_unknown_operator_or_key_keeps_its_hole(condition):
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": condition}
    read = parse_policy(node({"Version": "2012-10-17", "Statement": [statement]}), PolicyKind.IDENTITY)
    assert "${account}" in str(statement_dict(read.statements[0])["Condition"])


def test_a_repeated_key_keeps_its_last_value_as_json_readers_do():
    first, second = node({"a": "1"}).members.items[0], node({"a": "2"}).members.items[0]
    twice = Node(type(node({}).members)((first, second)))
    assert plain(twice) == {"a": "2"}
