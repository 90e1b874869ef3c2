"""Bad input: one clear message with a place, no traceback, and the other inputs are still audited."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def write(name: str, content: str | bytes) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return make


def make_loop(folder: Path) -> str:
    (folder / "loop").symlink_to("loop")
    return "loop"


def make_pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return "pipe"


def name_nothing(_folder: Path) -> str:
    return "nowhere"


NESTED = "[" * 10_000 + "]" * 10_000
UNREADABLE = {
    "a missing path": (name_nothing, "nowhere"),
    "broken HCL": (write("broken.tf", 'resource "aws_lambda_function" "f" {\n  x = [\n}\n'), "broken.tf:"),
    "broken JSON": (write("broken.json", '{"Version": "2012-10-17", "Statement": [}'), "broken.json:1:41"),
    "a bundle with an unknown key": (write("b.yaml", "function: {name: f, runtme: x}\nhooks: []\n"), "`runtme`"),
    "10,000 nested lists": (write("deep.json", f'{{"Version": "2012-10-17", "Statement": {NESTED}}}'), "deep.json:1:"),
    "nested YAML": (write("deep.yaml", f"function: {{name: f}}\nhooks: {NESTED}\n"), "deep.yaml:2:"),
    "a file of 20 MB": (write("huge.json", b'{"Statement": "' + b"x" * 20_000_000 + b'"}'), "huge.json"),
    "bytes that are no UTF-8": (write("bytes.json", b'{"Statement": "\xff"}'), "bytes.json"),
    "a loop of symbolic links": (make_loop, "loop"),
    "a named pipe": (make_pipe, "pipe"),
}


@pytest.mark.parametrize(("make", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_told_and_the_rest_is_audited(
    run: Run, tmp_path: Path, unscoped: Path, make: Callable[[Path], str], told: str
) -> None:
    bad = make(tmp_path)
    ran = run("check", unscoped, bad, "--format", "json")
    made = json.loads(ran.out)
    assert ran.status == 1
    assert "lex-invoke-unscoped" in {finding["rule"] for finding in made["findings"]}
    assert len(made["skipped"]) == 1
    assert ran.err.startswith("warning: ")
    assert ran.err.count("warning: ") == 1
    assert told in ran.err
    assert "help: " in ran.err
    assert run("check", bad).status == 3


def test_a_policy_that_is_a_number_is_a_finding(run: Run, tmp_path: Path) -> None:
    """The input is readable, so the rest of the function is audited, and the policy is malformed."""
    (tmp_path / "f.yaml").write_text("function: {name: f}\nresource_policy: 7\nhooks: []\n")
    made = json.loads(run("check", "f.yaml", "--format", "json").out)
    assert [finding["rule"] for finding in made["findings"]] == ["policy-malformed"]
    assert made["summary"]["functions"] == 1


def test_a_rule_file_with_an_unknown_fact_is_wrong_usage(run: Run, tmp_path: Path, unscoped: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "r.yaml").write_text("id: mine\nfact: invoke-grnat\n")
    ran = run("check", "--rules", "own", unscoped)
    assert (ran.status, ran.out) == (2, "")
    assert "own/r.yaml:2:7" in ran.err
    assert "did you mean `invoke-grant`?" in ran.err


def test_terraform_cannot_read_outside_the_root(run: Run, tmp_path: Path) -> None:
    """A secret of the machine must not come out of a report, whatever a configuration names."""
    (tmp_path / "secret").write_text("hunter2")
    root = tmp_path / "root"
    root.mkdir()
    (root / "escape").symlink_to(tmp_path / "secret")
    reads = "\n".join(
        f"""
        resource "aws_lambda_function" "f{number}" {{
          function_name = {expression}
          role          = "arn:aws:iam::123456789012:role/r"
        }}"""
        for number, expression in enumerate(
            [
                'file("../secret")',
                f'file("{tmp_path}/secret")',
                'file("escape")',
                'templatefile("../secret", {})',
                'file("${path.module}/../secret")',
            ]
        )
    )
    (root / "main.tf").write_text(reads)
    for format in ("text", "json"):
        ran = run("check", "--root", "root", "root", "--format", format, "-v")
        assert "hunter2" not in ran.out + ran.err
        assert "Traceback" not in ran.err


def test_a_hostile_name_cannot_act_on_the_terminal(run: Run, tmp_path: Path, unscoped: Path) -> None:
    evil = tmp_path / "\x1b]0;owned\x07.yaml"
    evil.write_text(unscoped.read_text())
    for ran in (run("check", evil), run("check", evil, "nowhere\x1b[2J", "--format", "json", "-v")):
        assert "\x1b" not in ran.out
        assert "\x1b" not in ran.err
