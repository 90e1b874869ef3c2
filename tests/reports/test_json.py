"""The JSON report keeps the contract."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from auditor.cli.console import encode_text
from auditor.engine.levels import Severity
from auditor.fixes.fix import Fix, RenderedFix, Safety
from auditor.iam.request import context
from auditor.iam.text import Hole, text
from auditor.reports.report import Entry, Report, Suppression


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    found = json.loads((files("auditor") / "reports" / "report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(found)
    assert isinstance(found, dict)
    return found


def test_a_full_report_is_valid(report: Report, schema: dict[str, Any]) -> None:
    jsonschema.validate(json.loads(report.to_json()), schema)


def test_keys_stand_in_the_order_of_the_contract(report: Report) -> None:
    """The order of the contract's example, with `advice`, `assumptions` and `gap` beside it."""
    made = json.loads(report.to_json())
    finding = made["findings"][0]
    assert list(made) == [
        "schema", "auditor", "summary", "functions", "findings", "skipped", "unresolved", "undetermined",
    ]  # fmt: skip
    assert list(made["summary"]) == [
        "functions", "statements", "findings", "suppressed", "undetermined", "unresolved", "skipped", "fail_on", "gate",
    ]  # fmt: skip
    assert list(finding) == [
        "rule", "kind", "severity", "confidence", "function", "message", "origin", "related", "witness", "fixes",
        "fingerprint", "suppressed",
    ]  # fmt: skip
    assert list(finding["origin"]) == ["file", "line", "column", "end_line", "end_column", "address"]
    assert list(finding["witness"]) == ["principal", "action", "resource", "context", "decision", "expected"]
    assert list(finding["fixes"][0]) == [
        "title", "safety", "advice", "proof", "diff", "terraform", "cloudformation", "cli",
    ]  # fmt: skip


def test_the_witness_is_the_request_with_keys_as_aws_spells_them(report: Report) -> None:
    made = json.loads(report.to_json())
    assert made["findings"][0]["witness"] == {
        "principal": {"Service": "lex.amazonaws.com"},
        "action": "lambda:InvokeFunction",
        "resource": "arn:aws:lambda:us-east-1:111122223333:function:classifieds_lambda",
        "context": {
            "aws:SourceArn": "arn:aws:lex:us-east-1:444455556666:intent:Anything:1",
            "aws:SourceAccount": "444455556666",
        },
        "decision": "allow",
        "expected": "deny",
    }


def test_a_context_value_of_several_is_a_list(report: Report, schema: dict[str, Any]) -> None:
    entry = report.entries[0]
    witness = entry.finding.witness
    assert witness is not None
    request = replace(witness.request, context=context({"aws:PrincipalTag/team": "a", "aws:TagKeys": ["x", "y"]}))
    finding = replace(entry.finding, witness=replace(witness, request=request))
    made = json.loads(replace(report, entries=(Entry(finding),)).to_json())
    jsonschema.validate(made, schema)
    assert made["findings"][0]["witness"]["context"] == {"aws:PrincipalTag/team": "a", "aws:TagKeys": ["x", "y"]}


def test_suppressed_findings_are_counted_and_not_listed(report: Report, schema: dict[str, Any]) -> None:
    waived = replace(report.entries[0], suppressed=Suppression("waiver", "planned", "2027-01-31"))
    made = json.loads(replace(report, entries=(waived, report.entries[1])).to_json())
    jsonschema.validate(made, schema)
    assert made["summary"]["suppressed"] == 1
    assert made["summary"]["findings"]["high"] == 0
    assert [finding["rule"] for finding in made["findings"]] == ["logs-wildcard"]


def test_min_severity_limits_the_list_and_not_the_counts(report: Report) -> None:
    made = json.loads(replace(report, shown_from=Severity.HIGH).to_json())
    assert [finding["severity"] for finding in made["findings"]] == ["high"]
    assert made["summary"]["findings"]["medium"] == 1
    assert made["summary"]["gate"] == "failed"


def test_advice_has_no_proof(report: Report, schema: dict[str, Any]) -> None:
    advice = RenderedFix(Fix("look at it", Safety.ADVICE, advice="ask who owns the bot"))
    made = json.loads(replace(report, entries=(Entry(report.entries[0].finding, (advice,)),)).to_json())
    jsonschema.validate(made, schema)
    assert made["findings"][0]["fixes"][0]["proof"] is None
    assert made["findings"][0]["fixes"][0]["advice"] == "ask who owns the bot"


def _drop_key(made: dict[str, Any]) -> None:
    del made["findings"][0]["fingerprint"]


def _add_key(made: dict[str, Any]) -> None:
    made["findings"][0]["origin"]["path"] = "x"


def _claim_safe(made: dict[str, Any]) -> None:
    made["findings"][0]["fixes"][0]["proof"] = None


def _misspell(made: dict[str, Any]) -> None:
    made["summary"]["gate"] = "ok"


@pytest.mark.parametrize("break_report", [_drop_key, _add_key, _claim_safe, _misspell])
def test_the_schema_refuses_what_is_no_report(report: Report, schema: dict[str, Any], break_report: Any) -> None:
    made = json.loads(report.to_json())
    break_report(made)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, schema)


def test_half_a_surrogate_pair_survives_as_an_escape(report: Report) -> None:
    entry = report.entries[0]
    lone = replace(entry.finding, message="a name `\ud800`")
    written = encode_text(replace(report, entries=(Entry(lone),)).to_json())
    assert json.loads(written)["findings"][0]["message"] == "a name `\ud800`"


def test_holes_are_shown_by_name(report: Report) -> None:
    function = replace(report.functions[0].function, name=text("bot-", Hole("var.env")))
    made = json.loads(replace(report, functions=(replace(report.functions[0], function=function),)).to_json())
    assert made["functions"][0]["name"] == "bot-${var.env}"
