"""Attributes that AWS or the provider computes, as far as they follow from the arguments.

One line a type: attribute -> its text. In the text `{name}` is another attribute of the same
block, `{@...}` is told by the provider or worked out from the arguments (see `resource`), and
`{?TYPE}` is a hole of that type: a part that only AWS knows.

Sources: the "Attribute Reference" of each resource in the AWS provider's documentation
(5.100), and its code for `aws_lex_intent` (its arn has no version part).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_FUNCTION = {
    "arn": "arn:{@partition}:lambda:{@region}:{@account}:function:{function_name}",
    "id": "{function_name}",
    "version": "{?NAME}",
    "qualified_arn": "{arn}:{version}",
    "invoke_arn": "arn:{@partition}:apigateway:{@region}:lambda:path/2015-03-31/functions/{arn}/invocations",
    "qualified_invoke_arn": (
        "arn:{@partition}:apigateway:{@region}:lambda:path/2015-03-31/functions/{qualified_arn}/invocations"
    ),
}
_ALIAS = {
    "arn": "{@function}:{name}",
    "id": "{arn}",
    "invoke_arn": "arn:{@partition}:apigateway:{@region}:lambda:path/2015-03-31/functions/{arn}/invocations",
}
_LOG_GROUP = {
    "arn": "arn:{@partition}:logs:{@region}:{@account}:log-group:{name}",
    "id": "{name}",
    "name": "{?SEGMENT}",
}
_ROLE = {
    "arn": "arn:{@partition}:iam::{@account}:role{path}{name}",
    "id": "{name}",
    "name": "{?NAME}",
    "path": "/",
    "unique_id": "{?NAME}",
}
_POLICY = {"arn": "arn:{@partition}:iam::{@account}:policy{path}{name}", "id": "{arn}", "name": "{?NAME}", "path": "/"}
_BUCKET = {"arn": "arn:{@partition}:s3:::{bucket}", "id": "{bucket}", "bucket": "{?NAME}"}
_TOPIC = {"arn": "arn:{@partition}:sns:{@region}:{@account}:{name}", "id": "{arn}", "name": "{?NAME}"}
_QUEUE = {"arn": "arn:{@partition}:sqs:{@region}:{@account}:{name}", "name": "{?NAME}"}
_TABLE = {
    "arn": "arn:{@partition}:dynamodb:{@region}:{@account}:table/{name}",
    "id": "{name}",
    "stream_arn": "{arn}/stream/{?SEGMENT}",
}
_TARGET_GROUP = {
    "id": "{arn}",
    "name": "{?NAME}",
    "arn": "arn:{@partition}:elasticloadbalancing:{@region}:{@account}:targetgroup/{name}/{?NAME}",
}
_ALARM = {"arn": "arn:{@partition}:cloudwatch:{@region}:{@account}:alarm:{alarm_name}", "id": "{alarm_name}"}
_REST = {
    "id": "{?NAME}",
    "arn": "arn:{@partition}:apigateway:{@region}::/restapis/{id}",
    "execution_arn": "arn:{@partition}:execute-api:{@region}:{@account}:{id}",
}

COMPUTED: dict[str, dict[str, str]] = {
    "aws_lambda_function": _FUNCTION,
    "aws_lambda_alias": _ALIAS,
    "aws_iam_role": _ROLE,
    "aws_iam_role_policy": {"id": "{role}:{name}", "name": "{?NAME}"},
    "aws_iam_policy": _POLICY,
    "aws_lex_intent": {
        "arn": "arn:{@partition}:lex:{@region}:{@account}:intent:{name}",
        "id": "{name}",
        "version": "{?LEX_VERSION}",
    },
    "aws_lex_bot": {
        "arn": "arn:{@partition}:lex:{@region}:{@account}:bot:{name}",
        "id": "{name}",
        "version": "{?LEX_VERSION}",
    },
    "aws_lex_bot_alias": {"arn": "arn:{@partition}:lex:{@region}:{@account}:bot:{bot_name}:{name}"},
    "aws_lexv2models_bot": {"id": "{?LEX_ID}", "arn": "arn:{@partition}:lex:{@region}:{@account}:bot/{id}"},
    "awscc_lex_bot": {"id": "{?LEX_ID}", "bot_id": "{id}", "arn": "arn:{@partition}:lex:{@region}:{@account}:bot/{id}"},
    "awscc_lex_bot_alias": {
        "bot_alias_id": "{?LEX_ALIAS_ID}",
        "arn": "arn:{@partition}:lex:{@region}:{@account}:bot-alias/{bot_id}/{bot_alias_id}",
    },
    "aws_cloudwatch_log_group": _LOG_GROUP,
    "aws_s3_bucket": _BUCKET,
    "aws_sns_topic": _TOPIC,
    "aws_sqs_queue": _QUEUE,
    "aws_dynamodb_table": _TABLE,
    "aws_kinesis_stream": {"arn": "arn:{@partition}:kinesis:{@region}:{@account}:stream/{name}", "id": "{arn}"},
    "aws_cloudwatch_event_rule": {
        "arn": "arn:{@partition}:events:{@region}:{@account}:rule/{@bus}{name}",
        "id": "{name}",
        "name": "{?NAME}",
    },
    "aws_api_gateway_rest_api": _REST,
    "aws_apigatewayv2_api": {
        "id": "{?NAME}",
        "arn": "arn:{@partition}:apigateway:{@region}::/apis/{id}",
        "execution_arn": "arn:{@partition}:execute-api:{@region}:{@account}:{id}",
    },
    "aws_cognito_user_pool": {
        "id": "{?NAME}",
        "arn": "arn:{@partition}:cognito-idp:{@region}:{@account}:userpool/{id}",
    },
    "aws_iot_topic_rule": {"arn": "arn:{@partition}:iot:{@region}:{@account}:rule/{name}", "id": "{name}"},
    "aws_iot_authorizer": {"arn": "arn:{@partition}:iot:{@region}:{@account}:authorizer/{name}"},
    "aws_lb_target_group": _TARGET_GROUP,
    "aws_alb_target_group": _TARGET_GROUP,
    "aws_config_config_rule": {
        "rule_id": "{?NAME}",
        "id": "{name}",
        "arn": "arn:{@partition}:config:{@region}:{@account}:config-rule/{rule_id}",
    },
    "aws_cloudwatch_metric_alarm": _ALARM,
    "aws_cloudwatch_composite_alarm": _ALARM,
    "aws_bedrockagent_agent": {
        "agent_id": "{?NAME}",
        "id": "{agent_id}",
        "agent_arn": "arn:{@partition}:bedrock:{@region}:{@account}:agent/{agent_id}",
    },
    "aws_appsync_graphql_api": {"id": "{?NAME}", "arn": "arn:{@partition}:appsync:{@region}:{@account}:apis/{id}"},
    "aws_codecommit_repository": {
        "arn": "arn:{@partition}:codecommit:{@region}:{@account}:{repository_name}",
        "id": "{repository_name}",
    },
    "aws_vpclattice_target_group": {
        "id": "{?NAME}",
        "arn": "arn:{@partition}:vpc-lattice:{@region}:{@account}:targetgroup/{id}",
    },
    "aws_transfer_server": {"id": "{?NAME}", "arn": "arn:{@partition}:transfer:{@region}:{@account}:server/{id}"},
    "aws_pinpoint_app": {
        "application_id": "{?NAME}",
        "id": "{application_id}",
        "arn": "arn:{@partition}:mobiletargeting:{@region}:{@account}:apps/{application_id}",
    },
    "aws_secretsmanager_secret": {
        "arn": "arn:{@partition}:secretsmanager:{@region}:{@account}:secret:{name}-{?NAME}",
        "id": "{arn}",
        "name": "{?SEGMENT}",
    },
    "aws_ssm_parameter": {"arn": "arn:{@partition}:ssm:{@region}:{@account}:parameter/{@trimmed_name}", "id": "{name}"},
    "aws_kms_key": {
        "key_id": "{?NAME}",
        "id": "{key_id}",
        "arn": "arn:{@partition}:kms:{@region}:{@account}:key/{key_id}",
    },
    "aws_cloudwatch_event_bus": {
        "arn": "arn:{@partition}:events:{@region}:{@account}:event-bus/{name}",
        "id": "{name}",
    },
    "aws_efs_file_system": {
        "id": "{?NAME}",
        "arn": "arn:{@partition}:elasticfilesystem:{@region}:{@account}:file-system/{id}",
    },
    "aws_efs_access_point": {
        "id": "{?NAME}",
        "arn": "arn:{@partition}:elasticfilesystem:{@region}:{@account}:access-point/{id}",
    },
    "aws_msk_cluster": {
        "arn": "arn:{@partition}:kafka:{@region}:{@account}:cluster/{cluster_name}/{?NAME}",
        "id": "{arn}",
    },
    "aws_mq_broker": {"id": "{?NAME}", "arn": "arn:{@partition}:mq:{@region}:{@account}:broker:{broker_name}:{id}"},
    "aws_docdb_cluster": {"arn": "arn:{@partition}:rds:{@region}:{@account}:cluster:{cluster_identifier}"},
    "aws_sfn_state_machine": {
        "arn": "arn:{@partition}:states:{@region}:{@account}:stateMachine:{name}",
        "id": "{arn}",
        "name": "{?NAME}",
    },
    "data.aws_caller_identity": {"account_id": "{@account}", "id": "{@account}"},
    "data.aws_region": {"name": "{@region}", "region": "{name}", "id": "{name}"},
    "data.aws_partition": {"partition": "{@partition}", "id": "{@partition}", "dns_suffix": "{@dns_suffix}"},
    "data.aws_lambda_function": _FUNCTION,
    "data.aws_lambda_alias": _ALIAS,
    "data.aws_iam_role": {**_ROLE, "path": "/{?ANYTHING}"},
    "data.aws_iam_policy": {**_POLICY, "path": "/{?ANYTHING}"},
    "data.aws_cloudwatch_log_group": _LOG_GROUP,
    "data.aws_s3_bucket": _BUCKET,
    "data.aws_sns_topic": _TOPIC,
    "data.aws_sqs_queue": _QUEUE,
    "data.aws_dynamodb_table": _TABLE,
}

_FIELD = re.compile(r"\{([@?]?)(\w+)\}")


class Field(NamedTuple):
    """A variable part of a text: `mark` is `@` (the provider's), `?` (a hole) or empty (another
    attribute)."""

    mark: str
    name: str


@lru_cache(maxsize=512)
def recipe(type_: str, attribute: str) -> tuple[str | Field, ...] | None:
    """How an attribute of a type is made; None where that is not known."""
    written = COMPUTED.get(type_, {}).get(attribute)
    if written is None:
        return None
    parts: list[str | Field] = []
    done = 0
    for match in _FIELD.finditer(written):
        parts.extend((written[done : match.start()], Field(match.group(1), match.group(2))))
        done = match.end()
    parts.append(written[done:])
    return tuple(part for part in parts if part)
