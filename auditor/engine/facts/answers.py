"""Decisions in the words of facts."""

from __future__ import annotations

from auditor.engine.fact import Answer
from auditor.iam.decide import Decision, Verdict


def answer_of(decision: Decision) -> Answer:
    match decision.verdict:
        case Verdict.ALLOW:
            return Answer.ALLOWED
        case Verdict.DENY:
            return Answer.DENIED
        case Verdict.UNDETERMINED:
            return Answer.UNDETERMINED
