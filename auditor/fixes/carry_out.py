"""Fixes carried out in the sources, each proved by reading the sources again.

Nothing is written here: the outcome holds what each file would be. In each round the fixes that
do not touch the same block are taken together, the sources are read as they would be then, and
what they say must be what was proved. What is left is planned anew on the changed sources, until
nothing more can be done; so a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.engine.finding import Finding
from auditor.estate.estate import Reading
from auditor.fixes.attempt import Attempt, Check, Refused, apart, contents_of, draft_fixes, way_of
from auditor.fixes.editables import Editables, can_be_edited
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.grouping import grouped
from auditor.iam.frozen import Frozen
from auditor.sources.overlay import overlaid

Answered = Sequence["tuple[Finding, tuple[Fix, ...]]"]
_MOST_ROUNDS = 100


class CarriedOut(Frozen):
    """A fix that the sources now hold, and the findings that it mends. `gap` tells that applying
    it in one go interrupts access."""

    findings: tuple[Finding, ...]
    fix: Fix
    files: tuple[str, ...]
    gap: bool


class Left(Frozen):
    """A finding that no fix was carried out for, and why: one clause. `fix` is the best there is."""

    finding: Finding
    fix: Fix | None
    why: str


class Outcome(Frozen):
    """What the changed files held before and hold after, by their shown paths; what was done and
    what is left; and the changed sources, read."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    done: tuple[CarriedOut, ...]
    left: tuple[Left, ...]
    reading: Reading


def carry_out(
    read: Callable[[], Reading], answer: Callable[[Reading], Answered], allowed: frozenset[Safety]
) -> Outcome:
    """Carry out every fix of an allowed safety. `read` reads the sources as they are at the time,
    `answer` gives the findings of a reading with their fixes, the best first."""
    work = _Work(read, answer, allowed)
    for _ in range(_MOST_ROUNDS):
        if not work.round():
            break
    return work.outcome()


@dataclass(slots=True)
class _Work:
    read: Callable[[], Reading]
    answer: Callable[[Reading], Answered]
    allowed: frozenset[Safety]
    contents: dict[str, bytes] = field(default_factory=dict)
    before: dict[str, bytes] = field(default_factory=dict)
    done: list[CarriedOut] = field(default_factory=list)
    refused: Refused = field(default_factory=dict)
    early: Refused = field(default_factory=dict)
    """What was refused before the last fix was carried out, and not since."""
    finished: set[str] = field(default_factory=set)
    reading: Reading = field(default_factory=Reading)
    answers: Answered = ()

    def round(self) -> bool:
        """Whether something was carried out or refused, so that there may be more to do."""
        with overlaid(self.contents):
            self.reading = self.read()
            self.answers = self.answer(self.reading)
            refused = len(self.refused)
            attempts = list(self._attempts())
            if not attempts:
                return self._try_again()
            check = Check(self.read, self.reading, self.contents)
            taken = check.provable(attempts)
            for attempt, why in check.refused:
                self.refused.update((way_of(finding, attempt.fix), why) for finding in attempt.findings)
            if taken:
                self._take(taken)
        return bool(taken) or len(self.refused) > refused

    def _try_again(self) -> bool:
        """Whether there are fixes that were refused before another one was carried out, which may
        have been in their way."""
        early, self.early = self.early, {}
        for way, why in early.items():
            if self.refused.get(way) == why:
                del self.refused[way]
        return bool(early)

    def outcome(self) -> Outcome:
        left: dict[str, Left] = {}
        for finding, fixes in self.answers:
            why = self._why(finding, fixes)
            left.setdefault(finding.fingerprint, Left(finding, fixes[0] if fixes else None, why))
        return Outcome(self.before, self.contents, tuple(self.done), tuple(left.values()), self.reading)

    def _attempts(self) -> Iterator[Attempt]:
        """The fixes to try now: no two of them touch the same block."""
        sources = Editables(self.reading)
        chosen = [(finding, fix) for finding, fixes in self.answers for fix in self._open(finding, fixes)[:1]]
        drafted = draft_fixes(chosen, sources, self.refused)
        # The best fixes go together. Another one is proved for itself alone: what it keeps, one beside
        # it may take away.
        while not drafted:
            following = list(self._following())
            if not following:
                return
            drafted = draft_fixes(following, sources, self.refused)
        yield from apart(drafted)[0]

    def _following(self) -> Iterator[tuple[Finding, Fix]]:
        """Of each function, role or trust policy the next fix, where the best one was refused."""
        for group in grouped([finding for finding, _ in self.answers]):
            answers = [self.answers[place] for place, _ in group]
            left = [(finding, fix) for finding, fixes in answers for fix in self._left(finding, fixes)[:1]]
            yield from ((finding, fix) for finding, fix in left if fix.operations == left[0][1].operations)

    def _open(self, finding: Finding, fixes: tuple[Fix, ...]) -> list[Fix]:
        """The fixes that may be carried out; none where one of them was refused."""
        listed = self._allowed(finding, fixes)
        return [] if any(way_of(finding, fix) in self.refused for fix in listed) else listed

    def _left(self, finding: Finding, fixes: tuple[Fix, ...]) -> list[Fix]:
        """The fixes that may be carried out and were not refused."""
        return [fix for fix in self._allowed(finding, fixes) if way_of(finding, fix) not in self.refused]

    def _allowed(self, finding: Finding, fixes: tuple[Fix, ...]) -> list[Fix]:
        if finding.fingerprint in self.finished or not can_be_edited(finding.fact.estate):
            return []
        return [fix for fix in fixes if fix.operations and fix.safety in self.allowed]

    def _take(self, attempts: Sequence[Attempt]) -> None:
        contents = contents_of(attempts)
        for attempt in attempts:
            for file in attempt.files:
                self.before.setdefault(file, attempt.source.content(file))
        self.contents.update(contents)
        for attempt in attempts:
            gap = attempt.draft.gap or bool(attempt.fix.proof and attempt.fix.proof.gap)
            # The same finding of another case of its template is mended with it, and told once.
            if not self.finished.issuperset(finding.fingerprint for finding in attempt.findings):
                self.done.append(CarriedOut(tuple(attempt.findings), attempt.fix, attempt.files, gap))
            # What is found again after its fix was carried out is not tried a second time.
            self.finished.update(finding.fingerprint for finding in attempt.findings)
        self.early = dict(self.refused)

    def _why(self, finding: Finding, fixes: tuple[Fix, ...]) -> str:
        refused = [self.refused[way] for fix in fixes if (way := way_of(finding, fix)) in self.refused]
        if refused:
            return refused[0]
        if finding.fingerprint in self.finished:
            return "it is still found after its fix"
        proved = [fix for fix in fixes if fix.operations]
        if not proved:
            return "no fix of it can be proved"
        if not any(fix.safety in self.allowed for fix in proved):
            return "its fix rests on an assumption; --unsafe takes it"
        if not can_be_edited(finding.fact.estate):
            return "only Terraform source and templates can be edited"
        return "the fixes did not come to an end"
