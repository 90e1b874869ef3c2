"""`auditor fix`: the patch, what --write does, what stays as it is, and the exit statuses."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.pipeline import fix as mend

from .conftest import Run

UNSCOPED = """\
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
NARROW = """\
  statement_id   = "LexV1-Order"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.bot.function_name
  principal      = "lex.amazonaws.com"
  source_arn     = "arn:aws:lex:us-east-1:111122223333:intent:Order:*"
  source_account = "111122223333"
"""
LOGS = """\
resource "aws_iam_role" "logging" {
  name = "logging"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "logging" {
  function_name = "logging"
  role          = aws_iam_role.logging.arn
}

resource "aws_iam_role_policy" "logging" {
  name = "logs"
  role = aws_iam_role.logging.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }]
  })
}
"""
WHOLE = """\
resource "aws_iam_role_policy" "logging" {
  name = "logs"
  role = aws_iam_role.logging.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:*"], Resource = "*" }]
  })
}
"""


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    """A folder with one wide permission, which is high, and its one hook."""
    folder = tmp_path / "infra"
    folder.mkdir()
    (folder / "main.tf").write_text(UNSCOPED)
    return folder


def inside(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_proved_fix_passes_and_nothing_is_written(run: Run, infra: Path) -> None:
    before = inside(infra)
    ran = run("fix", "infra")
    assert (ran.status, inside(infra)) == (0, before)
    assert ran.out.startswith("--- a/infra/main.tf\n+++ b/infra/main.tf\n@@ ")
    assert "1 fix proved, for 1 file\nauditor fix --write applies them\n" in ran.err


def test_write_writes_and_a_second_time_there_is_nothing_to_do(run: Run, infra: Path) -> None:
    ran = run("fix", "--write", "infra")
    assert (ran.status, ran.out) == (0, "")
    assert "1 fix written to 1 file\n" in ran.err
    written = inside(infra)
    assert NARROW in written["main.tf"].decode()
    again = run("fix", "--write", "infra")
    assert (again.status, again.out, inside(infra)) == (0, "", written)
    assert "nothing to fix\n" in again.err
    assert run("check", "infra").status == 0


def test_quiet_says_nothing_beside_the_patch(run: Run, infra: Path) -> None:
    loud, quiet = run("fix", "infra"), run("fix", "-q", "infra")
    assert (quiet.out, quiet.err) == (loud.out, "")


def test_a_finding_without_a_proved_fix_fails(run: Run, infra: Path) -> None:
    """All of logs is taken away under an assumption alone: it fails until --unsafe takes it."""
    (infra / "main.tf").write_text(LOGS.rpartition("resource")[0] + WHOLE)
    ran = run("fix", "infra")
    assert (ran.status, ran.out) == (1, "")
    assert "its fix rests on an assumption" in ran.err
    assert run("fix", "--unsafe", "infra").status == 0
    assert run("fix", "--fail-on", "critical", "infra").status == 0
    assert run("fix", "--select", "trust-public", "infra").status == 0


def test_what_cannot_be_read_is_incomplete(run: Run, infra: Path) -> None:
    """The rest is fixed all the same."""
    (infra / "broken.tf").write_text('resource "aws_sns_topic" {\n')
    ran = run("fix", "infra")
    assert ran.status == 3
    assert '+  source_account = "111122223333"\n' in ran.out
    assert run("fix", "--allow-incomplete", "infra").status == 0
    assert run("fix", "nowhere").status == 3


@pytest.mark.parametrize("arguments", [("--as", "cli", "--write"), ("--as", "yaml"), ("--format", "sarif")])
def test_wrong_usage_is_told(run: Run, infra: Path, arguments: tuple[str, ...]) -> None:
    ran = run("fix", *arguments, "infra")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: ")


PROGRAMS: dict[str, Callable[[Path], list[str]]] = {
    "git": lambda patch: ["git", "apply", str(patch)],
    "patch": lambda patch: ["patch", "-s", "-p1", "-i", str(patch)],
}
CONTENTS = {
    "plain": UNSCOPED,
    "crlf": UNSCOPED.replace("\n", "\r\n"),
    "no-line-end": UNSCOPED.rstrip("\n"),
    "form-feed": UNSCOPED.replace('name = "Order"', 'name = "Order" # \x0c\x85\u2028 and on'),
    "unicode": "# größe 日本 🍕\n\n" + UNSCOPED,
}
NAMES = ["main.tf", "in fra/größe.tf", 'a"b\\c.tf', "tab\there.tf"]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("name", "content"), [*(("main.tf", content) for content in CONTENTS), *((name, "plain") for name in NAMES[1:])]
)
def test_the_patch_is_one(run: Run, tmp_path: Path, program: str, name: str, content: str) -> None:
    """`git apply` and `patch -p1` make of the sources what --write makes of them."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    for folder in ("patched", "written"):
        file = tmp_path / folder / name
        file.parent.mkdir(parents=True)
        file.write_bytes(CONTENTS[content].encode())
    os.chdir(tmp_path / "patched")
    (tmp_path / "fix.patch").write_bytes(run("fix", "-q", ".").out.encode())
    done = subprocess.run(PROGRAMS[program](tmp_path / "fix.patch"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    os.chdir(tmp_path / "written")
    assert run("fix", "-q", "--write", ".").status == 0
    assert inside(tmp_path / "patched") == inside(tmp_path / "written")
    assert b"LexV1-Order" in (tmp_path / "patched" / name).read_bytes()


@pytest.fixture
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("auditor.reports").joinpath("fix.schema.json").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("write", [(), ("--write",)])
def test_json_tells_what_was_done_and_what_is_left(
    run: Run, infra: Path, schema: dict[str, Any], write: tuple[str, ...]
) -> None:
    patch = run("fix", "-q", "infra").out
    ran = run("fix", "--format", "json", *write, "infra")
    told = json.loads(ran.out)
    jsonschema.validate(told, schema)
    (fix,) = told["fixes"]
    (left,) = told["left"]
    assert (fix["rules"], fix["safety"], fix["files"]) == (["lex-invoke-unscoped"], "safe", ["infra/main.tf"])
    assert (left["rule"], left["fix"]["safety"]) == ("lex-v1-retired", "advice")
    assert (told["diff"], told["gate"], ran.status) == (patch, "passed", 0)
    assert (ran.err, NARROW in (infra / "main.tf").read_text()) == ("", write != ())


def test_json_of_nothing_to_do(run: Run, infra: Path, schema: dict[str, Any]) -> None:
    run("fix", "--write", "infra")
    told = json.loads(run("fix", "--format", "json", "infra").out)
    jsonschema.validate(told, schema)
    assert (told["fixes"], told["diff"]) == ([], None)


def test_the_same_input_gives_the_same_bytes(run: Run, spawn: Run, infra: Path) -> None:
    """In another process, with another order of hashes."""
    (infra / "logs.tf").write_text(LOGS)
    first = run("fix", "--format", "json", "infra").out
    assert [first] * 2 == [spawn("fix", "--format", "json", "infra", PYTHONHASHSEED=seed).out for seed in ("1", "2")]


SNIPPETS = {
    "terraform": 'resource "aws_lambda_permission" "lex" {',
    "cloudformation": "Type: AWS::Lambda::Permission",
    "cli": "aws lambda add-permission",
}


@pytest.mark.parametrize("language", SNIPPETS)
def test_snippets(run: Run, infra: Path, language: str) -> None:
    ran = run("fix", "--as", language, "infra")
    assert ran.status == 0
    assert SNIPPETS[language] in ran.out
    assert "# lex-invoke-unscoped: " in ran.out
    assert not ran.out.startswith("--- ")


def test_a_bundle_is_not_edited_and_has_commands(run: Run, unscoped: Path) -> None:
    before = unscoped.read_bytes()
    ran = run("fix", "--write", unscoped.name)
    assert (ran.status, ran.out, unscoped.read_bytes()) == (1, "", before)
    assert "only Terraform source and templates can be edited" in ran.err
    commands = run("fix", "--as", "cli", unscoped.name)
    assert commands.status == 0
    assert "--source-arn arn:aws:lex:eu-west-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID" in commands.out


def test_standard_input_is_read(spawn: Run, unscoped: Path) -> None:
    ran = spawn("fix", "--as", "cli", "-", stdin=unscoped.read_bytes())
    assert ran.status == 0
    assert "aws lambda add-permission" in ran.out


def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Let something happen between reading and writing."""

    def mend_and_change(*arguments: Any, **named: Any) -> Any:
        made = mend(*arguments, **named)
        change()
        return made

    monkeypatch.setattr("auditor.cli.fix.mend", mend_and_change)


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    run: Run, infra: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is written then."""
    (infra / "logs.tf").write_text(LOGS)
    changing(monkeypatch, lambda: (infra / "main.tf").write_text(UNSCOPED + "# mine\n"))
    ran = run("fix", "--write", "infra")
    assert ran.status == 2
    assert "`infra/main.tf` changed while it was audited" in ran.err
    assert inside(infra) == {"main.tf": (UNSCOPED + "# mine\n").encode(), "logs.tf": LOGS.encode()}


def test_a_file_that_went_meanwhile_is_told(run: Run, infra: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing(monkeypatch, (infra / "main.tf").unlink)
    ran = run("fix", "--write", "infra")
    assert (ran.status, inside(infra)) == (2, {})
    assert "`infra/main.tf`" in ran.err
    assert "internal error" not in ran.err


def test_a_link_stays_a_link(run: Run, infra: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.tf"
    (infra / "main.tf").rename(real)
    (infra / "main.tf").symlink_to(real)
    assert run("fix", "--write", "infra").status == 0
    assert (infra / "main.tf").is_symlink()
    assert NARROW in real.read_text()


def test_the_mode_of_a_file_stays(run: Run, infra: Path) -> None:
    (infra / "main.tf").chmod(0o640)
    assert run("fix", "--write", "infra").status == 0
    assert stat.S_IMODE((infra / "main.tf").stat().st_mode) == 0o640


@pytest.mark.parametrize("stop", [KeyboardInterrupt, PermissionError(13, "Permission denied")])
def test_an_interruption_leaves_whole_files(
    run: Run, infra: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    """The first file is as it was meant, the second as it was, and nothing lies beside them."""
    (infra / "logs.tf").write_text(LOGS)
    shutil.copytree(infra, infra.parent / "meant")
    run("fix", "--write", "meant")
    before, meant = inside(infra), inside(infra.parent / "meant")
    replace, replaced = os.replace, list[str]()

    def replace_one(source: str, target: str) -> None:
        if replaced:
            raise stop
        replaced.append(Path(target).name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", replace_one)
    ran = run("fix", "--write", "infra")
    assert inside(infra) == {**before, **{file: meant[file] for file in replaced}}
    assert all(before[file] != meant[file] for file in before)
    assert (len(replaced), ran.status) == (1, 2 if isinstance(stop, OSError) else 130)


def test_output_of_a_hostile_name_does_no_harm(run: Run, infra: Path) -> None:
    """What is shown beside the patch holds no control characters of the source."""
    (infra / "main.tf").write_text(UNSCOPED.replace('"bot"', '"bot\\u001b[31mred"'))
    ran = run("fix", "infra")
    assert "\x1b" not in ran.err


TEMPLATE = """\
Resources:
  Bot:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: bot
      Role: arn:aws:iam::111122223333:role/bot
  AllowLex: # never matches
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Bot
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
      SourceArn: arn:aws:lex:us-east-1:111122223333:bot/ABCDEFGHIJ
"""
WITHOUT = TEMPLATE.partition("  AllowLex")[0]


def test_a_template_is_written_and_git_takes_its_patch(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    patch = run("fix", "-q", "template.yaml")
    assert patch.status == 0
    assert run("fix", "--write", "template.yaml").status == 0
    assert file.read_text() == WITHOUT
    file.write_text(TEMPLATE)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=patch.out.encode(), check=True)
    assert file.read_text() == WITHOUT
    again = run("fix", "template.yaml")
    assert (again.status, again.out) == (0, "")


def test_the_report_of_a_template_has_diffs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    report = json.loads(run("check", "--format", "json", "template.yaml").out)
    (finding,) = report["findings"]
    assert finding["fixes"][0]["diff"].startswith("--- a/template.yaml\n+++ b/template.yaml\n@@ -4,10 +4,3 @@\n")


def test_a_template_on_standard_input_is_left(spawn: Run) -> None:
    ran = spawn("fix", "-", stdin=TEMPLATE.encode())
    assert (ran.status, ran.out) == (1, "")
    assert "standard input is no file" in ran.err
