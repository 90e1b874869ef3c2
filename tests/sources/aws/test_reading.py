"""What is read of an account, call by call, and what becomes of calls that fail."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from auditor.estate.function import LexGeneration
from auditor.sources.aws.selection import Selection

from .fake import ACCOUNT, FUNCTION, REGION, ROLE, TRUST, Answer, Aws, error, plain, query_error, query_xml

LEX = f"arn:aws:lex:{REGION}:{ACCOUNT}"


def policy(resource: str, sid: str = "lex") -> Answer:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "lexv2.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": resource,
    }
    return plain(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}), RevisionId=f"revision-{sid}")


def test_each_alias_and_the_versions_behind_it_have_policies_of_their_own(aws: Aws, read: Any) -> None:
    """Lambda developer guide: the policy of a version or alias is apart from the function's."""
    weights = {"AdditionalVersionWeights": {"3": 0.1}}
    aws.on("lambda", "/aliases", plain(Aliases=[{"Name": "live", "FunctionVersion": "2", "RoutingConfig": weights}]))
    aws.on("lambda", r"resource-policy/.*hook%3Alive\?", policy(f"{FUNCTION}:live", "on-alias"))
    aws.on("lambda", r"resource-policy/.*hook%3A3\?", policy(f"{FUNCTION}:3", "on-version"))
    found = read()
    statements = found.bundles["hook"]["resource_policy"]["Statement"]
    assert [statement["Sid"] for statement in statements] == ["on-alias", "on-version"]
    assert found.live.revisions == {(FUNCTION, "live"): "revision-on-alias", (FUNCTION, "3"): "revision-on-version"}
    assert found.skipped == ()


def test_where_the_new_call_is_refused_or_not_known_the_old_one_is_asked(aws: Aws, read: Any) -> None:
    for refusal in (
        error("AccessDeniedException", 403),
        Answer(404, "<html></html>"),
        error("UnknownOperationException"),
    ):
        aws.on("lambda", "/resource-policy/", refusal)
        aws.on("lambda", "/functions/hook/policy", policy(FUNCTION))
        found = read()
        assert (found.reasons, len(found.bundles["hook"]["resource_policy"]["Statement"])) == ([], 1)


