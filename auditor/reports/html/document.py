"""The whole document: data and templates in, one file out that loads nothing."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auditor.engine.levels import Kind, Severity
from auditor.engine.rule import Rule
from auditor.fixes.fix import Safety
from auditor.reports.html.access import Access, access_of, tally
from auditor.reports.html.escaping import (
    mark_quoted,
    visible,
    write_code,
    write_diff,
    write_items,
    write_lines,
    write_place,
    write_prose,
    write_source,
)
from auditor.reports.html.findings import Findings, Row
from auditor.reports.html.matrix import lay_out
from auditor.reports.html.picture import draw_picture
from auditor.reports.html.state import State
from auditor.reports.html.subject import Subject, Subjects
from auditor.reports.html.topic import Topic
from auditor.reports.look import Frame
from auditor.reports.report import Report
from auditor.reports.screen import several
from auditor.reports.verdict import list_gaps, list_terms, tell_gate, tell_inputs
from auditor.sources.running import without_collector
from auditor.triage.gate import Gate
from auditor.version import VERSION

MOST_WRITTEN_OUT = 500
"""With more findings, what opens below them is packed: a browser with scripts unpacks it."""
_BETWEEN = "\0"
"""Stands between what is packed, and in no text: texts show it as an escape."""
MOST_PICTURES = 100
FIRST_PICTURES = 6
_GATES = {Gate.PASSED: "✓", Gate.FAILED: "×", Gate.INCOMPLETE: "!"}


@without_collector()
def render(report: Report, frame: Frame) -> str:
    """The report as one HTML file."""
    environment = _environment()
    subjects = Subjects(report)
    findings = Findings(report, subjects, frame.look.source)
    rows = lay_out(report, subjects, findings.numbers)
    write = environment.get_template("finding.html").module.body  # type: ignore[attr-defined]  # a macro of the template
    bodies = [write(body) for body in findings.bodies()]
    packed = len(bodies) > MOST_WRITTEN_OUT
    accesses = list(_accesses([row.subject for row in rows], findings))
    style, script = _asset("report.css"), _asset("report.js")
    heading, _, reason = tell_gate(report).partition(": ")
    return environment.get_template("report.html").render(
        report=report,
        frame=frame,
        version=VERSION,
        heading=heading,
        reason=reason,
        gate=report.gate.value,
        symbol=_GATES[report.gate],
        inputs=tell_inputs(report),
        counts=[(severity.value, report.count(severity)) for severity in Severity],
        kinds=[(kind.value, sum(finding.kind is kind for finding in report.findings)) for kind in Kind],
        hidden=sum(not entry.finding.severity.at_least(report.shown_from) for entry in report.live),
        states=list(State),
        tally=tally(access for _, access in accesses),
        pictures=[draw_picture(*one) for one in accesses[:MOST_PICTURES]],
        first_pictures=FIRST_PICTURES,
        left_out=len(accesses[MOST_PICTURES:]),
        topics=list(Topic),
        rows=rows,
        severities=list(Severity),
        findings=findings.rows,
        worst=next(iter(findings.live), None),
        mendable=_tell_mendable(findings.live),
        bodies=None if packed else bodies,
        packed=_pack(bodies) if packed else "",
        rules=_rules(report, findings),
        gaps=list(list_gaps(report)),
        agreed=[gap for gap in list_terms(report) if gap.entries],
        style=Markup(style),  # noqa: S704 - a file of ours
        script=Markup(script),  # noqa: S704 - a file of ours
        policy=_policy(style, script),
    )


def _accesses(subjects: list[Subject], findings: Findings) -> Iterator[tuple[Subject, Access]]:
    """What a picture of every function and role shows, in the order of the rows of the matrix."""
    found = findings.by_subject()
    for subject in subjects:
        if subject.function is not None or subject.role is not None:
            yield subject, access_of(subject, found.get(subject.index, []))


def _tell_mendable(rows: list[Row]) -> str:
    """For how many findings there is a fix, the best for each: one on an assumption is proved too, but not safe."""
    safe, unsafe = (sum(row.fixable == safety.value for row in rows) for safety in (Safety.SAFE, Safety.UNSAFE))
    told = f"{safe} of {several(len(rows), 'finding')} {'has' if safe == 1 else 'have'} a proved one"
    return f"{told}, {unsafe} one that rests on an assumption" if unsafe else told


def _rules(report: Report, findings: Findings) -> list[Rule]:
    """The rules that the listed findings are of."""
    names = {row.finding.rule for row in findings.rows}
    return [rule for rule in report.rules if rule.id in names]


class _Templates(Environment):
    """Templates that read attributes, and nothing by subscript: Jinja tries both for every value."""

    getattr = staticmethod(getattr)  # type: ignore[assignment]  # called with the same two arguments


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = _Templates(
        loader=PackageLoader("auditor.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=visible,
    )
    environment.filters.update(
        once=lru_cache(maxsize=512),  # of a macro: what it makes of the same values is made once
        ticks=mark_quoted,
        prose=write_prose,
        items=write_items,
        place=write_place,
        statement=write_lines,
        code=write_code,
        source=write_source,
        diff=write_diff,
    )
    return environment


def _asset(name: str) -> str:
    return resources.files("auditor.reports.html").joinpath("templates").joinpath(name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """What the document may do: run its own script and style, which it names by their hashes."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types auditor",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _pack(bodies: list[str]) -> str:
    written = _BETWEEN.join(bodies).encode("utf-8", "backslashreplace")
    return base64.b64encode(zlib.compress(written, 6)).decode()
