"""`auditor diff`: what a new version lets in that the old one did not."""

from __future__ import annotations

import json
from typing import Any

import click

from auditor.cli.configuration import configured
from auditor.cli.console import Console, is_colored, print_data, print_text, width
from auditor.cli.output import AnswerArguments, answer_options
from auditor.cli.progress import Progress
from auditor.cli.reading import read_live, read_paths, reading_options
from auditor.cli.sections import SectionCommand, option
from auditor.cli.status import Status
from auditor.cli.stdin import read_stdin
from auditor.estate.estate import Reading
from auditor.iam.document import PolicyKind
from auditor.question.change import Change, ChangeVerdict
from auditor.question.diff import AUTO
from auditor.question.sides import Compared, compare_read, diff_paths
from auditor.sources.errors import UsageError

_QUESTION = "What to ask"
_EPILOG = """\
Exit status:
  0  no new access
  1  new access, with a request that NEW allows and OLD does not
  2  wrong usage
  3  undetermined, or an input could not be read

Examples:
  auditor diff old-policy.json new-policy.json
  aws lambda get-policy --function-name f | auditor diff - new-policy.json
  auditor diff snapshot/ --aws
  git worktree add ../main main && auditor diff ../main/infra infra
"""


class Arguments(AnswerArguments, kw_only=True):
    """What the user asked of `auditor diff`; each name is that of its option."""

    old: str
    new: str | None
    both: bool
    policy_kind: str


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@option(_QUESTION, "--both", is_flag=True, help="Tell also what OLD allows and NEW does not.")
@option(
    _QUESTION,
    "--policy-kind",
    type=click.Choice([*(kind.value for kind in PolicyKind), AUTO]),
    default=AUTO,
    show_default=True,
    metavar="KIND",
    help="Take both for policy documents of this kind: resource, identity or trust.",
)
@reading_options
@answer_options
@click.pass_context
def diff(context: click.Context, /, **given: Any) -> None:
    """Does NEW allow anything that OLD does not? Decided exactly, with a request that proves it.

    OLD and NEW are policy documents (also as the AWS CLI prints them), bundles, or folders of
    Terraform source; - is standard input. Documents are compared as they stand; of the rest, the
    policy of each function, what its role may do, and who may assume it. With --aws, NEW is the
    live account.
    """
    context.exit(run_diff(Arguments(**given)))


def run_diff(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    if asked.new is None and not asked.aws:
        raise UsageError("missing argument 'NEW'", "name what OLD is compared with, or say --aws for the live account")
    if asked.new is not None and asked.aws:
        raise UsageError("with `--aws` NEW is the live account", "name OLD alone")
    if asked.old == asked.new == "-":
        raise UsageError("OLD and NEW are both standard input", "name a file for one of them")
    asked = configured(asked, (asked.new,) if asked.new is not None else ())
    console = Console(asked.quiet, asked.verbose)
    stdin = read_stdin(tuple(filter(None, (asked.old, asked.new))))
    compared = _compare_live(asked, stdin) if asked.aws else _compare_paths(asked, stdin)
    for skipped in compared.skipped:
        console.warn(f"{skipped.origin}: {skipped.reason}", skipped.help)
    incomplete = Status.PASSED if asked.allow_incomplete else Status.INCOMPLETE
    change = compared.change
    if change is None:
        if not compared.skipped:
            console.warn("nothing was found to compare", "auditor diff --help tells what OLD and NEW can be")
        return incomplete
    if asked.format == "json":
        print_data(json.dumps(change.to_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        from auditor.question.telling import tell_change, tell_estates  # noqa: PLC0415 - only text needs it
        from auditor.reports.screen import draw  # noqa: PLC0415 - as above

        lines = tell_change(change, width()) if isinstance(change, Change) else tell_estates(change, width())
        print_text(draw(lines, color=is_colored(asked.color)))
    verdicts = {change.verdict, *((change.lost.verdict,) if change.lost is not None else ())}
    if change.verdict is ChangeVerdict.NEW_ACCESS:
        return Status.FAILED
    return incomplete if compared.skipped or ChangeVerdict.UNDETERMINED in verdicts else Status.PASSED


def _compare_live(asked: Arguments, stdin: bytes | None) -> Compared:
    """What OLD tells, and the account as it is now."""
    old = read_paths(asked, (asked.old,), stdin)
    return compare_read(old, read_live(asked, ()).reading, both=asked.both)


def _compare_paths(asked: Arguments, stdin: bytes | None) -> Compared:
    assert asked.new is not None
    with Progress(quiet=asked.quiet) as progress:

        def read_path(path: str) -> Reading:
            progress.at(f"reading {path}")
            reading = read_paths(asked, (path,), stdin)
            progress.at("comparing")
            return reading

        return diff_paths(
            asked.old,
            asked.new,
            read_path,
            kind=asked.policy_kind,
            stdin=stdin,
            both=asked.both,
            account=asked.account,
        )
