"""Findings that have to do with one another get one fix, and the fixes of a report get on together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.facts import collect
from auditor.engine.finding import Finding
from auditor.engine.levels import Kind
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.estate.estate import Estate
from auditor.estate.role import Attachment, RolePolicy
from auditor.fixes import prove
from auditor.fixes.apply import apply
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.operation import AddInlinePolicy, AddPermission, DetachPolicy, RemovePermission
from auditor.fixes.plan import plan, plan_all
from auditor.fixes.touching import Parts
from auditor.iam.decide import decide
from auditor.iam.document import PolicyKind
from auditor.iam.managed import managed_policy
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.text import ACCOUNT, REGION, text
from auditor.needs import decide_need, derive, granting
from tests.engine.facts.estates import ACCOUNT_ID, alias_hook, estate_of, intent_hook, permission, role_of, source_arn

RULES = load_rules()
V2 = {"Service": "lexv2.amazonaws.com"}
WRITING = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


def found(estate: Estate, *rules: str) -> tuple[Finding, ...]:
    """The findings of an estate, in the order of a report."""
    return tuple(f for f in judge(RULES, collect(estate)) if not rules or f.rule in rules)


def first_fixes(findings: Sequence[Finding]) -> list[Fix]:
    """The first fix of each finding, in the order of a report, equal ones once."""
    distinct: list[Fix] = []
    for listed in plan_all(findings):
        if listed[0].operations and all(listed[0].operations != fix.operations for fix in distinct):
            distinct.append(listed[0])
    return distinct


def answers(estate: Estate) -> list[str]:
    return [
        decide_need(need, granting(need, estate)).verdict.value
        for function in estate.functions
        for need in derive(function, estate)
    ]


def carried_out(estate: Estate, fixes: Iterable[Fix]) -> Estate:
    """The estate after the fixes, one after another. No need is lost on the way, and Lambda would
    take every statement id."""
    for fix in fixes:
        for operation in fix.operations:
            if isinstance(operation, AddPermission):
                ids = {str(s.sid) for f in estate.functions for s in f.resource_policy or ()}
                assert operation.statement_id not in ids
            before = answers(estate)
            estate = apply(estate, (operation,))
            assert [(b, a) for b, a in zip(before, answers(estate), strict=True) if b == "allow" != a] == []
    return estate


@pytest.mark.parametrize(
    "other", [{}, {"Resource": "*"}, {"Condition": {"StringLike": {"AWS:SourceArn": "arn:aws:lex:*"}}}]
)
def test_permissions_that_are_open_through_one_another_are_mended_together(other: dict[str, Any]) -> None:
    """Two unscoped permissions for one hook: with one of them gone the other still lets everyone in."""
    estate = estate_of(permission(V2, Sid="S0"), permission(V2, Sid="S1", **other), hooks=(alias_hook(),))
    findings = found(estate, "lex-invoke-unscoped")
    fixes = [listed[0] for listed in plan_all(findings)]
    assert len(findings) == 2
    assert fixes[0] == fixes[1]
    assert fixes[0].safety is Safety.SAFE
    kinds = [type(operation) for operation in fixes[0].operations]
    assert kinds == [AddPermission, RemovePermission, RemovePermission]
    assert [f.rule for f in found(carried_out(estate, fixes[:1]))] == []


def test_what_serves_nothing_and_is_open_through_another_is_removed_with_it() -> None:
    """The two add nothing alike and say nothing alike: only the witness of each ties them."""
    of_lex = {"StringLike": {"AWS:SourceArn": "arn:aws:lex:*"}}
    estate = estate_of(permission(V2, Sid="S0"), permission(V2, of_lex, Sid="S1"), hooks=())
    findings = found(estate, "lex-invoke-unscoped")
    (fix,) = first_fixes(findings)
    assert [type(operation) for operation in fix.operations] == [RemovePermission, RemovePermission]
    assert found(carried_out(estate, [fix])) == ()


def test_by_itself_such_a_permission_is_advice_that_names_the_other() -> None:
    estate = estate_of(permission(V2, Sid="S0"), permission(V2, Sid="S1"), hooks=(alias_hook(),))
    (fix,) = plan(found(estate, "lex-invoke-unscoped")[0])
    assert fix.safety is Safety.ADVICE
    assert "by statement `S1`" in fix.advice
    assert fix.title not in fix.advice


def test_a_statement_with_two_principals_has_one_fix() -> None:
    both = permission({"Service": ["lex.amazonaws.com", "lexv2.amazonaws.com"]}, Sid="S0")
    estate = estate_of(both, hooks=(alias_hook(), intent_hook("CreatePost")))
    (fix,) = first_fixes(found(estate, "lex-invoke-unscoped"))
    assert fix.safety is Safety.SAFE
    assert [type(o) for o in fix.operations] == [AddPermission, AddPermission, RemovePermission]
    assert [f.rule for f in found(carried_out(estate, [fix])) if f.rule != "lex-v1-retired"] == []


def test_a_trust_statement_with_several_principals_has_one_fix() -> None:
    accounts = [f"arn:aws:iam::{number}:root" for number in ("444455556666", "555566667777")]
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"], "AWS": accounts},
        "Action": "sts:AssumeRole",
    }
    estate = estate_of(role=role_of(trust=trust))
    findings = found(estate, "trust-cross-account", "trust-extra-principal")
    (fix,) = first_fixes(findings)
    assert fix.safety is Safety.UNSAFE
    assert len(fix.proof.assumptions) == len(accounts) + 1
    after = carried_out(estate, [fix])
    assert [str(p.text) for s in after.roles[0].trust.statements for p in s.principals] == ["lambda.amazonaws.com"]


def aws_managed(name: str) -> RolePolicy:
    arn = text(f"arn:aws:iam::aws:policy/service-role/{name}")
    return RolePolicy(text(name), Attachment.AWS_MANAGED, managed_policy(str(arn)), arn)


def test_two_managed_policies_that_write_every_group_give_way_to_one_policy() -> None:
    names = ("AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole")
    role = replace(role_of(), policies=tuple(map(aws_managed, names)))
    estate = estate_of(role=role)
    findings = found(estate, "logs-managed-policy")
    assert len(findings) == len(names)
    (fix,) = first_fixes(findings)
    assert [type(o) for o in fix.operations] == [AddInlinePolicy, DetachPolicy, DetachPolicy]
    after = carried_out(estate, [fix])
    assert found(after, "logs-managed-policy", "logs-wildcard", "logs-missing") == ()
    kept = {str(action.text) for p in after.roles[0].policies for s in p.policy for action in s.actions}
    assert "ec2:CreateNetworkInterface" in kept


def statement(actions: list[str], resource: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


@pytest.mark.parametrize(
    "statements",
    [
        (statement(["logs:*"]), statement([*WRITING, "s3:GetObject"])),
        (statement([*WRITING, "logs:DeleteLogGroup"]),),
        (statement([*WRITING, "logs:DeleteLogGroup"]), statement(WRITING)),
        (statement(WRITING), statement(WRITING)),
        (statement(["logs:Create*", "logs:Put*"]), statement(["logs:GetLogEvents", "sqs:SendMessage"])),
    ],
    ids=["a service and a list", "one of two topics", "two statements", "twice the same", "patterns"],
)
def test_the_findings_of_one_document_have_one_first_fix(statements: tuple[dict[str, Any], ...]) -> None:
    """A role's document is written whole (`put-role-policy`): of two commands the second would undo
    the first."""
    estate = estate_of(role=role_of(*statements))
    findings = found(estate, "logs-wildcard", "logs-beyond-writing")
    assert findings
    (fix,) = first_fixes(findings)
    assert found(carried_out(estate, [fix]), "logs-wildcard", "logs-beyond-writing") == ()


def test_what_is_safe_by_itself_stays_so_beside_what_is_not() -> None:
    """The same permission for the hook takes the place of both, and only one removal is certain."""
    two_accounts = {"StringEquals": {"AWS:SourceAccount": [ACCOUNT_ID, "555566667777"]}}
    estate = estate_of(permission(V2, Sid="S0"), permission("*", two_accounts, Sid="S1"), hooks=(alias_hook(),))
    findings = found(estate)
    fixes = {f.rule: listed[0] for f, listed in zip(findings, plan_all(findings), strict=True)}
    sure = fixes.pop("lex-invoke-unscoped")
    (other,) = fixes.values()
    assert (sure.safety, other.safety) == (Safety.SAFE, Safety.UNSAFE)
    assert any("the fix for `lex-invoke-unscoped`" in assumption for assumption in other.proof.assumptions)
    for order in ([sure, other], [other, sure]):
        assert found(carried_out(estate, order)) == ()


def test_all_first_fixes_of_a_report_can_be_carried_out_in_any_order() -> None:
    estate = estate_of(
        permission(V2, Sid="S0"),
        permission(
            {"Service": "lex.amazonaws.com"}, source_arn(f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent:*"), Sid="S1"
        ),
        permission({"Service": "events.amazonaws.com"}, Sid="S2"),
        hooks=(alias_hook(), intent_hook("CreatePost"), intent_hook("CreatePost", qualifier="live")),
        role=role_of(statement(WRITING)),
    )
    fixes = first_fixes(found(estate))
    assert len(fixes) > 2
    for order in (fixes, fixes[::-1]):
        after = carried_out(estate, order)
        assert [f.rule for f in found(after) if f.kind is Kind.EXCESS] == []


def test_an_edit_of_a_policy_that_two_roles_hold_is_for_both() -> None:
    """A new version of a managed policy is in force for every role that it is attached to."""
    document = parse_policy(
        node({"Version": "2012-10-17", "Statement": [statement(["logs:CreateLogStream", "logs:PutLogEvents"])]}),
        PolicyKind.IDENTITY,
    )
    held = RolePolicy(text("shared"), Attachment.MANAGED, document, text("arn:aws:iam::111122223333:policy/shared"))
    roles = [replace(role_of(), key=key, name=text(key), policies=(replace(held, shared=True),)) for key in "ab"]
    (hook,) = estate_of(role=roles[0]).functions
    group = replace(hook.log_group, name=text("/aws/lambda/other"))
    other = replace(hook, name=text("other"), arn=text(f"{hook.arn}-other"), address="o", role="b", log_group=group)
    estate = dataclasses.replace(estate_of(role=roles[0]), functions=(hook, other), roles=tuple(roles))
    findings = found(estate, "logs-wildcard")
    assert len(findings) == 2
    (fix,) = first_fixes(findings)
    assert found(carried_out(estate, [fix]), "logs-wildcard", "logs-missing") == ()


def test_a_function_that_is_known_by_name_alone_loses_nothing_for_sure() -> None:
    """What else needs to call it is not known: a removal rests on that nothing does."""
    estate = estate_of(permission(Sid="S0"), hooks=())
    assert [plan(f)[0].safety for f in found(estate, "lex-invoke-unscoped")] == [Safety.SAFE]
    function = replace(estate.functions[0], described=False)
    for name in (text("hook"), text("${var.fn}")):
        by_name = dataclasses.replace(estate, functions=(replace(function, name=name),))
        for finding in found(by_name):
            for fix in plan(finding):
                assert fix.safety is not Safety.SAFE
                assert fix.proof is None or fix.proof.assumptions


def test_a_grant_that_may_be_on_this_function_is_narrowed_to_what_may_use_it() -> None:
    """The function's region is not known, and its permission's is: it may serve the hook."""
    estate = estate_of(permission(V2, Sid="S0"), hooks=(alias_hook(),), account_known=False)
    for finding in found(estate, "lex-invoke-unscoped"):
        assert "serves nothing" not in " ".join(fix.title for fix in plan(finding))
    arn = text("arn:aws:lambda:", REGION, ":", ACCOUNT, ":function:hook")
    assert estate.functions[0].arn == arn


def test_a_refusal_does_not_say_the_title_twice() -> None:
    estate = estate_of(permission(V2, Sid="S0"), permission("*", Sid="S1"), hooks=(alias_hook(),))
    for finding in found(estate):
        for fix in plan(finding):
            if fix.safety is Safety.ADVICE:
                assert fix.title not in fix.advice


@pytest.mark.parametrize(
    ("denied", "told"),
    [
        ({"Effect": "Deny", "Action": "logs:*", "Resource": "*", "Sid": "NoLogs"}, "by statement `NoLogs`"),
        (None, "permission boundary limits it"),
    ],
)
def test_advice_says_what_stands_in_the_way(denied: dict[str, Any] | None, told: str) -> None:
    boundary = {"Version": "2012-10-17", "Statement": [statement(["s3:GetObject"])]}
    role = role_of(denied) if denied else replace(role_of(), boundary=parse_policy(node(boundary), PolicyKind.IDENTITY))
    (finding,) = found(estate_of(role=role), "logs-missing")
    (fix,) = plan(finding)
    assert fix.safety is Safety.ADVICE
    assert told in fix.advice


def test_a_statement_that_could_not_be_read_is_counted_where_others_are_named() -> None:
    """The second of three statements is not known: the third is still the third."""
    wide = permission(V2, Sid="S0")
    estate = estate_of(wide, permission(V2, Sid="gone"), permission(V2, Sid="S2"), hooks=(alias_hook(),))
    (function,) = estate.functions
    first, _, third = function.resource_policy.statements
    policy = replace(function.resource_policy, statements=(first, third))
    estate = dataclasses.replace(estate, functions=(replace(function, resource_policy=policy),))
    findings = found(estate, "lex-invoke-unscoped")
    assert "by statement `S2`" in plan(findings[0])[0].advice
    assert len(first_fixes(findings)) == 1


def test_proofs_of_one_function_have_a_counted_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same input gives the same report on any machine: work is counted, not timed."""
    bots = [f"arn:aws:lex:us-east-1:*:bot-alias/BOT000000{number}/*" for number in range(6)]
    conditions = [{"StringLike": {"aws:SourceArn": bot}} for bot in bots]
    statements = [permission(V2, bound, Sid=f"S{number}") for number, bound in enumerate(conditions)]
    estate = estate_of(*statements, hooks=(alias_hook("BOT0000000"),))
    findings = found(estate, "lex-invoke-unscoped")
    assert {listed[0].safety for listed in plan_all(findings)} == {Safety.SAFE}
    monkeypatch.setattr(prove, "MOST_WORK", 30)
    fixes = [listed[0] for listed in plan_all(findings)]
    proved = [fix.safety is Safety.SAFE for fix in fixes]
    assert proved[0]
    assert not proved[-1]
    assert proved == sorted(proved, reverse=True)
    assert prove.TOO_MUCH_WORK in fixes[-1].advice
    assert [listed[0] for listed in plan_all(findings)] == fixes


