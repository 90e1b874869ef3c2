"""The services that call functions: the one table of them, and what each sends.

Where a row is from stands in its `source`: the Lambda developer guide (LDG), the permissions that
AWS's own tools write (SAM's translator, CDK), other frameworks (SLS: Serverless), the services'
guides, the resource schemas of CloudFormation and of Terraform's provider (TFS). What was recalled
and could not be checked has `verified` False, or an account of UNKNOWN.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from auditor.estate.service import Authority, Narrowest, Service, SourceAccount, SourceForm
from auditor.iam.text import HoleType

PARTS: dict[str, tuple[HoleType, str]] = {
    "partition": (HoleType.PARTITION, "aws"),
    "region": (HoleType.REGION, "us-east-1"),
    "account": (HoleType.ACCOUNT, "444455556666"),
    "service": (HoleType.NAME, "anything"),
    "intent": (HoleType.LEX_NAME, "Anything"),
    "version": (HoleType.LEX_VERSION, "1"),
    "bot": (HoleType.LEX_ID, "ANYBOT1234"),
    "alias": (HoleType.LEX_ID, "TSTALIASID"),
    "name": (HoleType.NAME, "anything"),
    "id": (HoleType.NAME, "a1b2c3d4e5"),
    "path": (HoleType.SEGMENT, "anything/anything"),
    "segment": (HoleType.SEGMENT, "anything"),
    "route": (HoleType.ANYTHING, "GET/anything"),
    "rest": (HoleType.ANYTHING, "anything"),
}
"""The type of each part of a form, and a value of it that a person would believe."""

LEX_V1 = "lex.amazonaws.com"
LEX_V2 = "lexv2.amazonaws.com"
INTENT = SourceForm("arn:{partition}:lex:{region}:{account}:intent:{intent}:{version}")
BOT_ALIAS = SourceForm("arn:{partition}:lex:{region}:{account}:bot-alias/{bot}/{alias}")
SKILL_KEY = "lambda:eventsourcetoken"


def _owned(service: str, resource: str) -> SourceForm:
    return SourceForm(f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}")


_ROWS: tuple[Service, ...] = (
    Service(LEX_V1, (INTENT,), SourceAccount.OPTIONAL, source="Lex V1 developer guide; hooks"),
    Service(LEX_V2, (BOT_ALIAS,), SourceAccount.OPTIONAL, source="Lex V2 developer guide; hooks"),
    Service(
        "s3.amazonaws.com",
        (SourceForm("arn:{partition}:s3:::{name}"),),
        SourceAccount.NEEDED,
        source="LDG, access-control-resource-based; SLS; SAM",
    ),
    Service(
        "sns.amazonaws.com",
        (_owned("sns", "{name}"),),
        SourceAccount.REFUSED,
        regional=True,
        source="LDG, with-sns-example: a source account is not supported and access is denied",
    ),
    Service(
        "events.amazonaws.com",
        (_owned("events", "rule/{segment}"),),
        source="SAM; SLS. That a source account prevents calls is from 2018 and could not be checked",
    ),
    Service(
        "apigateway.amazonaws.com",
        (_owned("execute-api", "{id}/{name}/{route}"),),
        SourceAccount.OPTIONAL,
        source="LDG, services-apigateway; SAM; SLS",
    ),
    Service(
        "elasticloadbalancing.amazonaws.com",
        (_owned("elasticloadbalancing", "targetgroup/{name}/{id}"),),
        source="SLS alb",
    ),
    Service("cognito-idp.amazonaws.com", (_owned("cognito-idp", "userpool/{name}"),), source="SLS; SAM"),
    Service(
        "cognito-sync.amazonaws.com",
        (_owned("cognito-identity", "identitypool/{segment}"),),
        verified=False,
        source="recalled",
    ),
    Service(
        "logs.amazonaws.com",
        (_owned("logs", "log-group:{rest}"),),
        SourceAccount.OPTIONAL,
        regional=True,
        source="CloudWatch Logs guide, which gives both keys; SAM; SLS (regional principal)",
    ),
    Service(
        "config.amazonaws.com",
        (_owned("config", "config-rule/{name}"),),
        SourceAccount.OPTIONAL,
        Narrowest.ACCOUNT,
        source="AWS Config developer guide; CDK, which binds it by the source account",
    ),
    Service(
        "iot.amazonaws.com",
        (
            _owned("iot", "rule/{name}"),
            _owned("iot", "authorizer/{name}"),
            _owned("iot", "provisioningtemplate/{name}"),
            _owned("iot", "certificateprovider/{name}"),
        ),
        SourceAccount.OPTIONAL,
        source="SAM, SLS for rules; the others recalled",
    ),
    Service(
        "iotevents.amazonaws.com",
        (_owned("iotevents", "{path}"),),
        verified=False,
        source="LDG, services-iotevents; what it sends is recalled",
    ),
    Service(
        "ses.amazonaws.com",
        (_owned("ses", "receipt-rule-set/{name}:receipt-rule/{name}"),),
        SourceAccount.OPTIONAL,
        Narrowest.DOCUMENTED_ACCOUNT,
        verified=False,
        source="CDK binds it by the source account; the ARN is recalled",
    ),
    Service(
        "secretsmanager.amazonaws.com",
        (_owned("secretsmanager", "secret:{segment}"),),
        SourceAccount.OPTIONAL,
        Narrowest.DOCUMENTED_ACCOUNT,
        source="Secrets Manager user guide; CDK",
    ),
    Service("codecommit.amazonaws.com", (_owned("codecommit", "{name}"),), verified=False, source="TFS; recalled"),
    Service(
        "alexa-appkit.amazon.com",
        (),
        SourceAccount.REFUSED,
        Narrowest.KEY,
        key=SKILL_KEY,
        source="SLS: without the skill id the function is open to every skill",
    ),
    Service(
        "alexa-connectedhome.amazon.com",
        (),
        SourceAccount.REFUSED,
        Narrowest.KEY,
        key=SKILL_KEY,
        source="SLS: the token is required",
    ),
    Service(
        "connect.amazonaws.com",
        (_owned("connect", "instance/{id}"),),
        verified=False,
        source="TFS; that the association itself edits the policy is recalled",
    ),
    Service(
        "cloudfront.amazonaws.com",
        (SourceForm("arn:{partition}:cloudfront::{account}:distribution/{id}"),),
        source="CloudFront developer guide: origin access control for a function URL",
    ),
    Service(
        "lambda.alarms.cloudwatch.amazonaws.com",
        (_owned("cloudwatch", "alarm:{segment}"),),
        SourceAccount.OPTIONAL,
        source="CDK, cloudwatch-actions",
    ),
    Service(
        "bedrock.amazonaws.com",
        (_owned("bedrock", "agent/{id}"),),
        SourceAccount.OPTIONAL,
        source="Bedrock user guide, agents-permissions; CDK",
    ),
    Service(
        "appsync.amazonaws.com",
        (_owned("appsync", "apis/{id}"),),
        verified=False,
        source="CDK, which binds it by nothing: what it sends is recalled",
    ),
    Service(
        "vpc-lattice.amazonaws.com",
        (_owned("vpc-lattice", "targetgroup/{id}"),),
        verified=False,
        source="TFS; recalled",
    ),
    Service("voiceconnector.chime.amazonaws.com", (_owned("chime", "sma/{id}"),), verified=False, source="recalled"),
    Service(
        "pinpoint.amazonaws.com",
        (_owned("mobiletargeting", "apps/{rest}"),),
        verified=False,
        source="amplify-cli; recalled",
    ),
    Service("transfer.amazonaws.com", (_owned("transfer", "server/{id}"),), verified=False, source="recalled"),
    Service("scheduler.amazonaws.com", (), authority=Authority.ROLE, source="EventBridge Scheduler guide; SLS"),
    Service("states.amazonaws.com", (), authority=Authority.ROLE, source="LDG, lambda-services"),
    Service("pipes.amazonaws.com", (), authority=Authority.ROLE, source="EventBridge Pipes guide"),
    Service("firehose.amazonaws.com", (), authority=Authority.ROLE, source="LDG, lambda-services"),
    Service("codepipeline.amazonaws.com", (), authority=Authority.ROLE, source="LDG, services-codepipeline"),
    Service("kendra.amazonaws.com", (), authority=Authority.ROLE, verified=False, source="recalled"),
    Service("ssm.amazonaws.com", (), authority=Authority.ROLE, verified=False, source="maintenance windows; recalled"),
    Service("edgelambda.amazonaws.com", (), authority=Authority.ROLE, source="CloudFront guide: trust policy; SLS"),
    Service("cloudformation.amazonaws.com", (), authority=Authority.ROLE, verified=False, source="recalled"),
)

SERVICES: dict[str, Service] = {row.principal: row for row in _ROWS}

_ANY = SourceForm("arn:{partition}:{service}:{region}:{account}:{rest}")
_REGIONAL = re.compile(r"([a-z0-9-]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.(amazonaws\.com)", re.ASCII)


def general_name(principal: str) -> str:
    """A service's principal without a region, where the service also calls by its name in one."""
    regional = _REGIONAL.fullmatch(principal)
    name = f"{regional[1]}.{regional[2]}" if regional is not None else principal
    return name if name in SERVICES and SERVICES[name].regional else principal


@lru_cache(maxsize=256)
def service_row(principal: str) -> Service:
    """The row of a service, also by its name in one region; one that is not listed may send any ARN."""
    known = SERVICES.get(general_name(principal))
    if known is not None:
        return known if known.principal == principal else replace(known, principal=principal)
    return Service(principal, (_ANY,), verified=False)
