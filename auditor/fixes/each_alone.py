"""The diff of every fix by itself, for reports that show fixes one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.engine.finding import Finding
from auditor.estate.estate import Reading
from auditor.fixes.attempt import Attempt, Check, apart, contents_of, draft_fixes
from auditor.fixes.diff import unified_diff
from auditor.fixes.editables import Editables, can_be_edited
from auditor.fixes.fix import Fix
from auditor.fixes.operation import Operation


def diffs_alone(
    read: Callable[[], Reading], reading: Reading, answers: Sequence[tuple[Finding, tuple[Fix, ...]]]
) -> dict[tuple[Operation, ...], str]:
    """The unified diff of each fix, by its operations, where the source can be edited and the
    changed source, read again by `read`, says what was proved."""
    wanted = [
        (finding, fix)
        for finding, fixes in answers
        for fix in fixes
        if fix.operations and can_be_edited(finding.fact.estate)
    ]
    diffs: dict[tuple[Operation, ...], str] = {}
    for group in apart(draft_fixes(wanted, Editables(reading), {})):
        for attempt in Check(read, reading, {}).provable(group):
            diffs[attempt.fix.operations] = _diff(attempt)
    return diffs


def _diff(attempt: Attempt) -> str:
    after = contents_of([attempt])
    return unified_diff({file: attempt.source.content(file) for file in after}, after)
