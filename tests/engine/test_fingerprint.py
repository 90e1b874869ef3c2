"""A fingerprint stays while the finding's block and access stay, and changes with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import auditor
from auditor.engine.fact import Caller as Who
from auditor.engine.fact import DocumentFact, Fact, Reach, TrustGrant
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.engine.selection import select_rules
from auditor.estate.estate import Document, Estate, SourceKind
from auditor.iam.document import (
    Condition,
    Defect,
    DefectKind,
    Effect,
    Operator,
    Pattern,
    Policy,
    PolicyKind,
    Statement,
)
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, REGION, Hole, Text, text

Make = Callable[..., Any]


def _marks(*facts: Fact, rule: str = "lex-invoke-unscoped") -> list[str]:
    return [finding.fingerprint for finding in judge(select_rules(load_rules(), [rule]), facts)]


def _mark(fact: Fact, rule: str = "lex-invoke-unscoped") -> str:
    (mark,) = _marks(fact, rule=rule)
    return mark


def _source(*parts: str | Text | Hole) -> Condition:
    return Condition(Operator("ArnLike"), text("AWS:SourceArn"), (Pattern(text(*parts)),))


@pytest.fixture
def grant(invoke_grant: Make) -> Any:
    return invoke_grant()


def test_it_does_not_depend_on_the_file_or_line(grant: Any) -> None:
    moved = replace(grant, origin=replace(grant.origin, file="permissions.tf", line=90, end_line=96))
    assert _mark(moved) == _mark(grant)


def test_it_does_not_depend_on_the_order_of_statements_and_patterns(grant: Any) -> None:
    statement = replace(
        grant.statement,
        index=3,
        actions=(Pattern(text("lambda:InvokeFunction")), Pattern(text("lambda:GetFunction"))),
        conditions=(_source("a"), _source("b")),
    )
    turned = replace(statement, index=0, actions=statement.actions[::-1], conditions=statement.conditions[::-1])
    assert _mark(replace(grant, statement=turned)) == _mark(replace(grant, statement=statement))


def test_it_does_not_depend_on_the_spelling_of_actions_and_keys(grant: Any) -> None:
    statement = replace(grant.statement, conditions=(_source("x"),))
    spelled = replace(
        statement,
        actions=(Pattern(text("LAMBDA:invokefunction")),),
        conditions=(replace(_source("x"), key=text("aws:SourceArn")),),
    )
    assert _mark(replace(grant, statement=spelled)) == _mark(replace(grant, statement=statement))


def test_it_does_not_depend_on_the_sid(grant: Any) -> None:
    named = replace(grant.statement, sid=text("AllowLex"))
    assert _mark(replace(grant, statement=named)) == _mark(grant)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda fact: replace(fact, origin=fact.origin.at("aws_lambda_permission.other")), id="block"),
        pytest.param(
            lambda fact: replace(fact, origin=fact.origin.at("module.m.aws_lambda_permission.lex")), id="module"
        ),
        pytest.param(
            lambda fact: replace(fact, origin=fact.origin.at('aws_lambda_permission.lex["a"]')), id="instance"
        ),
        pytest.param(
            lambda fact: replace(fact, estate=dataclasses.replace(fact.estate, root="other")), id="root module"
        ),
        pytest.param(lambda fact: replace(fact, principal="lexv2.amazonaws.com"), id="principal"),
        pytest.param(
            lambda fact: replace(fact, statement=replace(fact.statement, actions=(Pattern(text("lambda:*")),))),
            id="wider action",
        ),
        pytest.param(
            lambda fact: replace(fact, statement=replace(fact.statement, resources=(Pattern(text("*")),))),
            id="wider resource",
        ),
        pytest.param(
            lambda fact: replace(fact, statement=replace(fact.statement, conditions=(_source("x"),))), id="condition"
        ),
        pytest.param(lambda fact: replace(fact, statement=replace(fact.statement, effect=Effect.DENY)), id="effect"),
        pytest.param(lambda fact: replace(fact, statement=replace(fact.statement, not_action=True)), id="NotAction"),
    ],
)
def test_it_changes_with_the_place_and_the_access(grant: Any, change: Callable[[Any], Any]) -> None:
    assert _mark(change(grant)) != _mark(grant)


def test_it_changes_with_the_rule(grant: Any) -> None:
    assert _mark(grant, "lex-v1-retired") != _mark(grant)


def test_account_and_region_may_come_from_a_flag_or_not(grant: Any) -> None:
    """Holes in one run, the values of `--account` and `--region` in the other."""

    def seen(account: Text, region: Text) -> str:
        estate = Estate(SourceKind.TERRAFORM, "infra", account=account, region=region)
        arn = text("arn:aws:lex:", region, ":", account, ":intent:CreatePost:*")
        return _mark(replace(grant, estate=estate, statement=replace(grant.statement, conditions=(_source(arn),))))

    assert seen(text("111122223333"), text("us-east-1")) == seen(text(ACCOUNT), text(REGION))


def test_a_literal_account_may_be_confirmed_by_a_flag(grant: Any) -> None:
    """A literal that the source writes is the same access before and after `--account` says it is
    the own one."""
    literal = replace(grant.statement, conditions=(_source("arn:aws:lex:us-east-1:111122223333:intent:*"),))
    told = Estate(SourceKind.TERRAFORM, "infra", account=text("111122223333"), region=text("us-east-1"))
    untold = Estate(SourceKind.TERRAFORM, "infra")
    fact = replace(grant, statement=literal)
    assert _mark(replace(fact, estate=told)) == _mark(replace(fact, estate=untold))


def test_another_foreign_account_is_another_access(invoke_grant: Make) -> None:
    """A baseline that accepts one account must not hide the next."""
    estate = Estate(SourceKind.TERRAFORM, "infra", account=text("111122223333"), region=text("us-east-1"))
    rules = [
        _mark(
            invoke_grant(
                estate=estate,
                caller=Who.AWS,
                service="",
                lex=False,
                reach=Reach.OTHER_ACCOUNT,
                principal=f"arn:aws:iam::{account}:root",
            ),
            "invoke-cross-account",
        )
        for account in ("444455556666", "777788889999")
    ]
    assert rules[0] != rules[1]


def test_names_that_look_like_regions_are_told_apart(log_grant: Make) -> None:
    def group(name: str) -> str:
        grant = log_grant()
        pattern = Pattern(text(f"arn:aws:logs:us-east-1:111122223333:log-group:{name}:*"))
        statement = replace(grant.statement, resources=(pattern,))
        return _mark(replace(grant, estate=Estate(SourceKind.TERRAFORM), statement=statement), "logs-wildcard")

    assert group("my-function-1") != group("my-function-2")


def test_an_unknown_part_is_not_the_text_that_spells_it(grant: Any) -> None:
    def source(*parts: str | Hole) -> str:
        return _mark(replace(grant, statement=replace(grant.statement, conditions=(_source(*parts),))))

    assert source(Hole("var.env")) != source("${var.env}")


def test_equal_ones_are_numbered_in_source_order(invoke_grant: Make) -> None:
    """Whatever their severity, by which findings are sorted first."""

    def at(line: int, reach: Reach = Reach.ANY_ACCOUNT) -> Any:
        grant = invoke_grant(reach=reach)
        origin = replace(grant.origin, line=line)
        return replace(grant, origin=origin, statement=replace(grant.statement, origin=origin))

    first, second, third = at(3, Reach.OTHER_ACCOUNT), at(5), at(9)
    base = _mark(first)
    for order in ([first, second, third], [third, first, second]):
        findings = judge(select_rules(load_rules(), ["lex-invoke-unscoped"]), order)
        assert {f.origin.line: f.fingerprint for f in findings} == {3: base, 5: f"{base}-2", 9: f"{base}-3"}


def test_a_place_without_a_block_is_known_by_the_block_of_its_role(log_grant: Make) -> None:
    """A policy of AWS's has no block of its own; the account in the role's ARN must not count."""
    grant = log_grant(origin=Origin(arn="arn:aws:iam::aws:policy/P"))

    def role(arn: str, address: str) -> str:
        return _mark(replace(grant, role=replace(grant.role, arn=text(arn), address=address)), "logs-wildcard")

    assert role("arn:aws:iam::111122223333:role/r", "aws_iam_role.r") == role("x", "aws_iam_role.r")
    assert role("x", "aws_iam_role.r") != role("x", "aws_iam_role.s")


def test_a_bundle_is_known_by_the_functions_arn_and_not_by_its_file(grant: Any) -> None:
    estate = Estate(SourceKind.BUNDLE)
    one = replace(grant, estate=estate, origin=Origin("a.yaml", 3, 1))
    other_file = replace(one, origin=Origin("b.yaml", 99, 5))
    other_function = replace(
        one, function=replace(one.function, arn=text("arn:aws:lambda:us-east-1:111122223333:function:g"))
    )
    assert _mark(one) == _mark(other_file)
    assert _mark(one) != _mark(other_function)


BY_NAME = """
function: {name: f}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - {Effect: Allow, Principal: {Service: lexv2.amazonaws.com}, Action: "lambda:*", Resource: "*"}
role:
  name: r
  trust_policy:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Principal: {Service: [lambda.amazonaws.com, ec2.amazonaws.com]}, Action: "sts:AssumeRole"}
  policies:
    - name: p
      document: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "logs:*", Resource: "*"}]}
