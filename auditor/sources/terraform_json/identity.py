"""Arguments that hold one whole thing, by its name or ARN.

Where such an argument is known only after apply and refers to one thing of the right type, it is
that thing. Anything else that is known only after apply stays a hole: a text that merely mentions
an ARN may say anything around it.

Sources: the AWS provider's documentation of the arguments.
"""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """What an argument holds: the types, and the attribute that it takes of them."""

    types: frozenset[str]
    attribute: str


def _either(*types: str) -> frozenset[str]:
    return frozenset((*types, *(f"data.{type_}" for type_ in types)))


_FUNCTION = Identity(_either("aws_lambda_function", "aws_lambda_alias"), "arn")
_ROLE = Identity(_either("aws_iam_role"), "arn")
_POLICY = Identity(_either("aws_iam_policy"), "arn")
_DOCUMENT = Identity(frozenset({"data.aws_iam_policy_document"}), "json")
_SENDER = Identity(_either("aws_sns_topic", "aws_s3_bucket") | {"aws_cloudwatch_event_rule"}, "arn")
"""Callers that send exactly their ARN."""
_TARGET = Identity(
    _either("aws_sqs_queue", "aws_sns_topic", "aws_kinesis_stream", "aws_s3_bucket", "aws_lambda_function"), "arn"
)

IDENTITIES = {
    "function_name": _FUNCTION,
    "lambda_arn": _FUNCTION,
    "uri": _FUNCTION,
    "resource_arn": _FUNCTION,
    "role": _ROLE,
    "role_name": _ROLE,
    "roles": _ROLE,
    "policy_arn": _POLICY,
    "policy_arns": _POLICY,
    "managed_policy_arns": _POLICY,
    "permissions_boundary": _POLICY,
    "policy": _DOCUMENT,
    "assume_role_policy": _DOCUMENT,
    "source_json": _DOCUMENT,
    "override_json": _DOCUMENT,
    "source_policy_documents": _DOCUMENT,
    "override_policy_documents": _DOCUMENT,
    "bot_id": Identity(frozenset({"aws_lexv2models_bot", "awscc_lex_bot"}), "id"),
    "source_arn": _SENDER,
    "event_source_arn": _TARGET,
    "target_arn": _TARGET,
    "destination": _TARGET,
    "destination_arn": _TARGET,
    "log_group": Identity(_either("aws_cloudwatch_log_group"), "name"),
    "kms_key_arn": Identity(frozenset({"aws_kms_key"}), "arn"),
}
