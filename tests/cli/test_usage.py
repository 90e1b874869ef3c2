"""What the user asked wrongly: one clear message with help, exit 2, nothing on standard output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "no such command 'chek'"),
        (["check", "--frobnicate"], "no such option"),
        (["check", "--fail-on", "hgih"], "'hgih' is not one of"),
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'json', 'sarif'"),
        (["check", "--report", "json"], "`--report json` names no file"),
        (["check", "--report", "xml=x"], "`xml` is no format"),
        (["check", "--var", "env"], "`--var env` sets nothing"),
        (["check", "--account", "12345678901"], "`12345678901`"),
        (["check", "--as-kind", "terrafrom"], "`terrafrom`"),
        (["check", "--select", "lex-invoke-unscopd"], "`lex-invoke-unscopd` is neither a rule nor a tag"),
        (["check", "--rules", "nowhere"], "nowhere"),
        (["check", "--root", "nowhere"], "'nowhere' does not exist"),
        (["check", "--var-file", "nowhere"], "'nowhere' does not exist"),
        (["check", "-o", "nowhere/report.txt"], "`nowhere/report.txt` cannot be written"),
        (["rules", "lex-invoke-unscopd"], "there is no rule `lex-invoke-unscopd`"),
        (["rules", "test"], "`auditor rules test` needs a folder"),
    ],
)
def test_wrong_usage_is_told(run: Run, unscoped: Path, arguments: list[str], message: str) -> None:
    paths = [str(unscoped)] if arguments[0] == "check" else []
    ran = run(*arguments, *paths)
    assert ran.status == 2
    assert ran.out == ""
    assert message in ran.err
    assert ran.err.startswith("error: ")
    assert "help: " in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_name_is_answered_with_the_nearest(run: Run) -> None:
    assert "lex-invoke-unscoped" in run("rules", "lex-invoke-unscopd").err


def test_a_wrong_environment_is_wrong_usage(run: Run, unscoped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_FAIL_ON", "sometimes")
    assert run("check", unscoped).status == 2
