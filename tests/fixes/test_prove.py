"""What a proof refuses: every way in which a plan would not be a fix."""

from __future__ import annotations

import dataclasses
from typing import Any

from msgspec.structs import replace

from auditor.engine.fact import Fact, InvokeGrant, InvokeNeed, LogGrant
from auditor.engine.facts import collect
from auditor.engine.finding import Finding, Part, Witness
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.estate.estate import Estate
from auditor.estate.function import LexGeneration, LogGroup
from auditor.estate.role import Attachment
from auditor.fixes.apply import apply
from auditor.fixes.fix import Proof, Safety
from auditor.fixes.narrow import permission_for
from auditor.fixes.operation import AddInlinePolicy, AddPermission, RemovePermission, ReplaceStatement
from auditor.fixes.plan import plan
from auditor.fixes.prove import Refuted, prove
from auditor.iam.request import ANONYMOUS, service
from auditor.iam.statements import allow
from auditor.iam.text import Hole, HoleType, text
from auditor.needs import derive
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, intent_hook, permission, role_of, source_arn

INTENT = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent"
POSTS = (intent_hook("CreatePost"), intent_hook("ReadPost"))
GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/hook"


def finding_of(estate: Estate, kind: type[Fact]) -> Finding:
    fact = next(fact for fact in collect(estate) if isinstance(fact, kind) and fact.witness is not None)
    missing = isinstance(fact, InvokeNeed)
    witness = Witness(fact.witness, not missing) if fact.witness is not None else None
    found = Kind.MISSING if missing else Kind.EXCESS
    return Finding("rule", found, Severity.HIGH, Confidence.HIGH, "m", fact.origin, fact, witness=witness)


def unscoped() -> tuple[Finding, Any, Any]:
    """An estate whose wide permission serves two intents; its finding, function and statement."""
    estate = estate_of(permission(), hooks=POSTS)
    (function,) = estate.functions
    return finding_of(estate, InvokeGrant), function, function.resource_policy.statements[0]


def narrow(finding: Finding) -> list[AddPermission]:
    (function,) = finding.fact.estate.functions
    needs = derive(function, finding.fact.estate)
    return [AddPermission(function, permission_for(need), f"id-{i}") for i, need in enumerate(needs)]


def refusal(outcome: Proof | Refuted) -> str:
    assert isinstance(outcome, Refuted)
    return outcome.why


def test_the_exact_permissions_are_proved() -> None:
    finding, function, wide = unscoped()
    outcome = prove(finding, (*narrow(finding), RemovePermission(function, wide)))
    assert outcome == Proof("deny", 2, new_access=False)


def test_a_plan_that_leaves_the_witness_is_refused() -> None:
    finding, _, _ = unscoped()
    assert "still be decided `allow`" in refusal(prove(finding, tuple(narrow(finding))))


def test_a_plan_that_takes_a_need_away_is_refused() -> None:
    finding, function, wide = unscoped()
    first = narrow(finding)[:1]
    assert "needed would no longer be allowed" in refusal(prove(finding, (*first, RemovePermission(function, wide))))


def test_a_plan_that_lets_somebody_else_in_is_refused() -> None:
    finding, function, wide = unscoped()
    for stranger in (service("events.amazonaws.com"), ANONYMOUS):
        extra = AddPermission(function, allow(("lambda:InvokeFunction",), (function.arn,), (stranger,)), "extra")
        outcome = prove(finding, (*narrow(finding), extra, RemovePermission(function, wide)))
        assert "which nothing needs" in refusal(outcome) or "still be decided" in refusal(outcome)


def test_a_plan_that_allows_another_action_is_refused() -> None:
    finding, function, wide = unscoped()
    (added, *others) = narrow(finding)
    wider = replace(added.statement, actions=allow(("lambda:*",), ()).actions)
    outcome = prove(finding, (replace(added, statement=wider), *others, RemovePermission(function, wide)))
    assert "which nothing needs" in refusal(outcome)


def test_a_plan_that_denies_what_may_be_needed_is_refused() -> None:
    """The hook's intent is not known, so the permission for `CreatePost` may be what it needs."""
    name = Hole("var.intent", HoleType.NAME)
    source = text(f"{INTENT}:", name, ":1")
    hook = replace(intent_hook("x"), source_arn=source, intent=text(name))
    exact = permission(condition=source_arn(f"{INTENT}:CreatePost:*"))
    finding = finding_of(estate_of(permission(), hooks=(hook,)), InvokeGrant)
    estate = estate_of(exact, hooks=(hook,))
    (function,) = estate.functions
    (only,) = function.resource_policy.statements
    outcome = prove(without_witness(finding, estate), (RemovePermission(function, only),))
    assert "may be needed" in refusal(outcome)


def without_witness(finding: Finding, estate: Estate) -> Finding:
    return replace(finding, fact=replace(finding.fact, estate=estate, witness=None), witness=None)


