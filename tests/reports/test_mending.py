"""What `auditor fix` tells of sources that it mended, and of what it left."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

import auditor
from auditor.reports.mending import Mending
from auditor.reports.mending_text import render_diff, render_mending

SOURCE = """\
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["111122223333"]
}

resource "aws_lambda_function" "bot" {
  function_name = "bot"
  role          = "arn:aws:iam::111122223333:role/bot"
}

resource "aws_lex_intent" "order" {
  name = "Order"

  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      uri             = aws_lambda_function.bot.arn
      message_version = "1.0"
    }
  }
}

resource "aws_lambda_permission" "lex" {
  statement_id  = "AllowLex"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.bot.function_name
  principal     = "lex.amazonaws.com"
}
"""
FOR_EACH = SOURCE.replace('  name = "Order"\n', '  for_each = toset(["Order", "Cancel"])\n\n  name = each.key\n')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mend(folder: Path, source: str) -> Mending:
    (folder / "main.tf").write_text(source)
    return auditor.fix(partial(auditor.read, "."))


def test_the_values_say_what_would_be(folder: Path) -> None:
    """Nothing is written: the files as they would be, the diff, and both audits."""
    mending = mend(folder, SOURCE)
    assert (folder / "main.tf").read_text() == SOURCE
    assert list(mending.files) == ["main.tf"]
    assert b"intent:Order:*" in mending.files["main.tf"]
    assert (mending.report.gate.value, mending.remaining.gate.value) == ("failed", "passed")
    assert mending.diff.startswith("--- a/main.tf\n+++ b/main.tf\n")


def test_nothing_to_do_is_no_diff(folder: Path) -> None:
    """A mended source is left as it is, and the JSON says so with a null."""
    mending = mend(folder, mend(folder, SOURCE).files["main.tf"].decode())
    told = json.loads(mending.to_json())
    assert (mending.files, mending.diff, told["diff"], told["fixes"]) == ({}, "", None, [])
    assert render_mending(mending, 80, color=False, written=False).endswith("nothing to fix\n1 finding left\n")


def test_keys_stand_in_their_order(folder: Path) -> None:
    told = json.loads(mend(folder, SOURCE).to_json())
    assert list(told) == ["schema", "fixes", "left", "diff", "gate"]
    assert list(told["fixes"][0]) == ["rules", "fingerprints", "title", "safety", "proof", "gap", "files"]
    assert list(told["left"][0]) == ["rule", "severity", "message", "fingerprint", "why", "fix"]


@pytest.mark.parametrize(
    ("written", "told"),
    [(True, "1 fix written to 1 file\n"), (False, "1 fix proved, for 1 file\nauditor fix --write applies them\n")],
)
def test_words_for_what_was_mended(folder: Path, written: bool, told: str) -> None:
    words = render_mending(mend(folder, SOURCE), 200, color=False, written=written)
    assert words.startswith("mended  lex-invoke-unscoped  ")
    assert "afterwards the witness is denied, the need that worked still works, nothing else becomes allowed\n" in words
    assert words.endswith(told + "1 finding left\n")


def test_a_gap_is_told(folder: Path) -> None:
    """Instances of for_each are made and destroyed in no order that is known."""
    words = render_mending(mend(folder, FOR_EACH), 200, color=False, written=False)
    assert "; applied in one go, it interrupts access for a moment" in " ".join(words.split())
    assert "interrupts" not in render_mending(mend(folder, SOURCE), 200, color=False, written=False)


def test_what_is_left_has_its_reason_and_its_snippet(folder: Path) -> None:
    words = render_mending(mend(folder, "# Code generated. DO NOT EDIT.\n" + SOURCE), 200, color=False, written=False)
    assert "left    lex-invoke-unscoped  " in words
    assert "\n  `main.tf` is generated\n" in words
    assert '\n    resource "aws_lambda_permission" "lex" {\n' in words


def test_a_diff_on_a_terminal_does_no_harm() -> None:
    """Control characters of a source are shown, not sent; colours are ours."""
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\x1b[2Jb\n+c\r\n"
    shown = render_diff(diff, color=False)
    assert "\x1b" not in shown
    assert shown.count("\n") == diff.count("\n")
    assert "\x1b[2J" not in render_diff(diff, color=True)