def test_work_grows_with_the_findings_and_not_with_their_square() -> None:
    def work(count: int) -> float:
        bots = [f"arn:aws:lex:us-east-1:*:bot-alias/BOT{number:07}/*" for number in range(count)]
        statements = [permission(V2, {"StringLike": {"aws:SourceArn": bot}}, Sid=f"S{n}") for n, bot in enumerate(bots)]
        estate = estate_of(*statements, hooks=(alias_hook("BOT0000000"),))
        findings = found(estate, "lex-invoke-unscoped")
        prover = prove.Prover(Parts(estate))
        for finding, listed in zip(findings, plan_all(findings), strict=True):
            assert isinstance(prover.prove(finding, listed[0].operations), prove.Proof)
        # Each proof holds each statement against a few requests.
        return prover.work / count**2

    assert work(24) <= 1.2 * work(12)


def test_every_witness_of_a_joint_fix_is_denied() -> None:
    estate = estate_of(*(permission(V2, Sid=f"S{n}") for n in range(4)), hooks=(alias_hook(),))
    findings = found(estate, "lex-invoke-unscoped")
    (fix,) = first_fixes(findings)
    after = apply(estate, fix.operations)
    for finding in findings:
        assert finding.witness is not None
        policies = replace(finding.fact.witness_in, resource=after.functions[0].resource_policy)
        assert decide(finding.witness.request, policies).denied
