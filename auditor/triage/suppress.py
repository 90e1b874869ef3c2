"""Which findings are suppressed, and what there is to say about waivers and the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from auditor.engine.finding import Finding
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.triage.baseline import Baseline
from auditor.triage.notice import Notice
from auditor.triage.suppression import Suppression
from auditor.triage.waiver import Waiver, WaiverKind, rules_of


class Accepted(Frozen):
    """What was accepted: the waivers, those of files before those of comments, and the baseline."""

    today: date
    waivers: tuple[Waiver, ...] = ()
    baseline: Baseline | None = None


def suppress(
    findings: Sequence[Finding], accepted: Accepted
) -> tuple[tuple[Suppression | None, ...], tuple[Notice, ...]]:
    """What suppresses each finding, if anything does; and what is told of expired waivers, of those
    that match nothing, and of those that cover a part of a finding only.

    A finding about several parts of one statement is waived when each of its rules is.
    """
    used: set[int] = set()
    notices: list[Notice] = []
    outcome: list[Suppression | None] = []
    for finding in findings:
        waiving = [(number, w) for number, w in enumerate(accepted.waivers) if w.covers(finding)]
        used |= {number for number, _ in waiving}
        live = [waiver for _, waiver in waiving if not waiver.expired(accepted.today)]
        suppression = _suppression(finding, live)
        if suppression is None:
            notices += _tell_returned(finding, [waiver for _, waiver in waiving if waiver not in live])
            notices += _tell_partly(finding, live)
            if accepted.baseline is not None and finding.fingerprint in accepted.baseline.fingerprints:
                suppression = Suppression("baseline", f"accepted in {accepted.baseline.file}")
        outcome.append(suppression)
    notices += (_tell_stale(waiver) for number, waiver in enumerate(accepted.waivers) if number not in used)
    notices += _tell_gone(accepted.baseline, findings)
    return tuple(outcome), _in_order(notices)


def _suppression(finding: Finding, live: Sequence[Waiver]) -> Suppression | None:
    """The waivers as one suppression, where they cover every rule of the finding."""
    left, counted = set(rules_of(finding)), []
    for waiver in live:
        covered = waiver.covers(finding) & left
        if covered:
            left -= covered
            counted.append(waiver)
    if left or not counted:
        return None
    reasons = dict.fromkeys(waiver.reason for waiver in counted)
    days = [waiver.expires for waiver in counted if waiver.expires is not None]
    return Suppression(counted[0].kind.value, "; ".join(reasons), min(days).isoformat() if days else None)


def _tell_returned(finding: Finding, expired: Iterable[Waiver]) -> Iterator[Notice]:
    for waiver in expired:
        assert waiver.expires is not None
        owner = f" (owner: {waiver.owner})" if waiver.owner else ""
        back = f"`{finding.rule}` at {finding.origin} is back"
        message = f"the waiver expired on {waiver.expires.isoformat()}{owner}: {back}"
        yield Notice(message, waiver.origin, "mend the finding, or renew the waiver with a new reason")


def _tell_partly(finding: Finding, live: Iterable[Waiver]) -> Iterator[Notice]:
    for waiver in live:
        left = ", ".join(f"`{rule}`" for rule in sorted(rules_of(finding) - waiver.covers(finding)))
        message = f"the waiver covers only a part of the finding at {finding.origin}; it is of {left} too"
        yield Notice(message, waiver.origin, "waive these rules too, or mend the statement")


def _tell_stale(waiver: Waiver) -> Notice:
    what = "comment" if waiver.kind is WaiverKind.COMMENT else "waiver"
    return Notice(f"the {what} matches no finding", waiver.origin, f"remove the {what} if what it waived is mended")


def _tell_gone(baseline: Baseline | None, findings: Sequence[Finding]) -> Iterator[Notice]:
    if baseline is None:
        return
    gone = baseline.fingerprints - {finding.fingerprint for finding in findings}
    if gone:
        message = f"{len(gone)} of the {len(baseline.fingerprints)} accepted findings are gone"
        yield Notice(message, Origin(baseline.file), "`auditor baseline` writes it anew without them")


def _in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    unique = dict.fromkeys(notices)
    return tuple(sorted(unique, key=lambda notice: (notice.origin.sort_key(), notice.message)))
