"""`auditor rules`: list the rules, explain one, try a user's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli.completing import complete_rule
from auditor.cli.console import print_data, print_text
from auditor.cli.sections import SectionCommand
from auditor.cli.status import Status
from auditor.engine.loading import load_rules
from auditor.engine.rule import Rule
from auditor.engine.selection import find_rule
from auditor.sources.errors import UsageError

_EPILOG = """\
Exit status:
  0  done; all examples are as they claim
  1  an example of a tried rule is not as it claims
  2  wrong usage or a broken rule file
"""


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("words", nargs=-1, metavar="[ID | test DIR]", shell_complete=complete_rule)
@click.option(
    "--rules",
    "folders",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Know the rules of this folder too. Repeatable.",
)
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    metavar="FORMAT",
    help="text or json.",
)
@click.pass_context
def rules(context: click.Context, /, words: tuple[str, ...], folders: tuple[Path, ...], format: str) -> None:
    """List the rules, or explain the rule ID.

    With test DIR, try the rules of that folder on their own examples.
    """
    if words[:1] == ("test",):
        context.exit(_try_rules(words[1:]))
    if len(words) > 1:
        raise UsageError("more than one rule is asked for", "auditor rules ID explains one")
    known = load_rules(folders)
    _print(tuple(find_rule(known, word) for word in words), known, format)


def _print(asked: Sequence[Rule], known: Sequence[Rule], format: str) -> None:
    from auditor.engine.pages import rules_json, to_text  # noqa: PLC0415 - trying rules needs no pages

    if format == "json":
        print_data(json.dumps(rules_json(asked or known), indent=2, ensure_ascii=False) + "\n")
    elif asked:
        print_text(to_text(asked[0]))
    else:
        print_text(_list_rules(known))


def _list_rules(known: Sequence[Rule]) -> str:
    widest = max((len(rule.id) for rule in known), default=0)
    lines = [f"{rule.id:<{widest}}  {rule.severity.value:<8}  {rule.title}" for rule in known]
    return "\n".join([*lines, "", "auditor rules ID explains a rule", ""])


def _try_rules(words: Sequence[str]) -> Status:
    from auditor.engine.examples import test_rules  # noqa: PLC0415 - explaining rules reads no sources
    from auditor.reports.screen import several  # noqa: PLC0415 - as above

    if len(words) != 1:
        raise UsageError("`auditor rules test` needs a folder", "auditor rules test DIR tries the rules of one folder")
    outcome = test_rules(Path(words[0]))
    for trial in outcome.failures:
        example = trial.example
        print_text(f"{example.origin}: {trial.rule.id}, {example.verdict.value} `{example.title}`: {trial.failure}\n")
    tried = several(len({trial.rule.id for trial in outcome.trials}), "rule")
    examples = several(len(outcome.trials), "example")
    print_text(f"{tried}, {examples}: {len(outcome.failures)} not as claimed\n")
    return Status.PASSED if outcome.passed else Status.FAILED
