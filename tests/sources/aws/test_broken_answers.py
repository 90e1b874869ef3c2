"""What is no answer of AWS's is skipped by name, and the rest is read: whichever call it is, and wherever
the answer is broken."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from auditor.sources.aws import roles
from auditor.sources.aws.answers import fault_of
from auditor.sources.aws.pace import Pace
from auditor.sources.aws.selection import Selection

from .broken import broken
from .fake import ACCOUNT, FUNCTION, ROLE, TRUST, Aws, plain, query_xml
from .test_permissions import furnish_whole

EVERYTHING, ONE, TAGGED = Selection(), Selection(functions=("f00",)), Selection(tags=(("team", "bots"),))
CALLS = {
    "sts GetCallerIdentity": ("sts:GetCallerIdentity", EVERYTHING),
    "lambda GET /2015-03-31/functions": ("lambda:ListFunctions", EVERYTHING),
    "lambda GET /2015-03-31/functions/X/configuration": ("lambda:GetFunctionConfiguration", ONE),
    "tagging GetResources": ("tag:GetResources", TAGGED),
    "lambda GET /2015-03-31/functions/X/aliases": ("lambda:ListAliases", ONE),
    "lambda GET /2015-03-31/functions/X/policy": ("lambda:GetPolicy", ONE),
    "lambda GET /2021-10-31/functions/X/urls": ("lambda:ListFunctionUrlConfigs", ONE),
    "lambda GET /2021-10-31/functions/X/url": ("lambda:GetFunctionUrlConfig", EVERYTHING),
    "lambda GET /2019-09-25/functions/X/event-invoke-config/list": ("lambda:ListFunctionEventInvokeConfigs", ONE),
    "lambda GET /2015-03-31/event-source-mappings": ("lambda:ListEventSourceMappings", EVERYTHING),
    "logs DescribeLogGroups": ("logs:DescribeLogGroups", EVERYTHING),
    "iam GetRole": ("iam:GetRole", ONE),
    "iam ListRolePolicies": ("iam:ListRolePolicies", ONE),
    "iam GetRolePolicy": ("iam:GetRolePolicy", ONE),
    "iam ListAttachedRolePolicies": ("iam:ListAttachedRolePolicies", ONE),
    "iam GetPolicy": ("iam:GetPolicy", ONE),
    "iam GetPolicyVersion": ("iam:GetPolicyVersion", ONE),
    "lex POST /bots/": ("lex:ListBots", ONE),
    "lex POST /bots/X/botaliases/": ("lex:ListBotAliases", ONE),
    "lex GET /bots/X/botaliases/X/": ("lex:DescribeBotAlias", ONE),
    "lex GET /intents/": ("lex:GetIntents", ONE),
    "lex GET /intents/X/versions/": ("lex:GetIntentVersions", ONE),
    "lex GET /intents/X/versions/X": ("lex:GetIntent", ONE),
    "events ListTargetsByRule": ("events:ListTargetsByRule", ONE),
    "sns ListSubscriptionsByTopic": ("sns:ListSubscriptionsByTopic", ONE),
    "cognito-idp DescribeUserPool": ("cognito-idp:DescribeUserPool", ONE),
    "elasticloadbalancing DescribeTargetHealth": ("elasticloadbalancing:DescribeTargetHealth", ONE),
    "logs DescribeSubscriptionFilters": ("logs:DescribeSubscriptionFilters", ONE),
    "secretsmanager DescribeSecret": ("secretsmanager:DescribeSecret", ONE),
    "monitoring DescribeAlarms": ("cloudwatch:DescribeAlarms", ONE),
    "iot GET /rules": ("iot:ListTopicRules", ONE),
    "iot GET /rules/X": ("iot:GetTopicRule", ONE),
    "config DescribeConfigRules": ("config:DescribeConfigRules", ONE),
}
"""By what is asked: its permission, and a selection with which it is asked."""
TOGETHER = 4
"""So many calls are broken in one reading."""
SEEDS = range(int(os.environ.get("AUDITOR_BROKEN_ANSWERS", "1")))


@pytest.fixture
def whole(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An account that has something of everything."""
    monkeypatch.setattr(Pace, "wait", lambda _: None)
    furnish_whole(aws)
    url = {"FunctionArn": FUNCTION.replace("hook", "f00"), "AuthType": "AWS_IAM"}
    aws.on("lambda", r"/functions/f\d+/url\?", plain(**url))
    aws.on("lambda", r"/functions/f00/urls\?", plain(FunctionUrlConfigs=[url]))
    settings = {"en_US": {"codeHookSpecification": {"lambdaCodeHook": {"lambdaARN": url["FunctionArn"]}}}}
    aws.on("lex", "GET /bots/BOT0000001/botaliases/", plain(botAliasId="TSTALIASID", botAliasLocaleSettings=settings))
    return aws


