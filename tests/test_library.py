"""The public interface, used as its documentation says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import auditor

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
INTENT = "arn:aws:lex:us-east-1:111122223333:intent:CreatePost:1"


def policy(**condition: Any) -> dict[str, Any]:
    statement = {
        "Sid": "lex",
        "Effect": "Allow",
        "Principal": {"Service": "lex.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        **({"Condition": condition} if condition else {}),
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def invoke(principal: Any = None, **context: str) -> dict[str, Any]:
    return {
        "principal": principal or {"Service": "lex.amazonaws.com"},
        "action": "lambda:InvokeFunction",
        "resource": FUNCTION,
        "context": {f"aws:{key}": value for key, value in context.items()},
    }


def verdict(request: Any, resource_policy: Any = None, identity_policies: Any = ()) -> str:
    decision = auditor.decide(request, resource_policy=resource_policy, identity_policies=identity_policies)
    assert isinstance(decision, auditor.Decision)
    return decision.verdict.value


class TestDecide:
    """IAM user guide, "Policy evaluation logic"."""

    def test_a_statement_that_matches_allows(self) -> None:
        assert verdict(invoke(), policy()) == "allow"

    def test_without_a_policy_nothing_is_allowed(self) -> None:
        assert verdict(invoke()) == "deny"

    @pytest.mark.parametrize(("source", "expected"), [(INTENT, "allow"), (INTENT.replace("1111", "4444"), "deny")])
    def test_a_condition_binds(self, source: str, expected: str) -> None:
        bound = policy(ArnLike={"AWS:SourceArn": INTENT.removesuffix("1") + "*"})
        assert verdict(invoke(SourceArn=source), bound) == expected

    def test_an_absent_key_does_not_satisfy_a_condition(self) -> None:
        assert verdict(invoke(), policy(StringEquals={"aws:SourceAccount": "111122223333"})) == "deny"

    def test_an_explicit_deny_wins(self) -> None:
        document = policy()
        document["Statement"].append({**document["Statement"][0], "Sid": "no", "Effect": "Deny"})
        decision = auditor.decide(invoke(), resource_policy=document)
        assert decision.to_dict() == {
            "decision": "deny",
            "because": "explicit-deny",
            "statements": [{"policy": "resource", "index": 1, "sid": "no"}],
            "reason": "",
        }

    def test_a_role_needs_its_own_policy_in_its_account(self) -> None:
        request = {
            "principal": {"AWS": "arn:aws:iam::111122223333:role/r"},
            "action": "logs:PutLogEvents",
            "resource": "arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:s",
        }
        allowing = {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "logs:Put*", "Resource": "arn:aws:logs:*:*:log-group:g:*"},
        }
        assert verdict(request, identity_policies=[allowing]) == "allow"
        assert verdict(request) == "deny"

    def test_a_trust_policy_has_no_resource(self) -> None:
        trust = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        }
        request = {"action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/r", "context": {}}
        assert verdict({**request, "principal": {"Service": "lambda.amazonaws.com"}}, trust) == "allow"
        assert verdict({**request, "principal": {"Service": "lex.amazonaws.com"}}, trust) == "deny"

    def test_a_malformed_policy_is_no_answer(self) -> None:
        assert verdict(invoke(), {"Version": "2012-10-17", "Statement": 7}) == "undetermined"

    @pytest.mark.parametrize(
        ("request_", "message"),
        [
            ({**invoke(), "actoin": "x"}, "`actoin` is no part of a request"),
            ({**invoke(), "action": 7}, "the request's action is not a string"),
            ({**invoke(), "principal": "lex.amazonaws.com"}, "the request's principal"),
            ({**invoke(), "context": []}, "the request's context is not an object"),
            ({**invoke(), "context": {"aws:TagKeys": [1]}}, "the context's `aws:TagKeys`"),
        ],
    )
    def test_a_request_of_another_shape_is_refused(self, request_: Any, message: str) -> None:
        with pytest.raises(auditor.UsageError) as raised:
            auditor.decide(request_, resource_policy=policy())
        assert raised.value.message.startswith(message)
        assert raised.value.help


class TestAudit:
    @pytest.fixture
    def bundle(self, tmp_path: Path) -> Path:
        path = tmp_path / "f.json"
        function = {"name": "f", "arn": FUNCTION}
        hooks = [{"lex": "v1", "intent": "CreatePost"}]
        path.write_text(json.dumps({"function": function, "resource_policy": policy(), "hooks": hooks}))
        return path

    def test_a_report_in_two_lines(self, bundle: Path) -> None:
        report = auditor.audit(auditor.read(bundle))
        assert report.failed("high")
        assert not report.failed("critical")
        assert not report.failed("never")
        assert "lex-invoke-unscoped" in {finding.rule for finding in report.findings}
        assert json.loads(report.to_json())["summary"]["functions"] == 1

    def test_the_witness_is_confirmed_by_decide(self, bundle: Path) -> None:
        made = json.loads(auditor.audit(auditor.read(bundle)).to_json())
        (witness,) = (f["witness"] for f in made["findings"] if f["rule"] == "lex-invoke-unscoped")
        request = {key: witness[key] for key in ("principal", "action", "resource", "context")}
        assert verdict(request, policy()) == witness["decision"] == "allow"

    def test_several_paths_and_one_that_is_missing(self, bundle: Path, tmp_path: Path) -> None:
        reading = auditor.read([bundle, tmp_path / "nowhere"])
        assert len(reading.skipped) == 1
        assert auditor.audit(reading).incomplete

    def test_levels_and_names_are_checked(self, bundle: Path) -> None:
        reading = auditor.read(bundle)
        for wrong in ({"fail_on": "hgih"}, {"min_confidence": "never"}, {"select": ["nosuch"]}):
            with pytest.raises(auditor.UsageError):
                auditor.audit(reading, **wrong)
        with pytest.raises(auditor.UsageError):
            auditor.read(bundle, account="123")
        with pytest.raises(ValueError, match="hgih"):
            auditor.audit(reading).failed("hgih")


def test_the_interface_is_typed(tmp_path: Path) -> None:
    """A program that uses it as documented passes mypy in strict mode; a wrong one does not."""
    good = (
        "import auditor\n"
        "report: auditor.Report = auditor.audit(auditor.read('infra/'), fail_on='high')\n"
        "names: list[str] = [finding.rule for finding in report.findings]\n"
        "decision = auditor.decide({'principal': '*'}, resource_policy={}, identity_policies=[])\n"
        "reason: str = decision.reason\n"
        "text: str = report.to_json()\n"
    )
    for program, status in ((good, 0), (good.replace("text: str", "text: int"), 1)):
        (tmp_path / "program.py").write_text(program)
        command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "program.py"]
        command += ["--cache-dir", str(Path.cwd() / ".mypy_cache")]
        root = str(Path(auditor.__file__).parent.parent)
        done = subprocess.run(
            command, cwd=tmp_path, env={"MYPYPATH": root, "PATH": ""}, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout
