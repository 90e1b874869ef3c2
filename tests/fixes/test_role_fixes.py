"""What mends the findings about a role beyond its logs, and that it is proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import auditor

PLACE = "us-east-1:111122223333"
QUEUE = f"arn:aws:sqs:{PLACE}:jobs"
LOGS = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/report:*",
}
POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


def fixes(tmp_path: Path, rule: str, *statements: dict[str, Any], **of_function: Any) -> list[Any]:
    """The proved fixes of the only finding of a rule."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    bundle = {
        "function": {"name": "report", "arn": f"arn:aws:lambda:{PLACE}:function:report", **of_function},
        "role": {
            "arn": "arn:aws:iam::111122223333:role/report",
            "trust_policy": {"Version": "2012-10-17", "Statement": trust},
            "policies": [{"name": "work", "document": {"Version": "2012-10-17", "Statement": [LOGS, *statements]}}],
        },
    }
    file = tmp_path / "bundle.yaml"
    file.write_text(yaml.safe_dump(bundle))
    report = json.loads(auditor.audit(auditor.read(file)).to_json())
    (finding,) = [finding for finding in report["findings"] if finding["rule"] == rule]
    return [fix for fix in finding["fixes"] if fix["proof"] is not None]


@pytest.mark.parametrize(
    ("configured", "actions"),
    [
        ({"event_sources": [{"arn": QUEUE}]}, POLLING),
        ({"dead_letter": QUEUE}, ["sqs:SendMessage"]),
        ({"tracing": "active"}, ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]),
        ({"vpc": True}, ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]),
        (
            {"event_sources": [{"arn": f"arn:aws:kinesis:{PLACE}:stream/jobs"}]},
            ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator"],
        ),
        ({"destinations": {"on_failure": "arn:aws:s3:::failed"}}, ["s3:PutObject"]),
    ],
)
def test_what_is_missing_is_added_and_nothing_else(
    tmp_path: Path, configured: dict[str, Any], actions: list[str]
) -> None:
    (fix,) = fixes(tmp_path, "role-need-missing", **configured)
    assert fix["safety"] == "safe"
    assert (fix["proof"]["witness"], fix["proof"]["new_access"]) == ("allow", False)
    assert all(action in " ".join(fix["cli"]) for action in actions)


def test_what_is_configured_is_put_in_the_place_of_a_wildcard(tmp_path: Path) -> None:
    wide = {"Effect": "Allow", "Action": POLLING, "Resource": "*"}
    (fix,) = fixes(tmp_path, "role-resource-wildcard", wide, event_sources=[{"arn": QUEUE}])
    assert (fix["safety"], fix["proof"]["witness"]) == ("unsafe", "deny")
    assert QUEUE in " ".join(fix["cli"])


def test_what_else_a_wildcard_allows_cannot_be_mended_without_the_code(tmp_path: Path) -> None:
    wide = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    assert fixes(tmp_path, "role-resource-wildcard", wide) == []


def test_an_action_that_does_not_exist_is_taken_out(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjekt"], "Resource": "arn:aws:s3:::box/*"}
    (fix,) = fixes(tmp_path, "role-unknown-action", statement)
    assert fix["safety"] == "safe"
    assert "GetObjekt" not in " ".join(fix["cli"])


def test_what_stands_twice_is_removed_once(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*"}
    (fix,) = fixes(tmp_path, "policy-redundant", statement, dict(statement))
    assert fix["safety"] == "safe"
    assert " ".join(fix["cli"]).count("s3:GetObject") == 1


def test_one_of_two_that_stand_at_one_place_is_not_removed_as_both(tmp_path: Path) -> None:
    """In YAML an alias repeats what stands at its anchor; the document that a command puts has it once."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*"}
    (fix,) = fixes(tmp_path, "policy-redundant", statement, statement)
    assert fix["safety"] == "safe"
    assert " ".join(fix["cli"]).count("arn:aws:s3:::box/*") == 1


def test_a_statement_gets_a_sid_of_its_own(tmp_path: Path) -> None:
    first = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*"}
    second = {"Sid": "Read", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::box"}
    (fix,) = fixes(tmp_path, "policy-duplicate-sid", first, second)
    assert fix["safety"] == "safe"
    assert "Read2" in " ".join(fix["cli"])


def test_an_administrator_keeps_what_the_function_is_configured_with(tmp_path: Path) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    (fix,) = fixes(tmp_path, "role-admin", everything, event_sources=[{"arn": QUEUE}], tracing="active")
    told = " ".join(fix["cli"])
    assert fix["safety"] == "unsafe"
    assert all(action in told for action in (*POLLING, "xray:PutTraceSegments"))