def test_a_refused_policy_is_unknown_and_names_the_permission(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/resource-policy/", error("AccessDeniedException", 403))
    aws.on("lambda", "/functions/hook/policy", error("AccessDeniedException", 403))
    found = read()
    assert found.reasons == [f"AWS refuses `lambda:GetResourcePolicy` on `{FUNCTION}`"]
    assert "allow `lambda:GetResourcePolicy`" in found.skipped[0].help
    assert found.bundles["hook"]["unknown"] == ["resource_policy"]
    assert found.live.reading.estates[0].functions[0].resource_policy is None


@pytest.mark.parametrize("call", ["/resource-policy/", "/aliases", "/event-source-mappings", "/urls"])
@pytest.mark.parametrize("body", ["<html>log in</html>", "", " \n"])
def test_a_page_or_nothing_in_the_place_of_an_answer_is_no_empty_answer(
    aws: Aws, read: Any, call: str, body: str
) -> None:
    """botocore takes what is no JSON for an answer without members."""
    aws.on("lambda", call, Answer(200, body, {"Content-Type": "text/html; charset=utf-8"}))
    found = read()
    assert [reason.endswith("the answer is none of AWS's") for reason in found.reasons] == [True]


def test_the_pages_of_lex_v2_are_followed_to_their_end(aws: Aws, read: Any) -> None:
    """botocore has no paginators for these calls."""

    def bot(number: int) -> dict[str, str]:
        return {"botId": f"BOT000000{number}", "botName": f"b{number}"}

    def bots(request: Any) -> Answer:
        second = json.loads(request.body or "{}").get("nextToken") == "two"
        return plain(botSummaries=[bot(2)]) if second else plain(botSummaries=[bot(1)], nextToken="two")

    def aliases(request: Any) -> Answer:
        second = json.loads(request.body or "{}").get("nextToken") == "two"
        one, other = {"botAliasId": "TSTALIASID"}, {"botAliasId": "ALIAS00001"}
        return plain(botAliasSummaries=[other]) if second else plain(botAliasSummaries=[one], nextToken="two")

    hook = {"lambdaCodeHook": {"lambdaARN": f"{FUNCTION}:live", "codeHookInterfaceVersion": "1.0"}}
    setting = {"enabled": True, "codeHookSpecification": hook}
    aws.on("lex", "POST /bots/", bots)
    aws.on("lex", r"POST /bots/BOT\d+/botaliases/", aliases)
    aws.on(
        "lex",
        r"GET /bots/BOT\d+/botaliases/",
        plain(botAliasId="A", botAliasLocaleSettings={"en_US": setting, "de_DE": setting}),
    )
    found = read()
    assert [(h["bot"], h["alias"]) for h in found.bundles["hook"]["hooks"]] == [
        (bot, alias) for bot in ("BOT0000001", "BOT0000002") for alias in ("TSTALIASID", "ALIAS00001")
    ]
    assert {(h["qualifier"], *h["locales"]) for h in found.bundles["hook"]["hooks"]} == {("live", "de_DE", "en_US")}
    function = found.live.reading.estates[0].functions[0]
    assert str(function.hooks[0].source_arn) == f"{LEX}:bot-alias/BOT0000001/TSTALIASID"
    assert str(function.hooks[0].origin) == f"{LEX}:bot-alias/BOT0000001/TSTALIASID"
    assert function.hooks_known == frozenset(LexGeneration)


def intents(aws: Aws) -> None:
    """A V1 intent whose version 1 calls the function for its dialog, and whose $LATEST for its fulfilment."""
    aws.on("lex", r"GET /intents/\?", plain(intents=[{"name": "Order", "version": "$LATEST"}]))
    aws.on("lex", r"GET /intents/Order/versions/\?", plain(intents=[{"version": "1"}, {"version": "$LATEST"}]))
    dialog = {"uri": FUNCTION, "messageVersion": "1.0"}
    aws.on("lex", r"GET /intents/Order/versions/1\?", plain(name="Order", dialogCodeHook=dialog))
    activity = {"type": "CodeHook", "codeHook": {"uri": f"{FUNCTION}:live", "messageVersion": "1.0"}}
    aws.on("lex", r"GET /intents/Order/versions/.+LATEST\?", plain(name="Order", fulfillmentActivity=activity))


def test_intents_of_lex_v1_are_read_where_the_endpoint_still_answers(aws: Aws, read: Any) -> None:
    intents(aws)
    assert read().bundles["hook"]["hooks"] == [
        {"lex": "v1", "intent": "Order", "qualifier": "live"},
        {"lex": "v1", "intent": "Order"},
    ]


@pytest.mark.parametrize("status", [404, 410])
def test_an_endpoint_of_lex_v1_that_is_gone_means_that_there_are_no_intents(aws: Aws, read: Any, status: int) -> None:
    aws.on("lex", r"GET /intents/\?", Answer(status, ""))
    found = read()
    assert (found.reasons, found.bundles["hook"]["hooks"]) == ([], [])
    assert aws.asked("lex", r"GET /intents/\?") == 1, "one try"


def test_a_host_of_lex_v1_that_nobody_is_at_means_the_same(aws: Aws, read: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LEX_MODEL_BUILDING_SERVICE", "http://127.0.0.1:9")
    assert read().reasons == []


def test_a_refusal_of_lex_v1_is_skipped_as_any_other(aws: Aws, read: Any) -> None:
    aws.on("lex", r"GET /intents/\?", error("AccessDeniedException", 403))
    found = read()
    assert found.reasons == [f"AWS refuses `lex:GetIntents` on `{LEX}:intent:*`"]
    assert found.live.reading.estates[0].functions[0].hooks_known == {LexGeneration.V2}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error("TooManyRequestsException", 429), "TooManyRequestsException"),
        (error("ServiceException", 500), "ServiceException"),
        (Answer(503, ""), "503"),
        (Answer(cut=True), "Connection"),
    ],
)
def test_a_call_that_fails_now_and_then_is_repeated_and_one_that_keeps_failing_is_told(
    aws: Aws, read: Any, answer: Answer, said: str
) -> None:
    aws.on("lambda", "/aliases", answer, answer, plain(Aliases=[]))
    assert read(Selection(functions=())).reasons == []
    aws.on("lambda", "/aliases", answer)
    found = read()
    [reason] = found.reasons
    assert reason.startswith(f"`lambda:ListAliases` on `{FUNCTION}` failed: "), reason
    assert said in reason
    assert found.bundles["hook"]["unknown"] == ["resource_policy"]


