"""A published version keeps its role and its configuration: those that callers reach are read, and no other.

Expectations from the Lambda API reference (GetFunctionConfiguration, Qualifier; ListAliases, RoutingConfig).
"""

from __future__ import annotations

import json
from typing import Any

import auditor

from .fake import ACCOUNT, FUNCTION, REGION, ROLE, Answer, Aws, error, plain, query_error

OLD = ROLE.replace("hook-role", "old-role")
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/nightly"


def version(number: str, role: str = ROLE, **settings: Any) -> Answer:
    return plain(FunctionName="hook", FunctionArn=f"{FUNCTION}:{number}", Version=number, Role=role, **settings)


def publish(aws: Aws, *numbers: str, **settings: Any) -> None:
    for number in numbers:
        aws.on("lambda", rf"/hook/configuration\?Qualifier={number} ", version(number, **settings))


def alias(name: str, *versions: str) -> dict[str, Any]:
    first, *more = versions
    weights = {"RoutingConfig": {"AdditionalVersionWeights": dict.fromkeys(more, 0.1)}} if more else {}
    return {"Name": name, "FunctionVersion": first, **weights}


def asked(aws: Aws) -> list[str]:
    return [r.query.partition("=")[2] for r in aws.requests if r.path.endswith("/hook/configuration")]


def test_a_version_with_another_role_is_told_with_it(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2")]))
    publish(aws, "2", role=OLD, DeadLetterConfig={"TargetArn": DEAD})
    found = read()
    [told] = found.bundles["hook"]["versions"]
    assert (told["version"], told["role"]["arn"], told["dead_letter"]) == ("2", OLD, DEAD)
    assert told["role"]["trust_policy"] is not None
    functions = found.live.reading.estates[0].functions
    assert [(f.title, f.role) for f in functions] == [("hook", ROLE), ("hook:2", OLD)]
    assert str(functions[1].origin) == f"{FUNCTION}:2"
    assert found.reasons == []


def test_versions_behind_weights_are_read_once_each_and_unused_ones_not_at_all(aws: Aws, read: Any) -> None:
    aliases = [alias("live", "3", "2"), alias("next", "3"), alias("tip", "$LATEST")]
    aws.on("lambda", "/aliases", plain(Aliases=aliases))
    publish(aws, "2", "3")
    assert "versions" not in read().bundles["hook"], "both are as the function is"
    assert asked(aws) == ["2", "3"]


def test_without_an_alias_no_version_is_asked_for(aws: Aws, read: Any) -> None:
    read()
    assert asked(aws) == []


def test_versions_that_bots_and_mappings_call_are_read(aws: Aws, read: Any) -> None:
    hook = {"lambdaCodeHook": {"lambdaARN": f"{FUNCTION}:4", "codeHookInterfaceVersion": "1.0"}}
    aws.on("lex", r"POST /bots/\?", plain(botSummaries=[{"botId": "BOT0000001"}]))
    aws.on("lex", r"POST /bots/BOT0000001/botaliases/", plain(botAliasSummaries=[{"botAliasId": "TSTALIASID"}]))
    settings = {"en_US": {"enabled": True, "codeHookSpecification": hook}}
    aws.on("lex", r"GET /bots/BOT0000001/botaliases/", plain(botAliasId="TSTALIASID", botAliasLocaleSettings=settings))
    mapping = {"FunctionArn": f"{FUNCTION}:5", "EventSourceArn": QUEUE}
    aws.on("lambda", "/event-source-mappings", plain(EventSourceMappings=[mapping]))
    publish(aws, "4", "5", role=OLD)
    fourth, fifth = read().bundles["hook"]["versions"]
    assert (fourth["version"], "event_sources" in fourth) == ("4", False)
    assert (fifth["version"], fifth["event_sources"], fifth["role"]) == ("5", [{"arn": QUEUE}], {"arn": OLD})


def test_a_version_that_a_rule_calls_is_read_with_its_own_policy(aws: Aws, read: Any) -> None:
    """The function's policy names the rule, whose target is a version that nothing else leads to."""
    names_rule = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": RULE}},
    }

    def policy(resource: str) -> Answer:
        return plain(Policy=json.dumps({"Statement": [{**names_rule, "Resource": resource}]}), RevisionId="r")

    aws.on("lambda", r"resource-policy/.*hook\?", policy(FUNCTION))
    aws.on("lambda", r"resource-policy/.*hook%3A7\?", policy(f"{FUNCTION}:7"))
    aws.on("events", "ListTargetsByRule", plain(Targets=[{"Id": "1", "Arn": f"{FUNCTION}:7"}]))
    publish(aws, "7", role=OLD)
    bundle = read().bundles["hook"]
    assert [s["Resource"] for s in bundle["resource_policy"]["Statement"]] == [FUNCTION, f"{FUNCTION}:7"]
    assert [told["version"] for told in bundle["versions"]] == ["7"]