def test_a_policy_beyond_lambdas_limit_is_refused() -> None:
    finding, function, wide = unscoped()
    padding = [
        AddPermission(function, replace(narrow(finding)[0].statement, origin=wide.origin), f"{'x' * 90}-{i}")
        for i in range(80)
    ]
    assert "20480 bytes" in refusal(prove(finding, (*narrow(finding), *padding, RemovePermission(function, wide))))


def test_inline_policies_beyond_iams_limit_are_refused() -> None:
    role = role_of({"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"})
    finding = finding_of(estate_of(role=role), LogGrant)
    old = role.policies[0].policy.statements[0]
    many = tuple(allow(("logs:PutLogEvents",), (text(f"{GROUP}:log-stream:{i:060}"),)) for i in range(80))
    own = allow(("logs:CreateLogStream", "logs:PutLogEvents"), (text(f"{GROUP}:*"),))
    outcome = prove(
        finding, (AddInlinePolicy(role, "n", (own, *many)), ReplaceStatement(role, role.policies[0], old, ()))
    )
    assert "10240 characters" in refusal(outcome)


def test_a_wider_policy_of_a_role_is_refused() -> None:
    role = role_of({"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"})
    finding = finding_of(estate_of(role=role), LogGrant)
    old = role.policies[0].policy.statements[0]
    own = allow(("logs:CreateLogStream", "logs:PutLogEvents"), (text(f"{GROUP}:*"),))
    more = allow(("s3:GetObject",), (text("*"),))
    assert "which nothing needs" in refusal(
        prove(finding, (ReplaceStatement(role, role.policies[0], old, (own, more)),))
    )


def test_what_rests_on_an_assumption_is_never_called_safe() -> None:
    """A shared policy, a wildcard that may be used otherwise, a public grant: catalogue's last lines."""
    rules = load_rules()
    shared = role_of({"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"})
    shared = replace(shared, policies=(replace(shared.policies[0], shared=True),))
    wild = role_of({"Effect": "Allow", "Action": "logs:*", "Resource": "*"})
    cases = [
        (estate_of(role=shared), "logs-wildcard"),
        (estate_of(role=wild), "logs-wildcard"),
        (estate_of(permission("*"), hooks=POSTS), "invoke-public"),
        (estate_of(permission(), hooks=None), "lex-invoke-unscoped"),
    ]
    for estate, rule in cases:
        (finding,) = [f for f in judge(rules, collect(estate)) if f.rule == rule]
        fixes = plan(finding)
        assert [fix.safety for fix in fixes if fix.safety is Safety.SAFE] == [], rule
        assert all(fix.proof is None or fix.proof.assumptions for fix in fixes), rule


def test_every_principal_that_a_finding_tells_of_must_be_out() -> None:
    estate = estate_of(permission({"Service": ["lex.amazonaws.com", "events.amazonaws.com"]}, Sid="S"), hooks=())
    (function,) = estate.functions
    first, other = (fact for fact in collect(estate) if isinstance(fact, InvokeGrant))
    finding = replace(finding_of(estate, InvokeGrant), fact=first, also=(Part("rule", other),))
    whole = function.resource_policy.statements[0]
    rest = replace(whole, principals=tuple(p for p in whole.principals or () if str(p.text) == other.principal))
    removed = RemovePermission(function, whole)
    assert "still be decided `allow`" in refusal(prove(finding, (AddPermission(function, rest, "rest"), removed)))
    assert prove(finding, (removed,)) == Proof("deny", 0, new_access=False)


def test_an_edit_of_a_shared_policy_that_harms_another_role_is_refused() -> None:
    """A new version of a managed policy is in force for every role that holds it."""
    wide = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    policy = replace(role_of(wide).policies[0], attachment=Attachment.MANAGED, arn=text("arn:aws:iam::aws:policy/x"))
    roles = [replace(role_of(), key=key, name=text(key), policies=(policy,)) for key in ("a", "b")]
    (hook,) = estate_of(role=roles[0]).functions
    other = replace(hook, address="other", role="b", log_group=LogGroup(text("/aws/lambda/other")))
    estate = dataclasses.replace(estate_of(role=roles[0]), functions=(hook, other), roles=tuple(roles))
    own = allow(("logs:CreateLogStream", "logs:PutLogEvents"), (text(f"{GROUP}:*"),))
    edit = ReplaceStatement(roles[0], policy, policy.policy.statements[0], (own,))
    assert "needed would no longer be allowed" in refusal(prove(finding_of(estate, LogGrant), (edit,)))


def test_operations_on_an_estate_leave_everything_else_as_it_is() -> None:
    finding, function, wide = unscoped()
    before = finding.fact.estate
    after = apply(before, (*narrow(finding), RemovePermission(function, wide)))
    assert dataclasses.replace(after, functions=before.functions) == before
    assert [str(s.sid) for s in after.functions[0].resource_policy.statements] == ["id-0", "id-1"]
    assert [s.index for s in after.functions[0].resource_policy.statements] == [0, 1]
    assert LexGeneration.V1 in after.functions[0].hooks_known
