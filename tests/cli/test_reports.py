"""Several reports in one run: where they go, what they have in common, and what becomes of half of one."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.formats import FORMATS

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]

every_format = pytest.mark.parametrize("format", FORMATS)


def start(cwd: Path, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "auditor", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False, preexec_fn=before)


@every_format
def test_the_status_does_not_depend_on_the_format(run: Run, unscoped: Path, scoped: Path, format: str) -> None:
    assert run("check", "--format", format, unscoped).status == 1
    assert run("check", "--format", format, scoped).status == 0
    assert run("check", "--format", format, scoped, "nowhere").status == 3
    assert run("check", "--format", format, unscoped, "nowhere").status == 1


@every_format
def test_what_could_not_be_looked_at_is_in_every_format(run: Run, scoped: Path, format: str) -> None:
    assert "nowhere" in run("check", "--format", format, scoped, "nowhere").out


@every_format
def test_a_report_prints_what_it_writes(run: Run, unscoped: Path, format: str, tmp_path: Path) -> None:
    printed = run("check", "--format", format, unscoped)
    written = run("check", "-q", "--report", f"{format}=report", "--format", "csv", unscoped)
    assert written.status == printed.status == 1
    assert (tmp_path / "report").read_text("utf-8") == printed.out


@every_format
def test_equal_runs_give_equal_bytes(run: Run, unscoped: Path, format: str) -> None:
    assert run("check", "--format", format, unscoped).out == run("check", "--format", format, unscoped).out


def test_several_reports_in_one_run(run: Run, unscoped: Path, tmp_path: Path) -> None:
    wanted = [part for format in FORMATS for part in ("--report", f"{format}=out.{format}")]
    assert run("check", *wanted, unscoped).status == 1
    assert {path.name for path in tmp_path.glob("out.*")} == {f"out.{format}" for format in FORMATS}
    assert all(path.stat().st_size for path in tmp_path.glob("out.*"))


def test_two_reports_do_not_share_a_file(run: Run, unscoped: Path, tmp_path: Path) -> None:
    ran = run("check", "--report", "json=a", "--report", "html=./b/../a", unscoped)
    assert (ran.status, ran.out) == (2, "")
    assert "several reports would be written to `a`" in ran.err
    assert not (tmp_path / "a").exists()
    assert run("check", "-o", "/dev/null", "--report", "json=/dev/null", unscoped).status == 1


def test_suppressed_findings_are_in_no_list_by_default(run: Run, unscoped: Path, tmp_path: Path) -> None:
    run("baseline", "-q", unscoped)
    base = ("--baseline", ".auditor-baseline.json")
    assert json.loads(run("check", "--format", "gitlab", *base, unscoped).out) == []
    assert len(json.loads(run("check", "--format", "gitlab", "--show-suppressed", *base, unscoped).out)) == 1


def test_uris_count_from_the_root_of_the_repository(run: Run, unscoped: Path, tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / ".git").mkdir()
    unscoped.rename(tmp_path / "infra" / "f.yaml")
    os.chdir(tmp_path / "infra")
    made = json.loads(run("check", "--format", "sarif", "f.yaml").out)
    place = made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "infra/f.yaml"


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "text"])
def test_a_full_disk_leaves_the_old_report_and_exits_with_2(unscoped: Path, format: str) -> None:
    old = unscoped.parent / "report"
    old.write_text("the report of yesterday")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    ran = start(unscoped.parent, "check", "--format", format, "-o", "report", str(unscoped), before=limit)
    assert ran.returncode == 2
    assert b"`report` cannot be written: File too large" in ran.stderr
    assert b"help: make room, or write elsewhere" in ran.stderr
    assert old.read_text() == "the report of yesterday"
    assert {path.name for path in unscoped.parent.iterdir()} == {"report", unscoped.name}


@every_format
def test_a_closed_pipe_is_quiet_and_has_the_gates_status(unscoped: Path, format: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "auditor", "check", "--format", format, str(unscoped)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_markdown_carries_a_date_only_where_one_is_given(run: Run, unscoped: Path) -> None:
    assert ", 2026-11-22" in run("check", "--format", "markdown", "--today", "2026-11-22", unscoped).out
    assert "202" not in run("check", "--format", "markdown", unscoped).out.splitlines()[2]
