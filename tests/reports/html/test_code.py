"""Code is shown with exactly what matters marked."""

from __future__ import annotations

import json
from pathlib import Path

from auditor.engine.fact import InvokeGrant
from auditor.iam.origin import Origin
from auditor.reports.html.change import changes_of
from auditor.reports.html.code import MOST_LINES, mark_statement, quote, write_statement
from auditor.reports.html.escaping import mark_quoted, write_diff, write_lines
from auditor.reports.report import Report

from .conftest import FRAME, audit_bundles, bundle

LINES = ["statement {", '\tactions = ["logs:*"]', '  resources = ["*"]', "}", ""]


def source(file: str) -> list[str] | None:
    return LINES if file == "a.tf" else None


def marked(excerpt: object) -> list[str]:
    return [piece.text for line in excerpt.lines for piece in line.pieces if piece.marked]  # type: ignore[attr-defined]  # an Excerpt


def test_marks_are_exact_and_nothing_is_lost() -> None:
    whole, star = Origin("a.tf", 1, 1, 4, 2), Origin("a.tf", 3, 16, 3, 19)
    excerpt = quote(whole, None, [star], source)
    assert excerpt is not None
    assert marked(excerpt) == ['"*"']
    assert excerpt.through
    shown = ["".join(piece.text for piece in line.pieces) for line in excerpt.lines]
    assert shown == [line.replace("\t", "    ") for line in LINES[:4]]


def test_marks_that_overlap_are_marked_once() -> None:
    spans = [Origin("a.tf", 3, 3, 3, 12), Origin("a.tf", 3, 6, 3, 19)]
    excerpt = quote(Origin("a.tf", 1, 1, 4, 2), None, spans, source)
    assert excerpt is not None
    assert "".join(marked(excerpt)) == 'resources = ["*"'


def test_a_narrow_place_is_shown_within_its_statement() -> None:
    excerpt = quote(Origin("a.tf", 3, 3, 3, 20), Origin("a.tf", 1, 1, 4, 2), [], source)
    assert excerpt is not None
    assert [line.number for line in excerpt.lines] == [1, 2, 3, 4]
    assert [line.number for line in excerpt.lines if line.inside] == [3]
    assert marked(excerpt) == ['resources = ["*"]']
    assert not excerpt.through


def test_a_place_that_is_not_there_any_more_is_not_invented() -> None:
    assert quote(Origin("gone.tf", 1), None, [], source) is None
    assert quote(Origin("a.tf", 99), None, [], source) is None
    assert quote(Origin(arn="arn:aws:iam::111122223333:role/r"), None, [], source) is None


def test_a_long_place_says_how_much_is_left_out() -> None:
    lines = [f"line {number}" for number in range(100)]
    excerpt = quote(Origin("long.tf", 1, 1, 100, 1), None, [], lambda _: lines)
    assert excerpt is not None
    assert (len(excerpt.lines), excerpt.left) == (MOST_LINES, 100 - MOST_LINES)


def test_the_patterns_that_let_the_witness_through_are_marked(classifieds: Report) -> None:
    (finding,) = [finding for finding in classifieds.findings if finding.rule == "logs-wildcard"]
    pieces = mark_statement(finding.fact.statement, finding.fact)  # type: ignore[attr-defined]  # of a LogGrant
    through = "".join(piece.text for piece in pieces if piece.marked)
    assert finding.witness is not None
    assert f'"{finding.witness.request.action}"' in through
    assert '"Resource": "*"' in through
    assert "CreateLogGroup" not in through


def test_a_statement_is_written_as_json_that_says_the_same(classifieds: Report, hostile: Report) -> None:
    for report in (classifieds, hostile):
        for finding in report.findings:
            if isinstance(finding.fact, InvokeGrant) and finding.witness is not None:
                written = json.loads(write_statement(finding.fact.statement))
                assert written["Principal"] == {"Service": str(finding.witness.request.principal)}


def test_before_and_after_are_what_the_fix_does(tmp_path: Path) -> None:
    report = audit_bundles(tmp_path, [bundle("f")])
    (entry,) = [entry for entry in report.shown if entry.finding.rule == "lex-invoke-unscoped"]
    (change,) = changes_of(entry.fixes[0].fix.operations)
    (before,), (after,) = (tuple(map(json.loads, side)) for side in (change.before, change.after))
    assert "Condition" not in before
    source_arn = after["Condition"]["ArnLike"]["AWS:SourceArn"]
    assert source_arn.endswith(":bot-alias/ABCDEFGHIJ/TSTALIASID")
    before, after = change.sides
    assert not [line.text for line in before[0] if line.marked and "Principal" in line.text]
    assert [line.text for line in after[0] if line.marked and "SourceArn" in line.text]
    assert "LexV2-ABCDEFGHIJ-TSTALIASID" in change.after[0]


def test_words_in_backticks_are_code_and_all_is_escaped() -> None:
    assert mark_quoted("role `<b>` & `x`") == "role <code>&lt;b&gt;</code> &amp; <code>x</code>"
    assert mark_quoted("one ` alone") == "one ` alone"
    assert write_diff("-<a>\n+b\n c") == '<span class="del">-&lt;a&gt;</span>\n<span class="ins">+b</span>\n c\n'
    assert write_lines([], "del") == ""


def test_source_lines_come_from_the_frame(classifieds: Report) -> None:
    finding = classifieds.findings[0]
    excerpt = quote(finding.origin, None, [], FRAME.look.source)
    assert excerpt is not None
    assert 'resource "aws_lambda_permission"' in excerpt.lines[0].pieces[0].text
