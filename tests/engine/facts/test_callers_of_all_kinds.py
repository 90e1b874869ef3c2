"""Who a grant lets in, told as it is: roles of any account, dead conditions, the simplest witness."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.engine.fact import InvokeGrant, Reach
from auditor.engine.facts import collect
from auditor.engine.levels import Confidence
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.fixes.fix import Safety
from auditor.fixes.operation import AddPermission
from auditor.fixes.plan import plan
from tests.engine.facts.estates import ACCOUNT_ID, FUNCTION_ARN, estate_of, permission

RULES = load_rules()


def grant(statement: dict[str, Any]) -> InvokeGrant:
    facts = [fact for fact in collect(estate_of(statement)) if isinstance(fact, InvokeGrant)]
    return facts[0]


def test_a_role_name_in_any_account_is_not_everyone_without_an_account() -> None:
    """Anonymous callers have no `aws:PrincipalArn` that the pattern takes."""
    named = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}
    fact = grant(permission({"AWS": "*"}, named))
    assert fact.reach is Reach.ANY_ACCOUNT
    assert fact.witness is not None
    assert str(fact.witness.principal).endswith(":role/deploy")
    (finding,) = judge(RULES, [fact])
    assert finding.rule == "invoke-public"
    assert "with or without" not in finding.message
    assert "role/deploy" in finding.message


@pytest.mark.parametrize("key", ["aws:PrincipalOrgID", "aws:SourceOrgID"])
def test_no_organisation_is_called_by_a_wildcard(key: str) -> None:
    """`StringEquals` takes `*` literally, and ids of organisations hold no `*`."""
    fact = grant(permission("*", {"StringEquals": {key: "*"}}))
    assert (fact.reach, fact.never_matches) == (Reach.NONE, True)
    assert "StringEquals" in fact.why_never


def test_an_organisation_is_still_one() -> None:
    fact = grant(permission("*", {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}))
    assert (fact.reach, fact.never_matches) == (Reach.ORGANISATION, False)


@pytest.mark.parametrize("name", ["channels.lex.amazonaws.com", "S3.amazonaws.com", "batch.amazonaws.com"])
def test_of_a_service_that_is_not_known_no_source_is_made_up(name: str) -> None:
    fact = grant(permission({"Service": name}))
    assert fact.witness is not None
    assert "aws:sourcearn" not in fact.witness.context
    assert not fact.key_absent


def test_the_witness_for_everyone_has_no_key_that_nothing_tests() -> None:
    fact = grant(permission("*"))
    assert fact.reach is Reach.ANYONE
    assert fact.witness is not None
    assert dict(fact.witness.context) == {}


def test_an_alexa_skill_is_named_by_its_token() -> None:
    """Alexa sends no source ARN and no account (Serverless: Alexa skill events)."""
    (finding,) = judge(RULES, [grant(permission({"Service": "alexa-appkit.amazon.com"}))])
    fixes = plan(finding)
    assert [fix.safety for fix in fixes] == [Safety.ADVICE]
    assert "event_source_token" in fixes[0].advice
    assert not any("SourceAccount" in fix.advice for fix in fixes)


def test_an_optional_key_is_told_as_the_guard_that_it_is_not() -> None:
    optional = {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT_ID}}
    fact = grant(permission({"Service": "events.amazonaws.com"}, optional))
    assert fact.optional_guard == "StringEqualsIfExists aws:SourceAccount"
    assert {finding.rule for finding in judge(RULES, [fact])} == {"invoke-condition-optional"}


def test_everything_beyond_invoking_is_named() -> None:
    statement = permission({"AWS": f"arn:aws:iam::{ACCOUNT_ID}:role/r"}, Action="lambda:*", Resource=FUNCTION_ARN)
    facts = [fact for fact in collect(estate_of(statement)) if isinstance(fact, InvokeGrant) and fact.beyond]
    assert [fact.witness.action for fact in facts if fact.witness] == ["lambda:UpdateFunctionCode"]
    assert "lambda:InvokeFunction" not in facts[0].beyond


def test_what_is_left_beyond_invoking_is_told_where_the_first_of_it_is_denied() -> None:
    statement = permission({"Service": "lexv2.amazonaws.com"}, Action="lambda:*", Resource=FUNCTION_ARN)
    refused = permission("*", Effect="Deny", Action=["lambda:UpdateFunctionCode", "lambda:AddPermission"])
    facts = [f for f in collect(estate_of(statement, refused)) if isinstance(f, InvokeGrant) and f.beyond]
    assert [fact.witness.action for fact in facts if fact.witness] == [facts[0].beyond[0]]
    assert not {"lambda:UpdateFunctionCode", "lambda:AddPermission"} & set(facts[0].beyond)


def test_a_permission_that_is_bound_to_the_account_is_for_invoking_alone() -> None:
    statement = permission({"Service": "lexv2.amazonaws.com"}, Action="lambda:*", Resource=FUNCTION_ARN)
    for finding in judge(RULES, collect(estate_of(statement))):
        added = [op for fix in plan(finding) for op in fix.operations if isinstance(op, AddPermission)]
        assert [str(p.text) for op in added for p in op.statement.actions] == ["lambda:InvokeFunction"] * len(added)
        assert added


@pytest.mark.parametrize("operator", ["StringEqualsIfExists", "StringLikeIfExists"])
def test_a_finding_that_rests_on_a_key_that_lex_sends_has_medium_confidence(operator: str) -> None:
    """Lex V2 sends its account with each call, as far as is known; the message names the key once."""
    fact = grant(permission({"Service": "lexv2.amazonaws.com"}, {operator: {"aws:SourceAccount": ACCOUNT_ID}}))
    assert fact.key_absent
    (finding,) = judge(RULES, [fact])
    assert (finding.rule, finding.confidence) == ("invoke-condition-optional", Confidence.MEDIUM)
    assert "lacks a key" not in finding.message


def test_an_optional_account_becomes_a_plain_one() -> None:
    """`StringEquals` asks for all that `StringEqualsIfExists` asks for, so the latter need not stay,
    and a command can say the rest."""
    optional = {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT_ID}}
    (finding,) = judge(RULES, [grant(permission({"Service": "lexv2.amazonaws.com"}, optional))])
    adding = next(op for op in plan(finding)[0].operations if isinstance(op, AddPermission))
    assert [(str(c.operator), str(c.key)) for c in adding.statement.conditions] == [
        ("StringEquals", "AWS:SourceAccount")
    ]


@pytest.mark.parametrize("other", ["444455556666", "999988887777"])
def test_a_deny_that_leaves_one_other_account_is_that_account_and_not_any(other: str) -> None:
    """Also where it is the one that strangers have in a witness."""
    left = {"StringNotEquals": {"aws:PrincipalAccount": [ACCOUNT_ID, other]}}
    refused = permission("*", left, Effect="Deny", Action="lambda:*")
    fact = next(f for f in collect(estate_of(permission("*"), refused)) if isinstance(f, InvokeGrant))
    assert fact.reach is Reach.OTHER_ACCOUNT
    (finding,) = judge(RULES, [fact])
    assert (finding.rule, finding.severity.value) == ("invoke-cross-account", "medium")
    assert f"another AWS account, `{other}`" in finding.message
