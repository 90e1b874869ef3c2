"""`auditor check`: what it exits with, and what it writes where."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., Any]


def test_the_gate_fails_on_a_finding(run: Run, unscoped: Path) -> None:
    ran = run("check", unscoped)
    assert ran.status == 1
    assert "lex-invoke-unscoped" in ran.out
    assert "a Lex bot in account 444455556666 can invoke this function" in ran.out
    assert ran.err == ""


def test_the_gate_passes_without_findings(run: Run, scoped: Path) -> None:
    ran = run("check", scoped)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("gate passed: no finding at or above medium\n")


@pytest.mark.parametrize(("fail_on", "status"), [("high", 1), ("critical", 0), ("never", 0)])
def test_fail_on_sets_the_gate(run: Run, unscoped: Path, fail_on: str, status: int) -> None:
    assert run("check", "--fail-on", fail_on, unscoped).status == status


def test_fail_on_comes_from_the_environment_and_the_option_wins(
    run: Run, unscoped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_FAIL_ON", "never")
    assert run("check", unscoped).status == 0
    assert run("check", "--fail-on", "high", unscoped).status == 1


def test_what_is_displayed_does_not_move_the_gate(run: Run, unscoped: Path) -> None:
    ran = run("check", "--min-severity", "critical", unscoped)
    assert ran.status == 1
    assert "lex-invoke-unscoped" not in ran.out


def test_rules_are_selected_and_ignored(run: Run, unscoped: Path) -> None:
    assert run("check", "--ignore", "lex-invoke-unscoped", unscoped).status == 0
    assert run("check", "--select", "trust-public,role-admin", unscoped).status == 0
    assert run("check", "--select", "lex", unscoped).status == 1


def test_without_a_path_it_audits_the_current_folder(run: Run, unscoped: Path) -> None:
    assert unscoped.exists()
    ran = run("check")
    assert ran.status == 1
    assert "unscoped.yaml:" in ran.out


def test_standard_input_is_a_path_too(spawn: Run, unscoped: Path) -> None:
    ran = spawn("check", "-", stdin=unscoped.read_bytes())
    assert ran.status == 1
    assert "lex-invoke-unscoped" in ran.out
    assert "Principal: {Service: lexv2.amazonaws.com}" in ran.out, "the excerpt shows what came in"


class TestIncomplete:
    """What could not be looked at is 3, and never looks clean."""

    def test_a_missing_path(self, run: Run, scoped: Path) -> None:
        ran = run("check", scoped, "nowhere")
        assert ran.status == 3
        assert "nowhere" in ran.out
        assert "audit incomplete" in ran.out

    def test_an_empty_folder(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        ran = run("check", "empty")
        assert ran.status == 3
        assert "nothing was found to audit" in ran.out

    def test_findings_go_first_and_both_are_told(self, run: Run, unscoped: Path) -> None:
        ran = run("check", unscoped, "nowhere")
        assert ran.status == 1
        assert "gate failed" in ran.out
        assert "the audit is incomplete" in ran.out

    def test_allow_incomplete_turns_3_into_0(self, run: Run, scoped: Path) -> None:
        ran = run("check", "--allow-incomplete", scoped, "nowhere")
        assert ran.status == 0
        assert "audit incomplete" in ran.out

    def test_allow_empty_is_for_nothing_to_audit_only(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        assert run("check", "--allow-empty", "empty").status == 0
        assert run("check", "--allow-empty", "nowhere").status == 3

    def test_a_machine_format_tells_it_on_standard_error_too(self, run: Run, scoped: Path) -> None:
        ran = run("check", "--format", "json", scoped, "nowhere")
        assert json.loads(ran.out)["summary"]["gate"] == "incomplete"
        assert ran.err.startswith("warning: nowhere")
        assert run("check", "--format", "json", "-q", scoped, "nowhere").err == ""


class TestOutputs:
    """Reports go where they were asked to, whole or not at all."""

    def test_json_on_standard_output_is_alone_there(self, run: Run, unscoped: Path) -> None:
        ran = run("check", "--format", "json", "-v", unscoped)
        assert json.loads(ran.out)["schema"] == "auditor-report/1"
        assert ran.status == 1
        assert "note: " in ran.err

    @pytest.mark.parametrize("story", sorted((ROOT / "samples").glob("*/before")), ids=lambda path: path.parent.name)
    def test_real_reports_keep_to_the_schema(self, run: Run, story: Path) -> None:
        schema = json.loads((ROOT / "auditor" / "reports" / "report.schema.json").read_text())
        jsonschema.validate(json.loads(run("check", story, "nowhere", "--format", "json", "-q").out), schema)

    def test_verbosity_does_not_change_json(self, run: Run, unscoped: Path) -> None:
        plain, verbose = (run("check", "--format", "json", *flags, unscoped).out for flags in ([], ["-v"]))
        assert plain == verbose

    def test_a_report_goes_to_a_file(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        ran = run("check", "--format", "json", "-o", "report.json", unscoped)
        assert (ran.status, ran.out) == (1, "")
        assert json.loads((tmp_path / "report.json").read_text())["summary"]["gate"] == "failed"

    def test_several_reports_in_one_run(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        ran = run("check", "--report", "json=a.json", "--report", "text=b.txt", unscoped)
        assert ran.status == 1
        assert (tmp_path / "a.json").read_text() == run("check", "--format", "json", unscoped).out
        assert (tmp_path / "b.txt").read_text() == ran.out

    def test_a_failed_write_leaves_the_old_file(self, spawn: Run, unscoped: Path, tmp_path: Path) -> None:
        """The folder cannot be written, so neither the report nor a part of it appears."""
        folder = tmp_path / "locked"
        folder.mkdir()
        (folder / "report.json").write_text("old")
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write everywhere")
        ran = spawn("check", "-o", "locked/report.json", unscoped)
        assert ran.status == 2
        assert (folder / "report.json").read_text() == "old"

    def test_nothing_is_left_beside_a_report(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        (tmp_path / "a-folder").mkdir()
        assert run("check", "-o", "a-folder", unscoped).status == 2
        assert run("check", "-o", "gone/report.txt", unscoped).status == 2
        assert {path.name for path in tmp_path.iterdir()} == {"a-folder", "unscoped.yaml"}

    def test_a_new_file_has_the_usual_mode(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        previous = os.umask(0o027)
        try:
            run("check", "-o", "report.txt", unscoped)
        finally:
            os.umask(previous)
        assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o640

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    def test_a_full_disk_is_told(self, unscoped: Path) -> None:
        command = [sys.executable, "-m", "auditor", "check", str(unscoped)]
        with open("/dev/full", "wb") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 2
        assert done.stderr.startswith(b"error: standard output cannot be written: ")
        assert done.stderr.count(b"\n") <= 2

    @pytest.mark.parametrize(("closing", "message"), [("<&-", "standard input is closed"), (">&-", "standard output")])
    def test_closed_streams_are_told(self, unscoped: Path, closing: str, message: str) -> None:
        paths = "-" if closing == "<&-" else str(unscoped)
        done = subprocess.run(
            ["sh", "-c", f'"{sys.executable}" -m auditor check {paths} {closing}'], stderr=subprocess.PIPE, check=False
        )
        assert done.returncode == 2
        assert done.stderr.decode().startswith(f"error: {message}")

    def test_a_closed_pipe_is_quiet_and_keeps_the_status(self, unscoped: Path) -> None:
        command = [sys.executable, "-m", "auditor", "check", "--format", "json", str(unscoped)]
        read_end, write_end = os.pipe()
        os.close(read_end)
        try:
            done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False)
        finally:
            os.close(write_end)
        assert (done.returncode, done.stderr) == (1, b"")


class TestTerminal:
    def test_colour_is_for_terminals_unless_asked(self, run: Run, unscoped: Path) -> None:
        assert "\x1b[" not in run("check", unscoped).out
        assert "\x1b[" in run("check", "--color", "always", unscoped).out

    def test_a_file_gets_no_colour(self, run: Run, unscoped: Path, tmp_path: Path) -> None:
        run("check", "--color", "always", "-o", "report.txt", unscoped)
        assert "\x1b[" not in (tmp_path / "report.txt").read_text()

    def test_the_environment_may_ask_for_colour(
        self, run: Run, unscoped: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AUDITOR_COLOR", "always")
        assert "\x1b[" in run("check", unscoped).out

    def test_a_terminal_without_unicode_gets_ascii(self, spawn: Run, unscoped: Path) -> None:
        ran = spawn("check", unscoped, PYTHONIOENCODING="ascii")
        assert ran.status == 1
        assert ran.out.isascii()
        assert "\\u2" not in ran.out


def test_the_same_input_gives_the_same_bytes(spawn: Run, unscoped: Path, scoped: Path) -> None:
    """Whatever order sets and dictionaries have in a process."""
    outs = {spawn("check", "--format", "json", unscoped, scoped, PYTHONHASHSEED=str(seed)).out for seed in (1, 2, 3)}
    assert len(outs) == 1
    assert json.loads(outs.pop())["summary"]["functions"] == 2


def test_a_mistake_of_the_program_is_told_as_one(run: Run, unscoped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("that should not happen")

    monkeypatch.setattr("auditor.cli.judging.audit", fail)
    ran = run("check", unscoped)
    assert ran.status == 3
    assert ran.err.startswith("error: internal error: ZeroDivisionError: that should not happen\n")
    assert "Traceback" not in ran.err
    assert "Traceback" in run("check", "-v", unscoped).err


def test_what_was_read_is_counted_in_words(run: Run, unscoped: Path, scoped: Path) -> None:
    assert "note: read 1 file: unscoped.yaml\n" in run("check", "-v", unscoped).err
    assert "note: read 2 files: scoped.yaml, unscoped.yaml\n" in run("check", "-v", scoped, unscoped).err


def test_a_bare_document_is_judged_and_the_rest_of_it_is_said_to_be_unseen(run: Run, tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    (tmp_path / "policy.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    ran = run("check", "policy.json")
    assert ran.status == 1
    assert "policy `policy.json` allows everything on everything; who has it is not known" in ran.out
    assert "who has this policy, and which functions: it stands alone" in ran.out


def test_what_the_input_does_not_tell_fails_a_strict_gate_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("function: {name: f}\nresource_policy: null\n")
    ran = run("check", "f.yaml")
    assert ran.status == 0
    assert "of `f`: its role, who calls it (`hooks`, `invokers`)" in ran.out
    assert "no findings in what was looked at" in ran.out
    assert run("check", "--strict", "f.yaml").status == 3
