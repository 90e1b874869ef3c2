"""`auditor can`: one question, answered and explained."""

from __future__ import annotations

import json
from typing import Any

import click

from auditor.cli.configuration import configured
from auditor.cli.console import Console, is_colored, print_data, print_text, width
from auditor.cli.output import AnswerArguments, answer_options
from auditor.cli.reading import read_sources, reading_options
from auditor.cli.sections import SectionCommand, option
from auditor.cli.status import Status
from auditor.cli.stdin import read_stdin
from auditor.iam.decide import Verdict
from auditor.iam.request import Context, context
from auditor.question.can import can as ask
from auditor.question.can import parse_caller
from auditor.sources.errors import UsageError
from auditor.sources.options import check_account

_REQUEST = "The request"
_EPILOG = """\
Exit status:
  0  allowed
  1  denied
  2  wrong usage, or no such function
  3  undetermined, or an input could not be read

Examples:
  auditor can lex.amazonaws.com lambda:InvokeFunction my-hook infra/ \\
      --source-arn arn:aws:lex:us-east-1:111122223333:intent:Order:1
  auditor can arn:aws:iam::111122223333:role/r logs:PutLogEvents my-hook infra/
  auditor can lambda.amazonaws.com sts:AssumeRole my-hook infra/
"""


class Arguments(AnswerArguments, kw_only=True):
    """What the user asked of `auditor can`; each name is that of its option."""

    principal: str
    action: str
    function: str
    paths: tuple[str, ...]
    source_arn: str | None
    source_account: str | None
    context: tuple[str, ...]


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("principal", metavar="PRINCIPAL")
@click.argument("action", metavar="ACTION")
@click.argument("function", metavar="FUNCTION")
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@option(_REQUEST, "--source-arn", metavar="ARN", help="What the service acts for (aws:SourceArn).")
@option(_REQUEST, "--source-account", metavar="ID", help="The account it acts for (aws:SourceAccount).")
@option(
    _REQUEST,
    "--context",
    "context",
    multiple=True,
    metavar="KEY=VALUE",
    help="A condition key of the request. Repeatable; a key given twice has several values.",
)
@reading_options
@answer_options
@click.pass_context
def can(click_context: click.Context, /, **given: Any) -> None:
    """May PRINCIPAL do ACTION to FUNCTION? Answered and explained, statement by statement.

    PRINCIPAL is a service (lex.amazonaws.com), the ARN of a role, user or session, an account of
    12 digits, or * for anybody. FUNCTION is one that PATH holds, by name, name:alias, ARN or
    address; for what a role may do elsewhere, the ARN of that. The request has the condition
    keys that are given, and no others.
    """
    click_context.exit(run_can(Arguments(**given)))


def run_can(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    asked = configured(asked, asked.paths)
    console = Console(asked.quiet, asked.verbose)
    caller = parse_caller(asked.principal)
    given = _context(asked)
    stdin = read_stdin(asked.paths)
    reading = read_sources(asked, asked.paths, stdin)
    for skipped in reading.skipped:
        console.warn(f"{skipped.origin}: {skipped.reason}", skipped.help)
    incomplete = Status.PASSED if asked.allow_incomplete else Status.INCOMPLETE
    if reading.empty:
        if not reading.skipped:
            console.warn("nothing was found to ask", "auditor can --help tells what PATH can be")
        return incomplete
    answer = ask(reading, caller, asked.action, asked.function, given)
    if asked.format == "json":
        print_data(json.dumps(answer.to_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        from auditor.question.telling import tell_answer  # noqa: PLC0415 - only text needs it
        from auditor.reports.screen import draw  # noqa: PLC0415 - as above

        print_text(draw(tell_answer(answer, width()), color=is_colored(asked.color)))
    match answer.decision.verdict:
        case Verdict.ALLOW:
            return incomplete if reading.skipped else Status.PASSED
        case Verdict.DENY:
            return Status.FAILED
        case Verdict.UNDETERMINED:
            return incomplete


def _context(asked: Arguments) -> Context:
    values: dict[str, tuple[str, list[str]]] = {}
    if asked.source_account is not None:
        check_account(asked.source_account)
    pairs = [_split(assignment) for assignment in asked.context]
    pairs += [("aws:SourceArn", asked.source_arn)] if asked.source_arn is not None else []
    pairs += [("aws:SourceAccount", asked.source_account)] if asked.source_account is not None else []
    for key, value in pairs:
        values.setdefault(key.lower(), (key, []))[1].append(value)
    return context(dict(values.values()))


def _split(assignment: str) -> tuple[str, str]:
    key, equals, value = assignment.partition("=")
    if not equals or not key.strip():
        raise UsageError(f"`--context {assignment}` sets nothing", "write `--context KEY=VALUE`")
    return key.strip(), value
