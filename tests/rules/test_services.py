"""Each row of the table of services, whether or not a resource is known that makes the service call:
what a permission without a restriction opens, that an exact one serves and opens nothing, and that one for
something else than the service sends does not serve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import auditor
from auditor.estate.service import Authority, Service, SourceAccount, SourceForm
from auditor.estate.services import LEX_V1, LEX_V2, PARTS, SERVICES, SKILL_KEY

ACCOUNT = "111122223333"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:hook"
SKILL = "amzn1.ask.skill.12345678-1234-1234-1234-123456789012"
OTHER = {"ArnLike": {"AWS:SourceArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"}}
BY_POLICY = [row for row in SERVICES.values() if row.authority is Authority.POLICY]
FORMS = [(row, form) for row in BY_POLICY for form in row.forms]
ROWS = pytest.mark.parametrize("row", BY_POLICY, ids=lambda row: row.principal)
SOURCES = pytest.mark.parametrize(("row", "form"), FORMS, ids=lambda one: getattr(one, "principal", ""))


def source_of(form: SourceForm) -> str:
    """A source of the audited account, as the service would send it."""
    known = {"account": ACCOUNT, "version": "*"}
    return str(form.text(lambda part: known.get(part, PARTS[part][1])))


def caller(row: Service, form: SourceForm) -> dict[str, Any]:
    """What calls, as a bundle says it."""
    source = source_of(form)
    if row.principal == LEX_V1:
        return {"hooks": [{"lex": "v1", "intent": "Anything"}], "invokers": []}
    if row.principal == LEX_V2:
        return {"hooks": [{"lex": "v2", "bot": "ANYBOT1234", "alias": "TSTALIASID"}], "invokers": []}
    sent = {"source_account": ACCOUNT} if row.account in (SourceAccount.NEEDED, SourceAccount.OPTIONAL) else {}
    return {"hooks": [], "invokers": [{"service": row.principal, "source_arn": source, **sent}]}


def audited(folder: Path, row: Service, condition: Any = None, **known: Any) -> auditor.Report:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": row.principal},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        **({"Condition": condition} if condition else {}),
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    file = folder / "bundle.yaml"
    file.write_text(yaml.safe_dump({"function": {"name": "hook", "arn": FUNCTION}, "resource_policy": policy, **known}))
    return auditor.audit(auditor.read(file))


def told(report: auditor.Report) -> set[str]:
    """The rules that speak, but for the one about the end of Lex V1."""
    return {finding.rule for finding in report.findings} - {"lex-v1-retired"}


def decisions(report: auditor.Report) -> set[str]:
    """How the calls are decided."""
    functions = json.loads(report.to_json())["functions"]
    return {need["decision"] for one in functions for need in one["needs"] if need["kind"] == "invoke"}


@ROWS
def test_without_a_restriction_a_service_acts_for_anyone(row: Service, tmp_path: Path) -> None:
    report = audited(tmp_path, row)
    (finding,) = (f for f in report.findings if f.rule.endswith("invoke-unscoped"))
    assert finding.rule == ("lex-invoke-unscoped" if row.principal in (LEX_V1, LEX_V2) else "invoke-unscoped")
    assert (finding.severity.value, finding.confidence.value) == ("high", "high" if row.verified else "medium")
    assert finding.witness is not None
    assert ("could not be checked" in finding.message) is not row.verified


@SOURCES
def test_a_permission_for_what_calls_serves_and_opens_nothing(row: Service, form: SourceForm, tmp_path: Path) -> None:
    exact: dict[str, Any] = {"ArnLike": {"AWS:SourceArn": source_of(form)}}
    if row.account in (SourceAccount.NEEDED, SourceAccount.OPTIONAL):
        exact["StringEquals"] = {"AWS:SourceAccount": ACCOUNT}
    report = audited(tmp_path, row, exact, **caller(row, form))
    assert decisions(report) == {"allow"}
    assert told(report) == set()


@SOURCES
def test_a_permission_for_something_else_does_not_serve(row: Service, form: SourceForm, tmp_path: Path) -> None:
    """Of what could not be checked against a document that is not claimed."""
    report = audited(tmp_path, row, OTHER, **caller(row, form))
    assert decisions(report) == ({"deny"} if row.verified else {"undetermined"})
    lex = "lex-" if row.principal in (LEX_V1, LEX_V2) else ""
    assert told(report) == {f"{lex}invoke-never-matches", *((f"{lex}invoke-missing",) if row.verified else ())}


@pytest.mark.parametrize("row", [row for row in BY_POLICY if row.key], ids=lambda row: row.principal)
def test_what_sends_no_source_is_bound_by_its_key(row: Service, tmp_path: Path) -> None:
    assert row.key == SKILL_KEY
    assert told(audited(tmp_path, row, {"StringEquals": {row.key: SKILL}})) == set()


@pytest.mark.parametrize(
    "row", [row for row in SERVICES.values() if row.authority is Authority.ROLE], ids=lambda row: row.principal
)
def test_what_calls_with_a_role_has_no_use_for_a_permission(row: Service, tmp_path: Path) -> None:
    (finding,) = audited(tmp_path, row).findings
    assert (finding.rule, finding.severity.value) == ("invoke-unscoped", "low")
    assert finding.confidence.value == ("high" if row.verified else "medium")
    assert "with a role" in finding.message


def test_every_row_has_its_turn() -> None:
    turns = {row.principal for row, _ in FORMS} | {row.principal for row in BY_POLICY if row.key}
    turns |= {row.principal for row in SERVICES.values() if row.authority is Authority.ROLE}
    assert turns == set(SERVICES)
