"""What fixing did to the sources: for `auditor fix`, and for scripts."""

from __future__ import annotations

import json

from auditor.fixes.carry_out import CarriedOut, Left, Outcome
from auditor.fixes.diff import unified_diff
from auditor.fixes.render import render
from auditor.iam.frozen import Frozen
from auditor.reports.json import write_fix, write_proof
from auditor.reports.report import Report
from auditor.reports.request import Json

SCHEMA = "auditor-fix/1"


class Mending(Frozen):
    """Sources and what they would be with every fix carried out; nothing is written.

    `report` is the audit of the sources as they are, `remaining` that of the changed ones.
    """

    report: Report
    remaining: Report
    outcome: Outcome

    @property
    def files(self) -> dict[str, bytes]:
        """The changed files by their paths, as they would be."""
        return dict(self.outcome.after)

    @property
    def diff(self) -> str:
        """The changes as a unified diff; empty where there are none."""
        return unified_diff(self.outcome.before, self.outcome.after)

    def to_json(self) -> str:
        """What `auditor fix --format json` prints: described by `fix.schema.json`."""
        content: dict[str, Json] = {
            "schema": SCHEMA,
            "fixes": [_done(done) for done in self.outcome.done],
            "left": [_left(left) for left in self.outcome.left],
            "diff": self.diff or None,
            "gate": self.remaining.gate.value,
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _done(done: CarriedOut) -> dict[str, Json]:
    return {
        "rules": [finding.rule for finding in done.findings],
        "fingerprints": [finding.fingerprint for finding in done.findings],
        "title": done.fix.title,
        "safety": done.fix.safety.value,
        "proof": write_proof(done.fix.proof),
        "gap": done.gap,
        "files": list(done.files),
    }


def _left(left: Left) -> dict[str, Json]:
    finding = left.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "why": left.why,
        "fix": None if left.fix is None else write_fix(render(left.fix, finding.fact.estate)),
    }
