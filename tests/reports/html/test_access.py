"""The picture tells needed, excess and missing access apart, and leaves nothing out in silence."""

from __future__ import annotations

from pathlib import Path

from auditor.reports.html.access import Access, End, access_of
from auditor.reports.html.findings import Findings
from auditor.reports.html.picture import MOST_LINKS, WIDTH, cut, draw_picture
from auditor.reports.html.state import State
from auditor.reports.html.subject import Subject, Subjects
from auditor.reports.report import Report
from auditor.reports.screen import width_of

from .conftest import FRAME, audit_bundles, bundle


def first_access(report: Report) -> tuple[Subject, Access]:
    subjects = Subjects(report)
    findings = Findings(report, subjects, FRAME.look.source)
    subject = subjects.all[0]
    return subject, access_of(subject, findings.by_subject().get(subject.index, []))


def test_what_a_statement_opens_stands_beside_what_it_must_allow(classifieds: Report) -> None:
    _, access = first_access(classifieds)
    assert [(link.state, link.title, link.end) for link in access.callers] == [
        (State.EXCESS, "Lex: any AWS account", End.FUNCTION),
        (State.NEEDED, "intent CreatePost", End.FUNCTION),
        (State.NEEDED, "intent ReadPost", End.FUNCTION),
        (State.NEEDED, "intent UpdatePost", End.FUNCTION),
        (State.NEEDED, "intent DeletePost", End.FUNCTION),
        (State.NEEDED, "Lambda", End.ROLE),
    ]
    assert [(link.state, link.title) for link in access.targets] == [
        (State.EXCESS, "any log group"),
        (State.NEEDED, "log group /aws/lambda/classifieds_lambda"),
    ]
    assert access.callers[0].findings == (1,)
    assert access.targets[0].findings == (2,)


def test_what_is_needed_and_refused_is_missing(flowers: Report) -> None:
    _, access = first_access(flowers)
    by_title = {link.title: link for link in (*access.callers, *access.targets)}
    assert by_title["intent OrderFlowers"].state is State.MISSING
    assert by_title["Lambda"].state is State.MISSING
    assert by_title["log group /aws/lambda/OrderFlowersCodeHook"].state is State.MISSING
    rules = {number: entry.finding.rule for number, entry in enumerate(flowers.shown, 1)}
    assert [rules[number] for number in by_title["intent OrderFlowers"].findings] == ["lex-invoke-missing"]
    assert [rules[number] for number in by_title["Lambda"].findings] == ["trust-not-lambda"]


def test_what_a_policy_allows_besides_is_shown_as_it_is_written(tmp_path: Path) -> None:
    _, access = first_access(audit_bundles(tmp_path, [bundle("f", table="orders")]))
    granted = [link for link in access.targets if link.state is State.GRANTED]
    assert [(link.title, link.detail) for link in granted] == [("dynamodb", "GetItem on table/orders")]


def test_a_need_that_cannot_be_decided_is_undetermined(tmp_path: Path) -> None:
    other_generation = {**bundle("f"), "hooks": [{"lex": "v1", "intent": "Order"}]}
    _, access = first_access(audit_bundles(tmp_path, [other_generation]))
    assert (State.UNDETERMINED, "intent Order") in [(link.state, link.title) for link in access.callers]


def test_a_picture_has_the_worst_and_counts_the_rest(tmp_path: Path) -> None:
    wide = bundle("f")
    wide["hooks"] = [{"lex": "v2", "bot": f"ABCDEFGHI{end}", "alias": "TSTALIASID"} for end in "ABCDEFGHIJKL"]
    subject, access = first_access(audit_bundles(tmp_path, [wide]))
    picture = draw_picture(subject, access)
    drawn = [node.link for node in picture.nodes if node.x == 0]
    assert len(drawn) == MOST_LINKS
    assert picture.more_callers == len(access.callers) - MOST_LINKS
    assert [link for link in access.callers if link.state is State.EXCESS] == drawn[:1]


def test_every_box_is_inside_the_picture(classifieds: Report, flowers: Report, hostile: Report) -> None:
    for report in (classifieds, flowers, hostile):
        picture = draw_picture(*first_access(report))
        for node in picture.nodes:
            assert 0 <= node.x <= node.x + picture.side <= WIDTH
            assert 0 <= node.y <= node.y + picture.node <= picture.height
        for box in picture.boxes:
            assert 0 <= box.y <= box.y + picture.box <= picture.height


def test_each_state_has_a_symbol_of_its_own() -> None:
    """Colour alone tells nobody anything: WCAG 2.2, 1.4.1."""
    assert len({state.symbol for state in State}) == len(State)


def test_a_long_name_is_cut_to_the_columns_that_it_may_take() -> None:
    assert cut("short", 10) == "short"
    assert cut("a" * 10_000, 10) == "a" * 9 + "…"
    assert width_of(cut("漢字" * 100, 11)) <= 11
    assert cut("a\u202eb", 20) == "a\\u202eb"
