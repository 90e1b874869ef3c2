"""Waivers in files and in comments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.accepting import TODAY, summary, waiver

Run = Callable[..., Any]


class TestWaivers:
    @pytest.mark.parametrize(
        "said",
        [
            waiver(),
            waiver(function="*"),
            waiver(function="", origin="unscoped.yaml"),
            waiver(function="", origin="*"),
            waiver(origin="uns*"),
        ],
    )
    def test_a_waiver_suppresses_and_is_counted(self, run: Run, unscoped: Path, configure: Any, said: str) -> None:
        configure(f"waivers: [{said}]\n")
        ran = run("check", "--format", "json", *TODAY, unscoped)
        told = summary(ran)
        assert (ran.status, told["gate"], told["suppressed"], told["findings"]["high"]) == (0, "passed", 1, 0)
        assert json.loads(ran.out)["findings"] == []

    @pytest.mark.parametrize("said", [waiver(function="g"), waiver(origin="other/*"), waiver(rule="role-admin")])
    def test_a_waiver_of_something_else_does_not_and_is_told(
        self, run: Run, unscoped: Path, configure: Any, said: str
    ) -> None:
        configure(f"waivers: [{said}]\n")
        ran = run("check", "--format", "json", *TODAY, unscoped)
        assert ran.status == 1
        assert "warning: .auditor.yaml:1:11: the waiver matches no finding" in ran.err

    def test_show_suppressed_lists_with_reason_and_day(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure(f"waivers: [{waiver()}]\n")
        ran = run("check", "--format", "json", "--show-suppressed", *TODAY, unscoped)
        (finding,) = json.loads(ran.out)["findings"]
        assert finding["suppressed"] == {"by": "waiver", "reason": "known", "expires": "2027-01-31"}
        assert summary(ran)["findings"]["high"] == 0

    def test_it_counts_on_its_last_day_and_no_longer(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure(f"waivers: [{waiver()}]\n")
        assert run("check", "--today", "2027-01-31", unscoped).status == 0
        ran = run("check", "--format", "json", "--today", "2027-02-01", unscoped)
        assert ran.status == 1
        assert "the waiver expired on 2027-01-31" in ran.err
        assert "the waiver expired" in json.loads(ran.out)["triage"]["notices"][0]["message"]

    def test_source_date_epoch_decides_too(
        self, run: Run, unscoped: Path, configure: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configure(f"waivers: [{waiver()}]\n")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1801440000")  # 2027-02-01
        assert run("check", unscoped).status == 1
        assert run("check", *TODAY, unscoped).status == 0
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
        assert run("check", unscoped).status == 2

    def test_a_day_that_is_none_is_wrong_usage(self, run: Run, unscoped: Path) -> None:
        assert run("check", "--today", "tomorrow", unscoped).status == 2

    def test_one_by_fingerprint(self, run: Run, unscoped: Path, configure: Any) -> None:
        told = json.loads(run("check", "--format", "json", unscoped).out)
        said = waiver(rule="", function="", fingerprint=told["findings"][0]["fingerprint"])
        configure(f"waivers: [{said}]\n")
        assert run("check", *TODAY, unscoped).status == 0

    def test_no_waivers_ignores_those_of_files_and_comments(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure(f"waivers: [{waiver()}]\n")
        assert run("check", "--no-waivers", *TODAY, unscoped).status == 1

    def test_a_file_of_waivers_is_seen_from_its_own_folder(
        self, run: Run, unscoped: Path, configure: Any, tmp_path: Path
    ) -> None:
        configure("waivers: [accepted/waivers.yaml]\n")
        (tmp_path / "accepted").mkdir()
        (tmp_path / "accepted" / "waivers.yaml").write_text(f"- {waiver(function='', origin='../unscoped.yaml')}\n")
        assert run("check", *TODAY, unscoped).status == 0

    def test_the_text_report_tells_the_count(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure(f"waivers: [{waiver()}]\n")
        assert "1 finding suppressed" in run("check", *TODAY, unscoped).out

    def test_fix_leaves_alone_what_is_waived(self, run: Run, tmp_path: Path, configure: Any) -> None:
        (tmp_path / "main.tf").write_text(TERRAFORM)
        assert "create_before_destroy" in run("fix", *TODAY, "--account", "111122223333", tmp_path).out
        configure(f"waivers: [{waiver()}]\n")
        assert run("fix", *TODAY, "--account", "111122223333", tmp_path).out == ""


TERRAFORM = """\
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/r"
}

resource "aws_lex_intent" "order" {
  name = "Order"
  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      uri             = aws_lambda_function.f.arn
      message_version = "1.0"
    }
  }
}

# MARK
resource "aws_lambda_permission" "lex" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "lex.amazonaws.com"
}
"""


BOTH = """\
function: {name: f, arn: "arn:aws:lambda:eu-west-1:123456789012:function:f"}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal: {AWS: ["*", "444455556666"]}
      Action: lambda:InvokeFunction
      Resource: arn:aws:lambda:eu-west-1:123456789012:function:f
