"""One finding a statement: its principals, or its mistakes, are parts of that finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.engine.fact import Caller, Reach
from auditor.engine.finding import Finding
from auditor.engine.levels import Severity
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge

Make = Callable[..., Any]
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
HELD = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Finding, ...]]:
    """The findings about one function with these statements in its policy and in its role's trust."""
    monkeypatch.chdir(tmp_path)

    def audit(policy: list[Any], trust: list[Any] | None = None) -> tuple[Finding, ...]:
        lets_lambda = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = {
            "function": {"name": "f", "arn": FUNCTION},
            "resource_policy": {"Version": "2012-10-17", "Statement": policy},
            "role": {
                "arn": "arn:aws:iam::111122223333:role/r",
                "trust_policy": {"Version": "2012-10-17", "Statement": trust or [lets_lambda]},
            },
            "hooks": [],
            "invokers": [],
        }
        Path("bundle.json").write_text(json.dumps(document))
        return auditor.audit(auditor.read("bundle.json")).findings

    return audit


def _invoke(**principal: Any) -> dict[str, Any]:
    return {**HELD, "Principal": principal}


def test_principals_of_one_statement_are_one_finding_by_the_worst(bundle: Any) -> None:
    """`*` lets anyone in; the account beside it is named and not a second finding."""
    (finding,) = bundle([_invoke(AWS=["444455556666", "*"])])
    assert (finding.rule, finding.severity) == ("invoke-public", Severity.CRITICAL)
    assert finding.message.endswith("; the same statement also lets in `444455556666`")
    assert [part.rule for part in finding.also] == ["invoke-cross-account"]
    assert [fact.principal for fact in finding.facts] == ["*", "444455556666"]


def test_two_statements_stay_two_findings(bundle: Any) -> None:
    findings = bundle([_invoke(AWS="444455556666"), _invoke(AWS="*")])
    assert [finding.rule for finding in findings] == ["invoke-public", "invoke-cross-account"]


def test_many_principals_are_named_and_counted(bundle: Any) -> None:
    trusted = {"Service": ["lambda.amazonaws.com", *(f"{name}.amazonaws.com" for name in "abcdef")]}
    (finding,) = bundle([], [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}])
    assert finding.rule == "trust-extra-principal"
    assert finding.message == (
        "`a.amazonaws.com` can assume role `r`, and only Lambda needs to; the same statement also lets in "
        "`b.amazonaws.com`, `c.amazonaws.com`, `d.amazonaws.com`, `e.amazonaws.com` and 1 more"
    )


def test_mistakes_of_one_statement_are_one_finding(bundle: Any) -> None:
    """26 actions that AWS would refuse, all in one list."""
    statement = {**_invoke(AWS="444455556666"), "Action": [f"{letter}bad" for letter in "abcdefghijklmnopqrstuvwxyz"]}
    (finding,) = bundle([statement])
    assert finding.rule == "policy-malformed"
    assert "`abad`" in finding.message
    assert finding.message.endswith("; and 25 more mistakes in the same statement")
    assert len({origin.column for origin in finding.related}) == 25


def test_a_mistake_of_the_document_stands_beside_those_of_its_statements(bundle: Any) -> None:
    statement = {**_invoke(AWS="444455556666"), "Action": "bad", "Efect": "Allow"}
    findings = bundle([statement, {**statement, "Sid": "two"}])
    assert [finding.rule for finding in findings] == ["policy-malformed", "policy-malformed"]


def test_excess_is_not_hidden_behind_a_defect_of_the_same_topic(invoke_grant: Make) -> None:
    """The dead grant and the open one differ in kind: each has its finding."""
    dead = invoke_grant(reach=Reach.NONE, never_matches=True, why_never="the version is missing")
    wide = invoke_grant(service="events.amazonaws.com", principal="events.amazonaws.com", lex=False)
    told = {finding.rule for finding in judge(load_rules(), [dead, wide])}
    assert {"lex-invoke-never-matches", "invoke-unscoped"} <= told


def _mark(*facts: Any) -> str:
    (finding,) = (f for f in judge(load_rules(), facts) if f.rule in ("invoke-cross-account", "invoke-public"))
    return finding.fingerprint


def test_a_statement_with_one_part_keeps_its_fingerprint_and_more_parts_change_it(invoke_grant: Make) -> None:
    """Who accepted one account did not accept another that the statement lets in later."""

    def account(number: str) -> Any:
        return invoke_grant(caller=Caller.AWS, service="", principal=number, lex=False, reach=Reach.OTHER_ACCOUNT)

    one, two = account("444455556666"), account("777788889999")
    assert _mark(one) != _mark(one, two)
    assert _mark(one, two) == _mark(two, one)
    assert _mark(one, one) == _mark(one)