def test_a_function_that_is_deleted_between_two_calls_is_told_and_the_rest_is_read(aws: Aws, read: Any) -> None:
    gone = {"FunctionName": "gone", "FunctionArn": FUNCTION.replace("hook", "gone"), "Role": ROLE}
    aws.on(
        "lambda",
        r"GET /2015-03-31/functions/?\?",
        plain(Functions=[gone, {"FunctionName": "hook", "FunctionArn": FUNCTION, "Role": ROLE}]),
    )
    aws.on("lambda", "/functions/gone/aliases", error("ResourceNotFoundException", 404))
    found = read()
    assert list(found.bundles) == ["hook"]
    assert found.reasons == [f"the function `{gone['FunctionArn']}` was deleted while it was read"]


def test_of_a_role_the_rest_is_read_where_a_part_is_refused(aws: Aws, read: Any) -> None:
    aws.on("iam", "Action=ListAttachedRolePolicies", query_error("AccessDenied"))
    names = "<PolicyNames><member>own</member></PolicyNames><IsTruncated>false</IsTruncated>"
    aws.on("iam", "Action=ListRolePolicies", query_xml("ListRolePolicies", names))
    document = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"
    inline = f"<RoleName>hook-role</RoleName><PolicyName>own</PolicyName><PolicyDocument>{document}</PolicyDocument>"
    aws.on("iam", "Action=GetRolePolicy&", query_xml("GetRolePolicy", inline))
    found = read()
    assert found.reasons == [f"AWS refuses `iam:ListAttachedRolePolicies` on `{ROLE}`"]
    [role] = found.live.reading.estates[0].roles
    assert (role.trust is not None, [str(p.name) for p in role.policies], role.policies_known) == (True, ["own"], False)


def test_without_credentials_nothing_is_clean(aws: Aws, read: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    found = read()
    assert found.live.reading.empty
    assert len(found.skipped) == 1
    assert "log in, or name another --profile" in found.skipped[0].help


def test_environment_variables_never_leave_the_answer(aws: Aws, read: Any) -> None:
    told = {
        "FunctionName": "hook",
        "FunctionArn": FUNCTION,
        "Role": ROLE,
        "Environment": {"Variables": {"KEY": "s3cret"}},
    }
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=[told]))
    found = read()
    assert "s3cret" not in json.dumps(found.bundles)


def event(rule: str) -> Answer:
    statement = {
        "Sid": "rule",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": rule}},
    }
    return plain(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}), RevisionId="r")


