"""Rules and levels as SARIF writes them."""

from __future__ import annotations

from auditor.engine.levels import Confidence, Severity
from auditor.engine.pages import to_markdown, to_text
from auditor.engine.rule import Rule
from auditor.reports.request import Json

_LONGEST = 1024
"""Characters of a description that GitHub takes."""
_MOST_TAGS = 20
_NUMBERS = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}
"""In the ranges by which GitHub tells severities apart: above 9, from 7, from 4, above 0."""


def level_of(severity: Severity) -> str:
    match severity:
        case Severity.CRITICAL | Severity.HIGH:
            return "error"
        case Severity.MEDIUM:
            return "warning"
        case Severity.LOW | Severity.INFO:
            return "note"


def write_rule(rule: Rule) -> dict[str, Json]:
    """A rule as a reporting descriptor, with the page that `auditor rules ID` shows."""
    tags: list[Json] = [*dict.fromkeys(("security", rule.kind.value, *rule.tags))]
    written: dict[str, Json] = {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _cut(" ".join(rule.rationale.split()) or rule.title)},
        "help": {"text": to_text(rule), "markdown": to_markdown(rule)},
        "defaultConfiguration": {"level": level_of(rule.severity)},
        "properties": {
            "tags": tags[:_MOST_TAGS],
            "precision": _precision(rule.confidence),
            "security-severity": _NUMBERS[rule.severity],
        },
    }
    if rule.references:
        written["helpUri"] = rule.references[0].url
    if rule.aliases:
        written["deprecatedIds"] = [*rule.aliases]
    return written


def _precision(confidence: Confidence) -> str:
    match confidence:
        case Confidence.HIGH:
            return "very-high"
        case Confidence.MEDIUM:
            return "medium"
        case Confidence.LOW:
            return "low"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