def test_what_an_alias_polls_and_where_it_sends_is_its_versions(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2"), alias("same", "3")]))
    publish(aws, "2", role=OLD)
    publish(aws, "3")
    mapping = {"FunctionArn": f"{FUNCTION}:live", "EventSourceArn": QUEUE}
    aws.on("lambda", "/event-source-mappings", plain(EventSourceMappings=[mapping]))
    sent = {called: f"{QUEUE}-{called.strip('$')}" for called in ("$LATEST", "live", "same")}
    configs = [
        {"FunctionArn": f"{FUNCTION}:{qualifier}", "DestinationConfig": {"OnFailure": {"Destination": target}}}
        for qualifier, target in sent.items()
    ]
    aws.on("lambda", "/event-invoke-config", plain(FunctionEventInvokeConfigs=configs))
    bundle = read().bundles["hook"]
    assert bundle["function"]["destinations"] == [{"on_failure": sent["$LATEST"]}, {"on_failure": sent["same"]}]
    assert "event_sources" not in bundle["function"]
    [told] = bundle["versions"]
    assert (told["destinations"], told["event_sources"]) == ({"on_failure": sent["live"]}, [{"arn": QUEUE}])


def test_a_version_that_is_refused_is_unknown_and_told(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2")]))
    aws.on("lambda", r"/hook/configuration\?Qualifier=2 ", error("AccessDeniedException", 403))
    found = read()
    assert found.reasons == [f"AWS refuses `lambda:GetFunctionConfiguration` on `{FUNCTION}:2`"]
    assert found.bundles["hook"]["versions"] == [{"version": "2"}]
    assert found.live.reading.estates[0].functions[1].role is None


def test_a_version_that_vanishes_under_its_alias_is_told_and_one_that_a_bot_dreams_of_is_not(
    aws: Aws, read: Any
) -> None:
    mapping = {"FunctionArn": f"{FUNCTION}:9", "EventSourceArn": QUEUE}
    aws.on("lambda", "/event-source-mappings", plain(EventSourceMappings=[mapping]))
    aws.on("lambda", r"/hook/configuration\?Qualifier", error("ResourceNotFoundException", 404))
    found = read()
    assert (found.reasons, "versions" in found.bundles["hook"]) == ([], False)
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2")]))
    assert read().reasons == [f"`{FUNCTION}:2` was deleted while it was read"]


def test_a_role_of_a_version_that_is_refused_does_not_darken_the_functions_own(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2")]))
    publish(aws, "2", role=OLD)
    for action in ("GetRole", "ListRolePolicies", "ListAttachedRolePolicies"):
        aws.on("iam", rf"Action={action}&.*RoleName=old-role", query_error("AccessDenied"))
    found = read()
    bundle = found.bundles["hook"]
    assert (bundle.get("unknown"), bundle["versions"][0]["unknown"]) == (None, ["boundary", "policies"])
    assert len(found.reasons) == 2
    own, old = found.live.reading.estates[0].roles
    assert (own.policies_known, old.policies_known) == (True, False)


def test_a_version_whose_role_was_deleted_cannot_run(aws: Aws, read: Any) -> None:
    """IAM answers NoSuchEntity for it: nothing is left open, and what the version needs is missing."""
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2")]))
    publish(aws, "2", role=OLD)
    aws.on("iam", r"Action=GetRole&.*RoleName=old-role", query_error("NoSuchEntity", 404))
    found = read()
    assert found.bundles["hook"]["versions"][0]["role"] == {"arn": OLD, "exists": False}
    assert found.reasons == []
    report = auditor.audit(found.live.reading)
    [told] = [entry for entry in report.entries if entry.finding.rule == "trust-not-lambda"]
    assert (
        told.finding.message == "the execution role `old-role` does not exist any more, so Lambda cannot run `hook:2`"
    )
    missing = [entry for entry in report.entries if entry.finding.fact.role and not entry.finding.fact.role.exists]
    assert {entry.finding.rule for entry in missing} == {"trust-not-lambda", "logs-missing"}
    assert {fix.fix.safety.value for entry in missing for fix in entry.fixes} == {"advice"}
    needs = {need.need.kind.value: need.decision for each in report.functions[1:] for need in each.needs}
    assert needs == {"assume": "deny", "logs": "deny"}


def test_a_function_whose_role_was_deleted_cannot_run(aws: Aws, read: Any) -> None:
    aws.on("iam", "Action=GetRole&", query_error("NoSuchEntity", 404))
    found = read()
    assert (found.bundles["hook"]["role"], found.reasons) == ({"arn": ROLE, "exists": False}, [])
    rules = {finding.rule: finding.message for finding in auditor.audit(found.live.reading).findings}
    assert "trust-not-lambda" in rules


def test_a_snapshot_of_versions_says_what_the_account_says(aws: Aws, read: Any, tmp_path: Any) -> None:
    aws.on("lambda", "/aliases", plain(Aliases=[alias("live", "2")]))
    publish(aws, "2", role=OLD, VpcConfig={"SubnetIds": ["s"]})
    found = read()
    file = tmp_path / "hook.json"
    file.write_text(json.dumps(found.bundles["hook"]))
    live, written = auditor.audit(found.live.reading), auditor.audit(auditor.read(file))
    assert [(f.rule, f.message, f.fingerprint) for f in live.findings] == [
        (f.rule, f.message, f.fingerprint) for f in written.findings
    ]
    assert ("role-need-missing", "hook:2") in [(f.rule, f.function and f.function.title) for f in live.findings]
