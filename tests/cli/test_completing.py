"""What a shell is offered, asked as click's scripts for shells ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEX = sorted(file.stem for file in (ROOT / "rules").rglob("lex-*.yaml"))


def offered(*words: str) -> list[str]:
    """What bash would offer for the last of these words."""
    asked = {"_AUDITOR_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(("auditor", *words))}
    told = subprocess.run(
        [sys.executable, "-c", "from auditor.cli import main; main()"],
        env={**os.environ, **asked, "COMP_CWORD": str(len(words)), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr == ""
    return [line.partition(",")[2] for line in told.stdout.splitlines()]


def test_commands_options_and_choices_are_offered() -> None:
    assert offered("ch") == ["check"]
    assert offered("check", "--fail") == ["--fail-on"]
    assert offered("fix", "--as", "c") == ["cloudformation", "cli"]


def test_rules_are_offered_where_one_is_named() -> None:
    assert len(LEX) > 5
    assert offered("rules", "lex-") == LEX
    assert offered("check", "--select", "lex-") == LEX
    assert offered("check", "--ignore", "lex-v") == ["lex-v1-retired"]


def test_of_several_rules_the_last_is_offered() -> None:
    assert offered("check", "--select", "logs-wildcard,lex-v") == ["logs-wildcard,lex-v1-retired"]


def test_formats_of_reports_and_kinds_of_source_are_offered() -> None:
    assert offered("check", "--report", "s") == ["sarif="]
    assert offered("check", "--as-kind", "p") == ["plan", "policy"]
