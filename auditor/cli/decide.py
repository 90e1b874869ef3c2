"""`auditor decide`: requests and policies as JSON lines in, decisions as JSON lines out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from auditor.cli.console import Console, print_data
from auditor.cli.sections import SectionCommand
from auditor.cli.status import Status
from auditor.cli.stdin import open_stdin
from auditor.question.lines import answer_lines
from auditor.sources.source import LARGEST

_EPILOG = """\
A line in:
  {"principal": {"Service": "lex.amazonaws.com"}, "action": "lambda:InvokeFunction",
   "resource": "arn:aws:lambda:...", "context": {"aws:SourceArn": "arn:aws:lex:..."},
   "resource_policy": {...}, "identity_policies": [{...}]}
A line out:
  {"decision": "allow", "because": "statement",
   "statements": [{"policy": "resource", "index": 0, "sid": "lex"}], "reason": ""}

Exit status:
  0  every line is answered; an answer may be `undetermined`
  2  wrong usage
  3  a line could not be read (its answer is {"error": ...}), or FILE could not

Examples:
  auditor decide questions.jsonl
  jq -c '.questions[]' all.json | auditor decide -
"""


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("-q", "--quiet", is_flag=True, help="No warnings on standard error.")
@click.pass_context
def decide(context: click.Context, /, file: str, quiet: bool) -> None:
    """Decide requests in bulk, as AWS would: one JSON object a line in, one a line out.

    FILE holds the lines; without it, or with -, they come from standard input. Every line is
    answered by itself and at once, in order; blank lines are skipped.
    """
    context.exit(_decide(file, Console(quiet)))


def _decide(file: str, console: Console) -> Status:
    if file == "-":
        return _answer(open_stdin())
    try:
        with Path(file).open("rb") as stream:
            return _answer(stream)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        console.warn(f"{file}: cannot be read: {str(reason).lower()}", "name a file of JSON lines, or `-`")
        return Status.INCOMPLETE


def _answer(stream: BinaryIO) -> Status:
    failed = False
    for answer in answer_lines(_lines(stream)):
        failed = failed or answer.failed
        if not print_data(json.dumps(answer.written, ensure_ascii=False) + "\n"):
            break
    return Status.INCOMPLETE if failed else Status.PASSED


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long just so much that it shows."""
    while line := stream.readline(LARGEST + 1):
        rest = line
        while len(rest) > LARGEST and not rest.endswith(b"\n"):
            rest = stream.readline(LARGEST + 1)
        yield line
