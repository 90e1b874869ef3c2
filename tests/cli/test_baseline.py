"""The baseline, and the terms of the gate."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import auditor
from tests.cli.accepting import TODAY, summary, waiver

Run = Callable[..., Any]


class TestBaseline:
    def test_what_is_in_it_does_not_gate_and_what_is_new_does(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        ran = run("baseline", unscoped)
        assert (ran.status, ran.out) == (0, "")
        written = json.loads((tmp_path / ".auditor-baseline.json").read_text())
        assert list(written) == ["schema", "findings"]
        assert written["schema"] == "auditor-baseline/1"
        assert [list(entry) for entry in written["findings"]] == [["fingerprint", "rule", "function"]]
        assert run("check", unscoped).status == 1
        known = run("check", "--format", "json", "--baseline", ".auditor-baseline.json", unscoped)
        assert (known.status, summary(known)["suppressed"]) == (0, 1)
        unscoped.write_text(unscoped.read_text().replace("lambda:InvokeFunction", "lambda:*"))
        assert run("check", "--baseline", ".auditor-baseline.json", unscoped).status == 1

    def test_moved_lines_keep_what_was_accepted(self, run: Run, unscoped: Path) -> None:
        run("baseline", unscoped)
        unscoped.write_text("# a comment\n\n" + unscoped.read_text())
        assert run("check", "--baseline", ".auditor-baseline.json", unscoped).status == 0

    def test_it_leaves_out_what_is_waived(self, run: Run, unscoped: Path, configure: Any, tmp_path: Path) -> None:
        configure(f"waivers: [{waiver()}]\n")
        run("baseline", *TODAY, unscoped)
        assert json.loads((tmp_path / ".auditor-baseline.json").read_text())["findings"] == []

    def test_a_configured_one_does_not_count_where_one_is_made(
        self, run: Run, unscoped: Path, configure: Any, tmp_path: Path
    ) -> None:
        configure("baseline: .auditor-baseline.json\n")
        assert run("baseline", unscoped).status == 0
        assert run("baseline", unscoped).status == 0
        assert len(json.loads((tmp_path / ".auditor-baseline.json").read_text())["findings"]) == 1

    @pytest.mark.parametrize(
        "content",
        [
            "{",
            "[]",
            '{"schema": "auditor-baseline/2", "findings": []}',
            '{"schema": "auditor-baseline/1"}',
            '{"schema": "auditor-baseline/1", "findings": [{"rule": "x"}]}',
            '{"schema": "auditor-baseline/1", "findings": [], "more": 1}',
        ],
    )
    def test_a_broken_one_is_wrong_usage(self, run: Run, unscoped: Path, tmp_path: Path, content: str) -> None:
        (tmp_path / "base.json").write_text(content)
        ran = run("check", "--baseline", "base.json", unscoped)
        assert (ran.status, ran.out) == (2, "")
        assert "base.json:1:" in ran.err

    def test_a_missing_one_is_wrong_usage(self, run: Run, unscoped: Path) -> None:
        ran = run("check", "--baseline", "nowhere.json", unscoped)
        assert ran.status == 2
        assert ran.err.startswith("error: the baseline cannot be read: nowhere.json: no such file")

    def test_one_that_cannot_be_written_is_wrong_usage(self, run: Run, unscoped: Path) -> None:
        assert run("baseline", "-o", "nowhere/base.json", unscoped).status == 2

    def test_one_that_is_made_of_half_an_input_is_incomplete(self, run: Run, unscoped: Path) -> None:
        assert run("baseline", unscoped, "nowhere").status == 3

    def test_one_that_is_there_stays_where_nothing_was_read(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        """A path with a slip in it must not empty what was accepted."""
        run("baseline", unscoped)
        before = (tmp_path / ".auditor-baseline.json").read_bytes()
        (tmp_path / "bare").mkdir()
        for path in ("no-such-folder", "bare"):
            ran = run("baseline", path)
            assert (ran.status, (tmp_path / ".auditor-baseline.json").read_bytes()) == (3, before)
            assert "no baseline is written" in ran.err
            assert "0 findings accepted" not in ran.err
        assert run("baseline", "--allow-empty", "bare").status == 0
        assert (tmp_path / ".auditor-baseline.json").read_bytes() != before

    def test_what_is_gone_is_told(self, run: Run, unscoped: Path, scoped: Path) -> None:
        run("baseline", unscoped)
        ran = run("check", "--format", "json", "--baseline", ".auditor-baseline.json", scoped)
        assert ran.status == 0
        assert "1 of the 1 accepted findings are gone" in ran.err


MODULE = """\
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
}

resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } },
    ]
  })
}

resource "aws_lambda_permission" "lex" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "lexv2.amazonaws.com"
}
"""
_LINES = MODULE.splitlines(keepends=True)
TURNED = "".join([*_LINES[:10], _LINES[11], _LINES[10], *_LINES[12:]])


class TestFingerprints:
    """What was accepted stays accepted while what it is about stays, and not a moment longer."""

    @pytest.mark.parametrize(
        ("file", "content", "options"),
        [
            ("main.tf", "# one\n\n\n" + MODULE, []),
            ("functions.tf", MODULE, []),
            ("main.tf", TURNED, []),
            ("main.tf", MODULE.replace("\n  ", "\n      "), []),
            ("main.tf", MODULE, ["--account", "111122223333", "--region", "eu-west-1"]),
        ],
        ids=["moved lines", "renamed file", "reordered statements", "spacing", "account and region by flag"],
    )
    def test_the_same_access_stays_accepted(
        self, run: Run, tmp_path: Path, file: str, content: str, options: list[str]
    ) -> None:
        assert TURNED != MODULE
        (tmp_path / "infra").mkdir()
        (tmp_path / "infra" / "main.tf").write_text(MODULE)
        run("baseline", "-q", "infra")
        assert len(json.loads((tmp_path / ".auditor-baseline.json").read_text())["findings"]) >= 2
        (tmp_path / "infra" / "main.tf").unlink()
        (tmp_path / "infra" / file).write_text(content)
        ran = run("check", "--format", "json", "--baseline", ".auditor-baseline.json", *options, "infra")
        assert [finding["rule"] for finding in json.loads(ran.out)["findings"]] == []

    @pytest.mark.parametrize(
        ("old", "new", "rule"),
        [
            ('"lambda:InvokeFunction"', '"lambda:*"', "lex-invoke-unscoped"),
            ('"ec2.amazonaws.com"', '"ecs-tasks.amazonaws.com"', "trust-extra-principal"),
            ('"aws_lambda_permission" "lex"', '"aws_lambda_permission" "bots"', "lex-invoke-unscoped"),
        ],
        ids=["action", "principal", "address"],
    )
    def test_another_access_or_block_is_new(self, run: Run, tmp_path: Path, old: str, new: str, rule: str) -> None:
        (tmp_path / "main.tf").write_text(MODULE)
        run("baseline", "-q", "main.tf")
        (tmp_path / "main.tf").write_text(MODULE.replace(old, new))
        ran = run("check", "--format", "json", "--baseline", ".auditor-baseline.json", "main.tf")
        assert rule in [finding["rule"] for finding in json.loads(ran.out)["findings"]]


class TestTerms:
    def test_min_confidence_limits_what_gates(self, unscoped: Path) -> None:
        report = auditor.audit(auditor.read(str(unscoped)), min_confidence="high")
        sure = replace(report.findings[0], confidence=auditor.Confidence.HIGH)
        assert report.terms.gates(sure)
        assert not report.terms.gates(replace(sure, confidence=auditor.Confidence.MEDIUM))

    def test_strict_takes_what_is_not_told_for_incomplete(self, run: Run, scoped: Path) -> None:
        assert run("check", scoped).status == 0
        assert run("check", "--strict", scoped).status == 3

    def test_the_commit_of_the_repository_is_known(self, tmp_path: Path) -> None:
        from auditor.sources.repository import commit_of  # noqa: PLC0415 - one test asks

        assert commit_of(tmp_path) is None
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
        subprocess.run([*git, "init", "-q"], check=True)
        assert commit_of(tmp_path) is None
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
        head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
        assert commit_of(tmp_path) == head
