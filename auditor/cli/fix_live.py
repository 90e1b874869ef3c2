"""`auditor fix --aws`: a script that mends a live account, or the same carried out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from auditor.cli.console import is_terminal, print_aside, print_data
from auditor.cli.judging import judge
from auditor.cli.reading import read_live
from auditor.cli.status import Status
from auditor.cli.stopping import Stopping
from auditor.engine.finding import Finding
from auditor.fixes.aws.carry_out import Applier, Outcome, Result
from auditor.fixes.aws.planning import Planned, plan_repairs
from auditor.fixes.aws.script import write_script
from auditor.fixes.fix import Fix, Safety
from auditor.reports.remedy import tell_proof
from auditor.reports.report import Entry, Report
from auditor.reports.screen import harmless
from auditor.sources.aws.policies import has_new_call
from auditor.sources.aws.session import Accounts, Place
from auditor.sources.errors import UsageError

if TYPE_CHECKING:
    from auditor.cli.fix import Arguments

Chosen = list[tuple[Fix, list[Finding]]]


def fix_live(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    if asked.write:
        raise UsageError("`--write` writes sources, and a live account has none", "--apply carries the fixes out")
    if asked.format != "text":
        raise UsageError(
            "`--aws` prints a shell script, and no JSON", "auditor check --aws --format json tells fixes too"
        )
    live = read_live(asked, asked.paths)
    report = judge(asked, live.reading)
    chosen = _chosen(report, unsafe=asked.unsafe)
    planned = plan_repairs(((fix, _remarks(fix, findings)) for fix, findings in chosen), whole_policies=has_new_call())
    if len(planned.accounts) > 1:
        raise UsageError(f"the fixes are in {len(planned.accounts)} accounts", "ask for one account at a time")
    for skipped in report.skipped:
        _say(f"warning: {skipped.origin}: {skipped.reason}")
    mended: set[object] = {fix.operations for fix in (repair.fix for repair in planned.repairs)}
    stopping = Stopping("stopping: the call under way is finished, and what is half done is taken back")
    if planned.repairs:
        script = write_script(planned.repairs, planned.accounts[0], live.revisions, live.documents)
        if asked.apply:
            mended = _apply(asked, planned, script, stopping)
        else:
            print_data(script)
    left = _left(report, chosen, mended)
    if not asked.quiet:
        for finding in left:
            _say(f"left: {finding.rule}: {finding.message}")
        if not planned.repairs:
            _say("nothing to fix")
    if stopping.asked():
        return Status.INTERRUPTED
    return _status(report, left, allow_incomplete=asked.allow_incomplete)


def _chosen(report: Report, *, unsafe: bool) -> Chosen:
    """The best fix of each finding that may be carried out, with all findings that it mends."""
    allowed = {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}
    found: dict[object, tuple[Fix, list[Finding]]] = {}
    for entry in report.live:
        fix = next((fix for fix in _fixes(entry) if fix.operations and fix.safety in allowed), None)
        if fix is not None:
            found.setdefault(fix.operations, (fix, []))[1].append(entry.finding)
    return list(found.values())


def _fixes(entry: Entry) -> list[Fix]:
    return [rendered.planned or rendered.fix for rendered in entry.fixes]


def _remarks(fix: Fix, findings: list[Finding]) -> tuple[str, ...]:
    mends = (f"{finding.rule}: {finding.message}" for finding in findings)
    proof = tell_proof(fix.proof) if fix.proof is not None else ""
    return (*mends, fix.title, f"{fix.safety.value}: {proof}")


def _apply(asked: Arguments, planned: Planned, script: str, stopping: Stopping) -> set[object]:
    """Show, ask, carry out, tell; the operations that were carried out."""
    _say(script)
    if not asked.yes:
        if not is_terminal(sys.stdin):
            raise UsageError("`--apply` asks before it changes anything, and nobody can answer", "add --yes")
        count = len(planned.repairs)
        try:
            agreed = click.confirm(f"Carry out {'this fix' if count == 1 else f'these {count} fixes'}?", err=True)
        except click.Abort:
            _say("\nnothing was changed")
            raise
        if not agreed:
            _say("nothing was changed")
            return set()
    places = {place.region: place for place in Accounts(asked.selection) if place.account == planned.accounts[0]}
    if not places:
        raise UsageError("the account can no longer be read", "run the command again")
    first: Place = next(iter(places.values()))
    with stopping:
        applier = Applier(lambda region: places.get(region, first), first.session, stopping.pause, stopping.asked)
        outcomes = applier.apply(planned.repairs)
    for outcome in outcomes:
        _say(_told(outcome))
    return {outcome.repair.fix.operations for outcome in outcomes if outcome.result is Result.DONE}


def _told(outcome: Outcome) -> str:
    why = f": {outcome.why}" if outcome.why else ""
    return f"{outcome.result.value}: {outcome.repair.fix.title}{why}"


def _left(report: Report, chosen: Chosen, mended: set[object]) -> list[Finding]:
    done = {finding.fingerprint for fix, findings in chosen if fix.operations in mended for finding in findings}
    return [finding for finding in report.findings if finding.fingerprint not in done]


def _status(report: Report, left: list[Finding], *, allow_incomplete: bool) -> Status:
    open_ones = {finding.fingerprint for finding in left}
    if any(finding.fingerprint in open_ones for finding in report.gating):
        return Status.FAILED
    return Status.INCOMPLETE if report.incomplete and not allow_incomplete else Status.PASSED


def _say(text: str) -> None:
    print_aside("\n".join(harmless(line) for line in text.split("\n")) + "\n")
