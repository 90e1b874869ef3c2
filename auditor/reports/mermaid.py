"""Who can invoke what, as a Mermaid picture."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import InvokeGrant
from auditor.engine.levels import Kind
from auditor.iam.frozen import Frozen
from auditor.needs.need import NeedKind
from auditor.reports.report import Report
from auditor.reports.screen import harmless
from auditor.reports.witness import name_caller

MOST_ARROWS = 40
_LONGEST = 60
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,/-_*$'()")
_ARROWS = {
    "allow": "-->|needed|",
    "deny": "-. missing .->",
    "undetermined": "-. undetermined .->",
    "excess": "==>|excess|",
}


class _Arrow(Frozen):
    caller: str
    function: str
    kind: str


def draw_access(report: Report) -> str:
    """The picture as Mermaid source, missing and excess before what is as it should be; empty where
    nobody is known to invoke anything."""
    arrows = list(dict.fromkeys(_arrows(report)))
    arrows.sort(key=lambda arrow: list(_ARROWS).index(arrow.kind), reverse=True)
    if not arrows:
        return ""
    lines = ["flowchart LR"]
    names: dict[tuple[str, str], str] = {}
    for arrow in arrows[:MOST_ARROWS]:
        ends = []
        for kind, label in (("c", arrow.caller), ("f", arrow.function)):
            name = names.get((kind, label))
            if name is None:
                name = names[kind, label] = f"{kind}{len(names)}"
                left, right = ("([", "])") if kind == "c" else ("[", "]")
                lines.append(f'  {name}{left}"{_label(label)}"{right}')
            ends.append(name)
        lines.append(f"  {ends[0]} {_ARROWS[arrow.kind]} {ends[1]}")
    left_out = len(arrows) - MOST_ARROWS
    if left_out > 0:
        lines.append(f'  more["{left_out} more"]')
    return "\n".join(lines) + "\n"


def _arrows(report: Report) -> Iterator[_Arrow]:
    for audited in report.functions:
        for decided in audited.needs:
            if decided.need.kind is NeedKind.INVOKE:
                caller = name_caller(decided.need.request).rstrip(",")
                yield _Arrow(caller, audited.function.title, decided.decision)
    for finding in report.findings:
        invoking = isinstance(finding.fact, InvokeGrant) and finding.kind is Kind.EXCESS
        if invoking and finding.witness is not None and finding.function is not None:
            yield _Arrow(name_caller(finding.witness.request).rstrip(","), finding.function.title, "excess")


def _label(text: str) -> str:
    """A label in quotes: what could end it, or be read as markup, is written by its number."""
    shown = harmless(text)
    shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
    return "".join(character if character in _PLAIN else f"#{ord(character)};" for character in shown)