def test_a_rule_that_the_policy_names_is_looked_up(aws: Aws, read: Any) -> None:
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/own-bus/nightly"
    aws.on("lambda", "/resource-policy/", event(rule))
    aws.on("events", "ListTargetsByRule", plain(Targets=[{"Id": "1", "Arn": f"{FUNCTION}:live"}]))
    calls = {"service": "events.amazonaws.com", "source_arn": rule, "qualifier": "live"}
    assert read().bundles["hook"]["invokers"] == [calls]
    [request] = [r for r in aws.requests if r.service == "events"][:1]
    assert json.loads(request.body) == {"Rule": "nightly", "EventBusName": "own-bus"}
    aws.on("events", "ListTargetsByRule", error("ResourceNotFoundException"))
    orphan = read()
    assert (orphan.bundles["hook"]["invokers"], orphan.bundles["hook"].get("unknown")) == ([], None)
    aws.on("events", "ListTargetsByRule", error("AccessDeniedException"))
    refused = read()
    assert refused.bundles["hook"]["unknown"] == ["invokers"]
    assert refused.reasons == [f"AWS refuses `events:ListTargetsByRule` on `{rule}`"]


def test_many_roles_are_read_in_one_pass_and_one_by_one_where_that_is_refused(aws: Aws, read: Any) -> None:
    arns = [ROLE.replace("hook", f"r{number:02}") for number in range(30)]
    listed = [
        {"FunctionName": f"f{n:02}", "FunctionArn": FUNCTION.replace("hook", f"f{n:02}"), "Role": arn}
        for n, arn in enumerate(arns)
    ]
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=listed))
    trust = f"<AssumeRolePolicyDocument>{TRUST}</AssumeRolePolicyDocument>"
    details = "".join(f"<member><Arn>{arn}</Arn>{trust}</member>" for arn in arns)
    whole = f"<RoleDetailList>{details}</RoleDetailList><IsTruncated>false</IsTruncated>"
    aws.on("iam", "GetAccountAuthorizationDetails", query_xml("GetAccountAuthorizationDetails", whole))
    assert read().reasons == []
    passes, singles = aws.asked("iam", "GetAccountAuthorizationDetails"), aws.asked("iam", "Action=GetRole&")
    assert (passes, singles) == (1, 10)
    aws.requests.clear()
    aws.on("iam", "GetAccountAuthorizationDetails", query_error("AccessDenied"))
    assert read().reasons == []
    assert (aws.asked("iam", "GetAccountAuthorizationDetails"), aws.asked("iam", "Action=GetRole&")) == (1, 30)


def test_functions_are_chosen_by_name_tag_and_prefix(aws: Aws, read: Any) -> None:
    def configured(request: Any) -> Answer:
        name = re.search(r"/functions/([^/]+)/configuration", request.path)
        assert name is not None
        return plain(FunctionName=name[1], FunctionArn=FUNCTION.replace(":hook", f":{name[1]}"), Role=ROLE)

    aws.on("lambda", "/configuration", configured)
    tagged = [{"ResourceARN": FUNCTION.replace(":hook", f":{name}")} for name in ("a-one", "b-two")]
    aws.on("tagging", "GetResources", plain(ResourceTagMappingList=tagged, PaginationToken=""))
    assert list(read(Selection(functions=("a-one", "c"))).bundles) == ["a-one", "c"]
    assert list(read(Selection(tags=(("team", "bots"),))).bundles) == ["a-one", "b-two"]
    assert list(read(Selection(tags=(("team", "bots"),), prefix="b")).bundles) == ["b-two"]
    assert list(read(Selection(tags=(("team", "bots"),), functions=("c", "a-one"))).bundles) == ["a-one"]
    assert list(read(Selection(prefix="nothing")).bundles) == []
    assert aws.asked("lambda", r"GET /2015-03-31/functions/?\?") == 1, "only the prefix alone needs the list"
    aws.on("lambda", "/configuration", error("ResourceNotFoundException", 404))
    assert read(Selection(functions=("typo",))).reasons == [f"there is no `{FUNCTION.replace('hook', 'typo')}`"]


