"""Fixes written in memory, and the check of what the sources then say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from auditor.engine.finding import Finding
from auditor.estate.estate import Estate, Reading
from auditor.fixes.edit import Edit, NotEditableError, OverlapError
from auditor.fixes.editable import Draft, Editable
from auditor.fixes.editables import Editables
from auditor.fixes.fix import Fix
from auditor.fixes.read_back import difference, expected
from auditor.sources.overlay import overlaid


@dataclass(slots=True)
class Attempt:
    """One fix, the findings that it mends, the way to write it that is tried now, and those that
    were not tried yet."""

    findings: list[Finding]
    fix: Fix
    estate: Estate
    source: Editable
    draft: Draft
    others: Iterator[Draft]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it changes."""
        return tuple(sorted({edit.file for edit in self.draft.edits}))


Way: TypeAlias = "tuple[str, str]"
"""What tells the fixes of a finding apart, and those of one finding from those of another."""
Refused: TypeAlias = "dict[Way, str]"
"""Why fixes were not carried out."""


def way_of(finding: Finding, fix: Fix) -> Way:
    return finding.fingerprint, fix.title


def draft_fixes(wanted: Iterable[tuple[Finding, Fix]], editables: Editables, refused: Refused) -> list[Attempt]:
    """An attempt for each fix of an estate, equal ones once; what cannot be written is put into
    `refused`."""
    attempts: dict[object, Attempt] = {}
    for finding, fix in wanted:
        estate = finding.fact.estate
        root = _names(estate)
        if (root, fix.operations) in attempts:
            attempts[root, fix.operations].findings.append(finding)
            continue
        source = editables.of(estate)
        try:
            others = source.drafts(fix)
            attempts[root, fix.operations] = Attempt([finding], fix, estate, source, next(others), others)
        except NotEditableError as error:
            refused[way_of(finding, fix)] = str(error)
    return list(attempts.values())


def apart(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    """The attempts in groups within which no two touch the same block, but for those that do the
    same there; as many as fit are in the first group."""
    groups: list[tuple[set[tuple[str, int]], list[Attempt]]] = []
    for attempt in attempts:
        edits = attempt.draft.edits
        fitting = (g for g in groups if not g[0] & attempt.draft.touched or any(a.draft.edits == edits for a in g[1]))
        free = next(fitting, None)
        if free is None:
            free = (set(), [])
            groups.append(free)
        free[0].update(attempt.draft.touched)
        free[1].append(attempt)
    return [group for _, group in groups]


def contents_of(attempts: Iterable[Attempt]) -> dict[str, bytes]:
    """The files that attempts change, as they would be. Raises OverlapError and NotEditableError."""
    by_source: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        by_source.setdefault(id(attempt.source), []).append(attempt)
    contents: dict[str, bytes] = {}
    for group in by_source.values():
        for file, content in group[0].source.write([attempt.draft for attempt in group]).items():
            if contents.setdefault(file, content) != content:
                raise OverlapError
    return contents


@dataclass
class Check:
    """Reads the sources as they would be. `reading` is what they say now, with `contents` in the
    place of some files; `refused` collects the attempts that do not hold, and why."""

    read: Callable[[], Reading]
    reading: Reading
    contents: dict[str, bytes]
    refused: list[tuple[Attempt, str]] = field(default_factory=list)

    def provable(self, attempts: list[Attempt]) -> list[Attempt]:
        """The attempts that hold together. Where they do not, they are halved; an attempt that
        does not hold by itself is written in its other ways, then refused. Those that do the same
        stay together: a module that several root modules call changes for all of them."""
        why = self.refutation(attempts)
        if not why:
            return attempts
        alike: dict[tuple[Edit, ...], list[Attempt]] = {}
        for attempt in attempts:
            alike.setdefault(attempt.draft.edits, []).append(attempt)
        if len(alike) > 1:
            parts = list(alike.values())
            half = len(parts) // 2
            first, second = (self.provable(list(chain(*some))) for some in (parts[:half], parts[half:]))
            both = [*first, *second]
            return both if not first or not second or not self.refutation(both) else first
        following = [next(attempt.others, None) for attempt in attempts]
        for attempt, draft in zip(attempts, following, strict=True):
            if draft is not None:
                attempt.draft = draft
        if None not in following:
            return self.provable(attempts)
        self.refused.extend((attempt, why) for attempt in attempts)
        return []

    def refutation(self, attempts: Sequence[Attempt]) -> str:
        """Why these attempts do not give what was proved; empty where they do."""
        try:
            contents = {**self.contents, **contents_of(attempts)}
        except OverlapError:
            return "it changes what another fix changes"
        except NotEditableError as error:
            return str(error)
        for attempt in attempts:
            for file in attempt.files:
                if outside := attempt.source.unread_user(file):
                    return f"`{outside}` uses `{file}` too, and was not read"
        with overlaid(contents):
            for source in {id(attempt.source): attempt.source for attempt in attempts}.values():
                own = {file: None for attempt in attempts if attempt.source is source for file in attempt.files}
                if broken := source.broken(own):
                    return broken
            read = self.read()
        again = {name: estate for estate in read.every_case for name in _names(estate)}
        for estate in self.reading.every_case:
            mine = [attempt for attempt in attempts if _names(attempt.estate) == _names(estate)]
            wanted = expected(estate, [o for attempt in mine for o in attempt.fix.operations])
            for name in _names(estate):
                found = again.get(name)
                if found is None:
                    return "the sources could no longer be read"
                why = difference(wanted, found)
                if why:
                    return f"written there, {why}"
        return ""


def _names(estate: Estate) -> tuple[tuple[str, frozenset[str]], ...]:
    """What tells an estate, and each case that it is there in, from the others of a reading."""
    return tuple((str(estate.origin), literals) for literals in estate.holding or (frozenset(),))