@pytest.mark.parametrize("call", CALLS)
def test_an_empty_answer_is_skipped_with_the_name_of_its_call(whole: Aws, read: Any, call: str) -> None:
    permission, selection = CALLS[call]
    broken(whole, call, seed=None)
    assert any(f"`{permission}`" in reason for reason in read(selection).reasons)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("first", range(0, len(CALLS), TOGETHER))
def test_answers_that_are_broken_somewhere_are_skipped_or_mean_what_they_say(
    whole: Aws, read: Any, first: int, seed: int
) -> None:
    calls = list(CALLS)[first : first + TOGETHER]
    for call in calls:
        broken(whole, call, seed)
    for selection in dict.fromkeys(CALLS[call][1] for call in calls):
        found = read(selection)
        told = any(f"`{CALLS[call][0]}`" in reason for reason in found.reasons for call in calls)
        assert told or len(found.bundles) == (1 if selection is ONE else 12), "what was lost is told"


@pytest.mark.parametrize("seed", [None, *SEEDS])
def test_a_pass_over_the_roles_that_is_broken_is_no_pass(
    whole: Aws, read: Any, monkeypatch: pytest.MonkeyPatch, seed: int | None
) -> None:
    monkeypatch.setattr(roles, "FEW", 0)
    trust = f"<AssumeRolePolicyDocument>{TRUST}</AssumeRolePolicyDocument>"
    inline = "<member><PolicyName>own</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member>"
    role = f"<member><Arn>{ROLE.replace('hook', 'f00')}</Arn>{trust}<RolePolicyList>{inline}</RolePolicyList></member>"
    details = f"<RoleDetailList>{role}</RoleDetailList><IsTruncated>false</IsTruncated>"
    whole.on("iam", "GetAccountAuthorizationDetails", query_xml("GetAccountAuthorizationDetails", details))
    broken(whole, "iam GetAccountAuthorizationDetails", seed)
    assert read(ONE).bundles["f00"]["role"]["trust_policy"]["Statement"]


@pytest.mark.parametrize("policy", ["[]", "7", '"word"', "null", "{", ""])
def test_a_policy_that_is_no_object_is_not_known(aws: Aws, read: Any, policy: str) -> None:
    aws.on("lambda", "/policy", plain(Policy=policy))
    aws.on("lambda", "/resource-policy/", plain(Policy=policy))
    found = read()
    assert found.bundles["hook"]["unknown"] == ["resource_policy"]
    assert len(found.reasons) == 1


@pytest.mark.parametrize(
    "alias",
    [
        {"Name": "live", "FunctionVersion": "word"},
        {"Name": "live", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"two": 0.5}}},
    ],
)
def test_an_alias_of_what_is_no_version_is_skipped(aws: Aws, read: Any, alias: dict[str, Any]) -> None:
    aws.on("lambda", "/aliases", plain(Aliases=[alias]))
    found = read()
    assert found.bundles["hook"]["unknown"] == ["resource_policy"]
    assert ["lambda:ListAliases" in reason for reason in found.reasons] == [True]


@pytest.mark.parametrize("account", ["", "word", f"{ACCOUNT}0"])
def test_an_arn_of_nothing_is_skipped_and_the_rest_is_audited(aws: Aws, read: Any, account: str) -> None:
    listed = [
        {"FunctionName": "f0", "FunctionArn": f"arn:aws:lambda:eu-west-1:{account}", "Role": ROLE},
        {"FunctionName": "hook", "FunctionArn": FUNCTION, "Role": ROLE},
    ]
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=listed))
    found = read()
    assert [str(function.name) for function in found.live.reading.estates[0].functions] == ["hook"]
    assert len(found.reasons) == 1


@pytest.mark.parametrize(
    ("answer", "told", "fault"),
    [
        ({}, "A", "`A` is missing in it, or of the wrong type"),
        ([], "A", "it is no object"),
        ({"A": ""}, "A", "`A` is missing in it, or of the wrong type"),
        ({"A": "x"}, "A", None),
        ({"A": 1}, "A?", "`A` is missing in it, or of the wrong type"),
        ({"A": ""}, "A?", None),
        ({"A": None}, "A?", None),
        ({"A": []}, "A[].B", None),
        ({"A": [{}]}, "A[].B", "`A[].B` is missing in it, or of the wrong type"),
        ({"A": [None]}, "A[].B?", "`A[].B` is missing in it, or of the wrong type"),
        ({"A": ["x", 1]}, "A[].", "`A[]` is missing in it, or of the wrong type"),
        ({"A": {"k": {"B": 1}}}, "A{}.B", "`A{}.B` is missing in it, or of the wrong type"),
        ({"A": {"k": {}}}, "A{}.B?", None),
        ({"A": []}, "A{}", "`A{}` is missing in it, or of the wrong type"),
        ({"B": []}, "A[]|B[]", None),
        ({"C": []}, "A[]|B[]", "`A[]` or `B[]` is missing in it, or of the wrong type"),
    ],
)
def test_paths_tell_what_an_answer_has(answer: Any, told: str, fault: str | None) -> None:
    assert fault_of(json.loads(json.dumps(answer)), [told]) == fault