def test_a_name_is_missing_only_where_no_region_has_it(aws: Aws, read: Any) -> None:
    other = FUNCTION.replace(REGION, "us-east-1")
    there = plain(FunctionName="hook", FunctionArn=other, Role=ROLE)
    aws.on("lambda", "/configuration", error("ResourceNotFoundException", 404), there)
    found = read(Selection(functions=("hook",), regions=(REGION, "us-east-1")))
    assert ([bundle["function"]["arn"] for bundle in found.bundles.values()], found.reasons) == ([other], [])


@pytest.mark.parametrize(
    "rule",
    [
        f"arn:aws:events:us-east-1:{ACCOUNT}:rule/r",
        f"arn:aws:events:{REGION}:444455556666:rule/r",
        f"arn:aws:events:{REGION}:{ACCOUNT}:rule/*",
    ],
)
def test_a_source_that_is_elsewhere_is_not_asked_and_not_known(aws: Aws, read: Any, rule: str) -> None:
    aws.on("lambda", "/resource-policy/", event(rule))
    found = read()
    assert (found.bundles["hook"]["unknown"], found.reasons, aws.asked("events")) == (["invokers"], [], 0)


def test_a_configuration_is_kept_as_far_as_it_is_judged(aws: Aws, read: Any) -> None:
    arns = {name: f"arn:aws:{name}:{REGION}:{ACCOUNT}:x" for name in ("sqs", "sns", "kms", "elasticfilesystem")}
    layer = f"arn:aws:lambda:{REGION}:580247275435:layer:LambdaInsightsExtension:21"
    told = {
        "FunctionName": "hook",
        "FunctionArn": FUNCTION,
        "Role": ROLE,
        "Runtime": "python3.12",
        "VpcConfig": {"SubnetIds": ["subnet-1"]},
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": arns["sqs"]},
        "FileSystemConfigs": [{"Arn": arns["elasticfilesystem"], "LocalMountPath": "/mnt"}],
        "KMSKeyArn": arns["kms"],
        "LoggingConfig": {"LogGroup": "/own/group"},
        "Layers": [{"Arn": layer}],
    }
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=[told]))
    sent = {"OnSuccess": {"Destination": arns["sns"]}, "OnFailure": {"Destination": arns["sqs"]}}
    configs = [{"FunctionArn": FUNCTION, "DestinationConfig": sent}]
    aws.on("lambda", "/event-invoke-config", plain(FunctionEventInvokeConfigs=configs))
    mapping = {"FunctionArn": f"{FUNCTION}:live", "EventSourceArn": arns["sqs"]}
    aws.on("lambda", "/event-source-mappings", plain(EventSourceMappings=[mapping]))
    aws.on("lambda", "/urls", plain(FunctionUrlConfigs=[{"FunctionArn": f"{FUNCTION}:live", "AuthType": "NONE"}]))
    aws.on("logs", "own/group", plain(logGroups=[{"logGroupName": "/own/group-2"}]))
    assert read().bundles["hook"]["function"] == {
        "name": "hook",
        "arn": FUNCTION,
        "log_group": {"name": "/own/group", "managed": False},
        "runtime": "python3.12",
        "vpc": True,
        "tracing": "active",
        "dead_letter": arns["sqs"],
        "file_systems": [arns["elasticfilesystem"]],
        "kms_key": arns["kms"],
        "layers": [layer],
        "url": {"auth": "NONE", "qualifier": "live"},
        "destinations": {"on_success": arns["sns"], "on_failure": arns["sqs"]},
        "event_sources": [{"arn": arns["sqs"]}],
    }


def test_the_urls_of_aliases_are_all_kept(aws: Aws, read: Any) -> None:
    listed = [
        {"FunctionArn": f"{FUNCTION}:live", "AuthType": "NONE"},
        {"FunctionArn": FUNCTION, "AuthType": "AWS_IAM"},
    ]
    aws.on("lambda", "/urls", plain(FunctionUrlConfigs=listed))
    function = read().bundles["hook"]["function"]
    assert function["urls"] == [{"auth": "AWS_IAM"}, {"auth": "NONE", "qualifier": "live"}]
