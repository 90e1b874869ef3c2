"""Markdown for comments and job summaries, as GitHub renders it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from msgspec.structs import replace

from auditor.estate.estate import Reading, Unresolved
from auditor.iam.origin import Origin
from auditor.reports.look import BARE, Frame
from auditor.reports.markdown import render
from auditor.reports.mermaid import draw_access
from auditor.reports.report import Entry, Report

LARGEST_COMMENT = 65_536
"""GitHub's REST documentation: a comment's body."""


def test_the_verdict_is_on_top(report: Report) -> None:
    lines = render(report, BARE).splitlines()
    assert lines[0].startswith("## ❌ auditor: gate failed: 2 findings at or above medium; and the audit is incomplete")
    assert "Findings: **1** high, **1** medium" in lines


def test_a_finding_is_a_row_with_its_witness_and_fix(report: Report) -> None:
    (row,) = [line for line in render(report, BARE).splitlines() if "unscoped" in line]
    assert row.startswith("| high | <code>lex-invoke-unscoped</code> | <code>main.tf:1</code> |")
    assert "witness: a Lex bot in account 444455556666 can invoke this function" in row
    assert "fix: allow only the intent CreatePost" in row


def test_what_was_not_looked_at_is_there(report: Report) -> None:
    text = render(report, BARE)
    assert "Skipped: inputs that could not be looked at (1)" in text
    assert "Unresolved: values that are not known yet (1)" in text


def test_commit_and_date_stand_where_they_are_given(report: Report) -> None:
    made = render(report, Frame(commit="0123456789abcdef0123", date="2026-11-22"))
    assert "commit `0123456789ab`, 2026-11-22" in made
    assert "commit" not in render(report, BARE)


def test_the_picture_tells_needed_excess_and_missing_apart(report: Report) -> None:
    picture = draw_access(report)
    assert picture.startswith("flowchart LR\n")
    assert re.search(r"c\d ==>\|excess\| f\d", picture)
    assert re.search(r"c\d -\. missing \.-> f\d", picture)
    assert re.search(r"c\d -->\|needed\| f\d", picture)
    assert '["classifieds_lambda"]' in picture


def test_without_invokers_there_is_no_picture() -> None:
    assert "mermaid" not in render(Report(Reading()), BARE)


def test_whatever_a_name_holds_it_is_no_markup(nasty: Report) -> None:
    text = render(nasty, BARE)
    tags = set(re.findall(r"<(?!/)([a-z]+)", text))
    assert tags <= {"code", "br", "details", "summary"}
    assert "@all" not in text
    assert "](javascript" not in text
    assert "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith("| high")]
    assert len(rows) == 2
    assert all(row.count("|") == 5 for row in rows)


def test_nobody_is_mentioned_and_no_issue_linked(report: Report) -> None:
    """GitHub looks for both in each text of the page that it made, so `&#64;someone` mentions someone."""
    finding = replace(report.entries[0].finding, message="the role @someone, as in #12, org/it#3 and a@example.com")
    page = _Page(convert_charrefs=True)
    page.feed(render(replace(report, entries=(Entry(finding),)), BARE))
    assert "the role @someone, as in #12, org/it#3 and a@example.com" in "".join(page.texts)
    assert not [text for text in page.texts if re.search(r"[@#]\w", text)]


class _Page(HTMLParser):
    texts: list[str]

    def reset(self) -> None:
        super().reset()
        self.texts = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_whatever_a_name_holds_it_stays_in_its_label(nasty: Report) -> None:
    for line in draw_access(nasty).splitlines()[1:]:
        assert re.fullmatch(
            r'  ([cf]\d+(\(\["[^"\[\]<>`]*"\]\)|\["[^"\[\]<>`]*"\])|[cf]\d+ \S+( missing \.->)? [cf]\d+)', line
        ), line


def test_it_stays_within_the_size_of_a_comment(report: Report) -> None:
    finding = replace(report.entries[0].finding, message="x" * 5000)
    long = replace(
        report,
        entries=tuple(Entry(finding) for _ in range(10_000)),
        unresolved=tuple(Unresolved(Origin("main.tf", n), "y" * 5000) for n in range(10_000)),
    )
    text = render(long, BARE)
    assert len(text) <= LARGEST_COMMENT
    assert re.search(r"^and [0-9]+ findings more\.$", text, re.MULTILINE)
    assert text.startswith("## ❌ auditor: gate failed: 10000 findings")