hooks: []
invokers: []
"""
"""One finding of invoke-public, of which a part is of invoke-cross-account."""


class TestParts:
    @pytest.mark.parametrize(
        ("rules", "left"),
        [
            (["invoke-public"], "`invoke-cross-account`"),
            (["invoke-cross-account"], "`invoke-public`"),
            (["invoke-public", "invoke-cross-account"], ""),
        ],
    )
    def test_a_finding_is_waived_when_all_of_its_rules_are(
        self, run: Run, tmp_path: Path, configure: Any, rules: list[str], left: str
    ) -> None:
        (tmp_path / "f.yaml").write_text(BOTH)
        configure(f"waivers: [{', '.join(waiver(rule=rule) for rule in rules)}]\n")
        ran = run("check", "--format", "json", *TODAY, "f.yaml")
        assert ran.status == (1 if left else 0)
        assert (f"the waiver covers only a part of the finding at f.yaml:5:7; it is of {left} too" in ran.err) == bool(
            left
        )
        assert "matches no finding" not in ran.err

    def test_one_by_fingerprint_is_about_the_whole(self, run: Run, tmp_path: Path, configure: Any) -> None:
        (tmp_path / "f.yaml").write_text(BOTH)
        (finding,) = json.loads(run("check", "--format", "json", "f.yaml").out)["findings"]
        configure(f"waivers: [{waiver(rule='', function='', fingerprint=finding['fingerprint'])}]\n")
        assert run("check", *TODAY, "f.yaml").status == 0


def test_waivers_of_the_base_branch_fit_the_branch_that_is_audited(run: Run, unscoped: Path, tmp_path: Path) -> None:
    """Two work trees of one repository: each counts from its own root."""
    for tree in ("base", "branch"):
        (tmp_path / tree / "infra").mkdir(parents=True)
        (tmp_path / tree / ".git").write_text("gitdir: elsewhere")
    unscoped.rename(tmp_path / "branch" / "infra" / "f.yaml")
    said = waiver(function="", origin="infra/f.yaml")
    (tmp_path / "base" / ".auditor.yaml").write_text(f"waivers: [{said}]\n")
    assert run("check", *TODAY, "--config", "base/.auditor.yaml", "branch").status == 0
    (tmp_path / "base" / ".auditor.yaml").write_text(f"waivers: [{said.replace('infra/', 'other/')}]\n")
    assert run("check", *TODAY, "--config", "base/.auditor.yaml", "branch").status == 1


class TestComments:
    @pytest.mark.parametrize(
        ("comment", "status", "told"),
        [
            ("# auditor: ignore[lex-invoke-unscoped] known, expires 2027-01-31", 0, ""),
            ("# auditor: ignore[lex-invoke-unscoped, lex-v1-retired] known and fine", 0, ""),
            ("#auditor:ignore[lex-invoke-unscoped] known", 0, ""),
            ("# auditor: ignore[lex-invoke-unscoped]", 1, "the comment gives no reason"),
            ("# auditor: ignore[lex-invoke-unscoped], expires 2027-01-31", 1, "the comment gives no reason"),
            ("# auditor: ignore[lex-invoke-unscoped] known, expires soon", 1, "`soon` is no date"),
            ("# auditor: ignore[lex-invoke-unscoped] known, expires 2026-01-31", 1, "expired on 2026-01-31"),
            ("# auditor: ignore known", 1, "the comment names no rule"),
            ("# auditor: ignore[lex-invoke-unscopd] known", 1, "there is no rule `lex-invoke-unscopd`"),
            ("# auditor: ignore[role-admin] known", 1, "the comment matches no finding"),
        ],
    )
    def test_on_the_line_above(self, run: Run, tmp_path: Path, comment: str, status: int, told: str) -> None:
        (tmp_path / "main.tf").write_text(TERRAFORM.replace("# MARK", comment))
        ran = run("check", "--format", "json", *TODAY, "main.tf")
        assert ran.status == status
        assert told in ran.err
        assert (summary(ran)["suppressed"] == 0) == bool(status)

    def test_on_the_line_itself(self, run: Run, tmp_path: Path) -> None:
        line = 'resource "aws_lambda_permission" "lex" {'
        said = f"{line} # auditor: ignore[lex-invoke-unscoped] known"
        (tmp_path / "main.tf").write_text(TERRAFORM.replace(line, said))
        assert run("check", *TODAY, tmp_path).status == 0

    def test_two_lines_above_is_too_far(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "main.tf").write_text(TERRAFORM.replace("# MARK", "# auditor: ignore[lex-invoke-unscoped] known\n"))
        assert run("check", *TODAY, tmp_path).status == 1

    def test_in_a_string_it_is_no_comment(self, run: Run, tmp_path: Path) -> None:
        line = 'resource "aws_lambda_permission" "lex" {'
        above = 'locals { said = "# auditor: ignore[lex-invoke-unscoped] known" }'
        (tmp_path / "main.tf").write_text(TERRAFORM.replace(f"# MARK\n{line}", f"{above}\n{line}"))
        ran = run("check", *TODAY, tmp_path)
        assert ran.status == 1
        assert "Waivers" not in ran.out

    def test_no_waivers_ignores_it(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "main.tf").write_text(TERRAFORM.replace("# MARK", "# auditor: ignore[lex-invoke-unscoped] known"))
        assert run("check", "--no-waivers", *TODAY, tmp_path).status == 1

    def test_in_yaml(self, run: Run, unscoped: Path) -> None:
        text = unscoped.read_text()
        said = "    - Sid: lex # auditor: ignore[lex-invoke-unscoped] known, expires 2027-01-31\n"
        unscoped.write_text(text.replace("    - Sid: lex\n", said))
        ran = run("check", "--format", "json", "--show-suppressed", *TODAY, unscoped)
        assert ran.status == 0
        suppressed = {"by": "comment", "reason": "known", "expires": "2027-01-31"}
        assert json.loads(ran.out)["findings"][0]["suppressed"] == suppressed

    def test_in_a_value_of_yaml_it_is_no_comment(self, run: Run, unscoped: Path) -> None:
        text = unscoped.read_text()
        quoted = '    - Sid: "lex # auditor: ignore[lex-invoke-unscoped] known"\n'
        unscoped.write_text(text.replace("    - Sid: lex\n", quoted))
        assert run("check", *TODAY, unscoped).status == 1


class TestCommentsBesideAnotherConfiguration:
    """A configuration from another tree is the only one that is read: what is audited cannot loosen it."""

    SAID = "# auditor: ignore[lex-invoke-unscoped] known"

    @pytest.fixture
    def trees(self, tmp_path: Path) -> Callable[..., Path]:
        """Writes the base and the branch, two work trees of one repository, with these texts."""

        def write(base: str | None, branch: str) -> Path:
            for name, text in (("base", base), ("branch", branch)):
                (tmp_path / name / "infra").mkdir(parents=True)
                (tmp_path / name / ".git").write_text("gitdir: elsewhere")
                if text is not None:
                    (tmp_path / name / "infra" / "main.tf").write_text(text)
            (tmp_path / "base" / "strict.yaml").write_text("ignore: [lex-v1-retired]\n")
            return tmp_path / "base" / "strict.yaml"

        return write

    def test_one_that_the_branch_brings_has_no_effect_and_is_told(self, run: Run, trees: Any) -> None:
        config = trees(TERRAFORM, TERRAFORM.replace("# MARK", self.SAID))
        ran = run("check", "--format", "json", "--config", config, *TODAY, "branch")
        assert ran.status == 1
        assert summary(ran)["suppressed"] == 0
        assert "branch/infra/main.tf:" in ran.err
        assert "has no effect: it does not stand in the tree of the configuration" in ran.err
        assert "matches no finding" not in ran.err

    def test_one_that_the_base_has_already_counts(self, run: Run, trees: Any) -> None:
        waived = TERRAFORM.replace("# MARK", self.SAID)
        config = trees(waived, "# a new line above\n" + waived)
        assert run("check", "--config", config, *TODAY, "branch").status == 0

    def test_one_that_moves_to_something_else_has_no_effect(self, run: Run, trees: Any) -> None:
        config = trees(f"{self.SAID}\nlocals {{}}\n{TERRAFORM}", TERRAFORM.replace("# MARK", self.SAID))
        assert run("check", "--config", config, *TODAY, "branch").status == 1

    def test_one_that_is_there_once_counts_once(self, run: Run, trees: Any) -> None:
        waived = TERRAFORM.replace("# MARK", self.SAID)
        config = trees(waived, waived + waived.replace(' "f" ', ' "g" '))
        ran = run("check", "--format", "json", "--config", config, *TODAY, "branch")
        assert ran.err.count("has no effect") == 1

    def test_another_reason_or_day_is_another_comment(self, run: Run, trees: Any) -> None:
        waived = TERRAFORM.replace("# MARK", self.SAID)
        config = trees(TERRAFORM.replace("# MARK", f"{self.SAID}, expires 2020-01-01"), waived)
        assert run("check", "--config", config, *TODAY, "branch").status == 1

    def test_a_file_that_the_base_lacks_waives_nothing(self, run: Run, trees: Any) -> None:
        config = trees(None, TERRAFORM.replace("# MARK", self.SAID))
        assert run("check", "--config", config, *TODAY, "branch").status == 1

    def test_a_configuration_of_the_same_tree_leaves_comments_alone(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "infra").mkdir()
        (tmp_path / "infra" / "main.tf").write_text(TERRAFORM.replace("# MARK", self.SAID))
        (tmp_path / "team.yaml").write_text("ignore: [lex-v1-retired]\n")
        assert run("check", "--config", "team.yaml", *TODAY, "infra").status == 0