hooks: [{lex: v2, bot: ABCDEFGHIJ, alias: TSTALIASID}, {lex: v1, intent: Order}]
"""


def test_a_bundle_without_arns_is_known_by_its_names_whatever_a_flag_says(tmp_path: Path) -> None:
    """`--account` and `--region` complete the ARNs, and are no part of what a finding is about."""
    file = tmp_path / "f.yaml"

    def marks(content: str, **options: str) -> list[tuple[str, str]]:
        file.write_text(content)
        return [(f.rule, f.fingerprint) for f in auditor.audit(auditor.read(file, **options)).findings]

    plain = marks(BY_NAME)
    assert len({rule for rule, _ in plain}) >= 4
    assert marks(BY_NAME, account="111122223333") == plain
    assert marks(BY_NAME, account="123456789012", region="eu-west-1") == plain
    renamed = marks(BY_NAME.replace("name: f", "name: g").replace("name: r", "name: s"))
    assert not set(renamed) & set(plain)


def test_the_wording_of_a_defect_may_change_and_what_it_quotes_may_not() -> None:
    policy = Policy(PolicyKind.IDENTITY)
    estate = Estate(SourceKind.DOCUMENT, documents=(Document(policy, "policy.json"),))

    def defect(message: str) -> str:
        found = Defect(DefectKind.MALFORMED, message, Origin("policy.json", 2, 1))
        fact = DocumentFact(estate=estate, origin=found.origin, policy=policy, defect=found)
        return _mark(fact, "policy-malformed")

    assert defect("`Efect` is not known") == defect("there is no element `Efect`")
    assert defect("`Efect` is not known") != defect("`Acton` is not known")


def test_two_documents_are_told_apart_by_their_names() -> None:
    policies = [Policy(PolicyKind.IDENTITY, origin=Origin(f"{name}.json")) for name in "ab"]
    estate = Estate(SourceKind.DOCUMENT, documents=(Document(policies[0], "a"), Document(policies[1], "b")))
    found = Defect(DefectKind.MALFORMED, "no Statement")
    facts = [DocumentFact(estate=estate, policy=policy, defect=found) for policy in policies]
    assert len({mark.split("-")[0] for mark in _marks(*facts, rule="policy-malformed")}) == 2


def test_principals_of_one_trust_statement_are_told_apart(role_grant: Make) -> None:
    grant = role_grant()
    statement = Statement(Effect.ALLOW, (Pattern(text("sts:AssumeRole")),), origin=grant.origin)
    facts = [
        TrustGrant(
            estate=grant.estate,
            origin=grant.origin,
            role=grant.role,
            statement=statement,
            caller=Who.SERVICE,
            principal=name,
            service=name,
            reach=Reach.ACCOUNT,
        )
        for name in ("ec2.amazonaws.com", "ecs-tasks.amazonaws.com")
    ]
    assert len({_mark(fact, rule="trust-extra-principal") for fact in facts}) == 2


ALLOW_ALL = '{Effect: Allow, Principal: "*", Action: "lambda:InvokeFunction", Resource: "*"}'
NARROWED = """
function: {{name: f, arn: "arn:aws:lambda:us-east-1:111122223333:function:f"{function}}}
resource_policy: {{Version: "2012-10-17", Statement: [{resource}]}}
role:
  name: r
  arn: arn:aws:iam::111122223333:role/r
  trust_policy: {{Version: "2012-10-17", Statement: [{trust}]}}
  policies:
    - {{name: p, document: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: "s3:*", Resource: "*"}}]}}}}
    - {{name: q, document: {{Version: "2012-10-17", Statement: [{role}]}}}}
{boundary}
hooks: []
invokers: []
"""
LAMBDA = '{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}'
FOREIGN = '{Effect: Allow, Principal: {AWS: ["444455556666", "555566667777"]}, Action: "sts:AssumeRole"}'
LIST = '{Effect: Allow, Action: "sqs:ListQueues", Resource: "*"}'


def _fingerprints(tmp_path: Path, **parts: str) -> dict[str, str]:
    parts = {"function": "", "resource": "", "trust": LAMBDA, "role": LIST, "boundary": "", **parts}
    file = tmp_path / "f.yaml"
    file.write_text(NARROWED.format(**parts))
    return {finding.rule: finding.fingerprint for finding in auditor.audit(auditor.read(file)).findings}


def _deny(condition: str, action: str = "lambda:InvokeFunction", principal: str = 'Principal: "*", ') -> str:
    resource = "" if action.startswith("sts:") else ', Resource: "*"'
    return f'{{Effect: Deny, {principal}Action: "{action}"{resource}{condition}}}'


def _other_than(key: str, value: str) -> str:
    return f', Condition: {{StringNotEquals: {{"{key}": "{value}"}}}}'


def test_who_accepts_one_narrowed_by_a_deny_has_not_accepted_it_with_another_deny(tmp_path: Path) -> None:
    """The Deny alone tells who gets through the Allow."""
    organization = _deny(_other_than("aws:PrincipalOrgID", "o-abcdefghij"))
    account = _deny(_other_than("aws:PrincipalAccount", "999988887777"))
    first = _fingerprints(tmp_path, resource=f"{ALLOW_ALL}, {organization}")
    second = _fingerprints(tmp_path, resource=f"{ALLOW_ALL}, {account}")
    assert first["invoke-cross-account"] != second["invoke-cross-account"]
    reordered = _fingerprints(tmp_path, resource=f"{organization}, {ALLOW_ALL}")
    assert reordered["invoke-cross-account"] == first["invoke-cross-account"]


def test_a_deny_on_a_role_is_part_of_what_the_role_may_do(tmp_path: Path) -> None:
    rule, bare = "role-service-wildcard", _fingerprints(tmp_path)
    assert _fingerprints(tmp_path, role=_deny("", "s3:Delete*", ""))[rule] != bare[rule]
    assert _fingerprints(tmp_path, role=_deny("", "sqs:Delete*", ""))[rule] == bare[rule], "it takes nothing away"


def test_a_deny_in_a_trust_policy_is_part_of_who_is_trusted(tmp_path: Path) -> None:
    deny = _deny(_other_than("sts:ExternalId", "told-to-one"), "sts:AssumeRole", 'Principal: {AWS: "*"}, ')
    bare = _fingerprints(tmp_path, trust=f"{LAMBDA}, {FOREIGN}")
    narrowed = _fingerprints(tmp_path, trust=f"{LAMBDA}, {FOREIGN}, {deny}")
    assert narrowed["trust-cross-account"] != bare["trust-cross-account"]


def test_a_boundary_is_part_of_what_the_role_may_do(tmp_path: Path) -> None:
    def bounded(actions: str) -> str:
        document = f'{{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: {actions}, Resource: "*"}}]}}'
        return _fingerprints(tmp_path, boundary=f"  boundary: {document}")["role-service-wildcard"]

    assert len({bounded('["s3:*", "logs:*"]'), bounded('"*"'), _fingerprints(tmp_path)["role-service-wildcard"]}) == 3
    assert bounded('["s3:*", "logs:*"]') == bounded('["logs:*", "S3:*"]')


def test_who_accepts_a_way_to_more_rights_has_not_accepted_a_wider_one(tmp_path: Path) -> None:
    """The path keeps its name, and what it opens is another thing."""

    def marks(*role: str) -> str:
        return _fingerprints(tmp_path, role=", ".join(role))["role-privilege-escalation"]

    grant = '{{Effect: Allow, Action: ["iam:PutRolePolicy"], Resource: "{}"}}'
    one, all_ = grant.format("arn:aws:iam::111122223333:role/r"), grant.format("*")
    deny = '{Effect: Deny, Action: "iam:*", Resource: "arn:aws:iam::111122223333:role/admin"}'
    assert len({marks(one), marks(all_), marks(all_, deny)}) == 3
    assert marks(all_, deny) == marks(deny, all_)
    assert marks(all_, _deny("", "sqs:Delete*", "")) == marks(all_), "it takes nothing away"


def test_a_need_that_a_deny_refuses_is_not_the_one_that_nobody_granted(tmp_path: Path) -> None:
    deny = _deny("", "sts:AssumeRole", 'Principal: {Service: "lambda.amazonaws.com"}, ')
    ungranted = _fingerprints(tmp_path, trust=FOREIGN)
    refused = _fingerprints(tmp_path, trust=f"{FOREIGN}, {deny}")
    assert ungranted["trust-not-lambda"] != refused["trust-not-lambda"]


def test_a_need_of_the_role_tells_what_refuses_it(tmp_path: Path) -> None:
    def marks(**parts: str) -> str:
        function = ', dead_letter: "arn:aws:sqs:us-east-1:111122223333:dead"'
        return _fingerprints(tmp_path, function=function, **parts)["role-need-missing"]

    boundary = (
        '  boundary: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: "*"}]}'
    )
    allow = '{Effect: Allow, Action: "sqs:SendMessage", Resource: "*"}'
    deny = _deny("", "sqs:*", "")
    assert len({marks(), marks(role=f"{allow}, {deny}"), marks(boundary=boundary)}) == 3
    assert marks(role=_deny("", "sns:*", "")) == marks()
