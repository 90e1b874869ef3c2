"""The report: everything that an audit found and did not look at."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from auditor.engine.finding import Finding
from auditor.engine.levels import Severity
from auditor.engine.rule import Rule
from auditor.estate.estate import Reading, Skipped, Unresolved
from auditor.estate.function import Function
from auditor.fixes.fix import RenderedFix
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.request import Request
from auditor.needs.need import Need
from auditor.triage.gate import DEFAULT_TERMS, Gate, Terms
from auditor.triage.notice import Notice
from auditor.triage.suppression import Suppression
from auditor.triage.trust import NOBODY, Trust


class Entry(Frozen):
    """A finding with its fixes, the best first. `elsewhere` is the same finding in other cases of its
    template."""

    finding: Finding
    fixes: tuple[RenderedFix, ...] = ()
    suppressed: Suppression | None = None
    elsewhere: tuple[Finding, ...] = ()


class DecidedNeed(Frozen):
    """A need and how it is decided: `allow`, `deny` or `undetermined` with a reason."""

    need: Need
    decision: str
    reason: str = ""


class AuditedFunction(Frozen):
    """A function that was looked at, and how each of its needs was answered."""

    function: Function
    needs: Sequence[DecidedNeed]


class Undetermined(Frozen):
    """A question that could not be answered, and why. `question` is None where it is about
    more than one request."""

    origin: Origin
    question: Request | None
    reason: str
    function: Function | None = None


class Report(Frozen):
    """The outcome of an audit. Entries are sorted: worst severity first, then place.

    `statements` counts the policy statements that were read. `untold` are the parts of functions and
    roles that no input tells; scripts find them among what is undetermined. `terms` are those of the gate;
    `shown_from` limits which findings a report lists, and neither the counts nor the gate; so does
    `show_suppressed`. `rules` are those that were asked, ordered by id. `notices` tell what a person
    should know about waivers and the baseline, `trust` whom the configuration trusts.
    """

    reading: Reading
    functions: tuple[AuditedFunction, ...] = ()
    entries: tuple[Entry, ...] = ()
    statements: int = 0
    skipped: tuple[Skipped, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    undetermined: tuple[Undetermined, ...] = ()
    untold: tuple[Undetermined, ...] = ()
    terms: Terms = DEFAULT_TERMS
    shown_from: Severity = Severity.INFO
    show_suppressed: bool = False
    rules: tuple[Rule, ...] = ()
    notices: tuple[Notice, ...] = ()
    trust: Trust = NOBODY

    @property
    def audited(self) -> int:
        """How many functions were audited; a version of one is no other function."""
        return sum(each.function.version is None for each in self.functions)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that nothing suppresses."""
        return tuple(entry.finding for entry in self.live)

    @property
    def live(self) -> tuple[Entry, ...]:
        """The entries that nothing suppresses."""
        return tuple(entry for entry in self.entries if entry.suppressed is None)

    @property
    def suppressed(self) -> tuple[Entry, ...]:
        """The entries that something suppresses."""
        return tuple(entry for entry in self.entries if entry.suppressed is not None)

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that a report lists."""
        entries = self.entries if self.show_suppressed else self.live
        return tuple(entry for entry in entries if entry.finding.severity.at_least(self.shown_from))

    @property
    def gating(self) -> tuple[Finding, ...]:
        """The findings that fail the gate."""
        return tuple(finding for finding in self.findings if self.terms.gates(finding))

    @property
    def incomplete(self) -> bool:
        """Whether something was not looked at that the gate's terms ask for."""
        if self.skipped or (self.reading.empty and not self.terms.allow_empty):
            return True
        return self.terms.strict and bool(self.unresolved or self.undetermined or self.untold)

    @property
    def gate(self) -> Gate:
        if self.gating:
            return Gate.FAILED
        return Gate.INCOMPLETE if self.incomplete else Gate.PASSED

    def failed(self, severity: str) -> bool:
        """Whether a finding at or above `severity` is sure enough to gate (`never` is never).

        Raises ValueError for any other word.
        """
        fail_on = None if severity == "never" else Severity(severity)
        return bool(replace(self, terms=replace(self.terms, fail_on=fail_on)).gating)

    def count(self, severity: Severity) -> int:
        """How many findings of exactly this severity nothing suppresses."""
        return sum(finding.severity is severity for finding in self.findings)

    def to_json(self) -> str:
        """This report as `auditor check --format json` prints it."""
        from auditor.reports.json import render_json  # noqa: PLC0415 - the renderer knows this class

        return render_json(self)

    def to_html(self) -> str:
        """This report as one HTML file, as `auditor check --format html` prints it, but that no source
        is read: where the lines of a file would stand, statements stand as JSON."""
        from auditor.reports.html.document import render  # noqa: PLC0415 - the renderer knows this class
        from auditor.reports.look import BARE  # noqa: PLC0415 - as above

        return render(self, BARE)
