"""A module or file that others use is changed for all of them, or not at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ..corpora import mend
from .conftest import CORPUS, IGNORED

SHARED = CORPUS / "two-roots" / "before"
CALL = 'provider "aws" {{\n  region = "us-east-1"\n}}\n\nmodule "bot" {{\n  source = "{source}"\n}}\n'
BOT = (CORPUS / "v1-one-intent" / "before" / "main.tf").read_text("utf-8").split("\n\n", 1)[1]


def write(root: Path, **files: str) -> None:
    """Files by their paths, with `__` for a slash, in a repository."""
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for name, content in files.items():
        path = root / (name.replace("__", "/") + ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def whys(folder: Path) -> tuple[int, list[str]]:
    """How many fixes are carried out, and why others are not."""
    outcome = mend(folder, unsafe=False, ignored=IGNORED).outcome
    return len(outcome.done), [left.why for left in outcome.left]


def test_a_module_that_another_root_calls_is_left(tmp_path: Path) -> None:
    """Only one of its callers is read, so what the other needs is not known."""
    write(tmp_path, a__main=CALL.format(source="../bot"), b__main=CALL.format(source="../bot"), bot__main=BOT)
    assert whys(tmp_path / "a") == (0, ["`../b` uses `../bot/main.tf` too, and was not read"])


def test_a_module_that_two_roots_call_is_changed_for_both(tmp_path: Path) -> None:
    """Both are read, and the same change is right for both."""
    write(tmp_path, a__main=CALL.format(source="../bot"), b__main=CALL.format(source="../bot"), bot__main=BOT)
    mending = mend(tmp_path, unsafe=False, ignored=IGNORED)
    assert (len(mending.outcome.done), mending.outcome.left, list(mending.files)) == (2, (), ["bot/main.tf"])


def test_a_module_of_one_root_is_its_own(tmp_path: Path) -> None:
    """Another root module that calls another module is no matter."""
    write(tmp_path, a__main=CALL.format(source="../bot"), b__main=CALL.format(source="../c"), c__main="", bot__main=BOT)
    assert whys(tmp_path / "a") == (1, [])


def test_a_module_that_is_called_through_a_link_is_left(tmp_path: Path) -> None:
    write(tmp_path, a__main=CALL.format(source="../bot"), b__main=CALL.format(source="../link"), bot__main=BOT)
    (tmp_path / "link").symlink_to(tmp_path / "bot")
    assert whys(tmp_path / "a") == (0, ["`../b` uses `../bot/main.tf` too, and was not read"])


def test_a_module_that_one_root_calls_by_two_paths(tmp_path: Path) -> None:
    """What is right for one call would change the other too: nothing is written twice into one file."""
    named = (SHARED / "shared" / "main.tf").read_text("utf-8")
    called = 'module "{0}" {{\n  source = "./{1}"\n  name   = "{0}"\n}}\n'
    write(tmp_path, main=called.format("a", "bot") + called.format("b", "link"), bot__main=named)
    (tmp_path / "link").symlink_to(tmp_path / "bot")
    assert whys(tmp_path)[0] == 0
    assert (tmp_path / "bot" / "main.tf").read_text() == named


@pytest.mark.parametrize("beside", ["", 'resource "aws_sns_topic" "t" {\n  policy = file("../logs.json")\n}\n'])
def test_a_file_that_another_root_reads_is_left(tmp_path: Path, beside: str) -> None:
    """A policy in a file of its own."""
    document = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n'
    document += '      "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],\n      "Resource": "*"\n    }\n  ]\n}\n'
    write(tmp_path, a__main=ROLE, b__main=beside)
    (tmp_path / "logs.json").write_text(document)
    done, left = whys(tmp_path / "a")
    assert (done, left) == ((0, ["`../b` uses `../logs.json` too, and was not read"]) if beside else (1, []))


ROLE = """\
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["111122223333"]
}

resource "aws_iam_role" "bot" {
  name = "bot"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "bot" {
  function_name = "bot"
  role          = aws_iam_role.bot.arn
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.bot.id
  policy = file("../logs.json")
}
"""
