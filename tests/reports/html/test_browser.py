"""The report in a real browser: what a person does with it, by mouse, by keyboard, on paper."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from auditor.engine.levels import Severity
from auditor.reports.report import Report

from .conftest import HOSTILE, Open


@pytest.mark.parametrize("name", ["classifieds", "flowers", "hostile"])
def test_nothing_is_asked_of_the_network_and_nothing_is_complained_of(
    name: str, open_report: Open, request: pytest.FixtureRequest
) -> None:
    opened = open_report(request.getfixturevalue(name))
    opened.page.click("#open-all")
    opened.page.fill("#query", "lex")
    opened.page.wait_for_timeout(100)
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith("file:")] == []
    assert len(opened.asked) == 1


def test_hostile_names_do_not_run(open_report: Open, hostile: Report) -> None:
    opened = open_report(hostile)
    opened.page.click("#open-all")
    opened.page.wait_for_timeout(100)
    assert opened.page.title().startswith("Gate failed")
    for name in HOSTILE[:6]:
        assert name in opened.page.text_content("#list")


def test_search_finds_what_stands_in_closed_findings(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers)
    assert opened.shown() == [1, 2, 3, 4, 5]
    opened.page.fill("#query", "sts:assumerole REFUSED")
    assert opened.shown() == [2]
    assert opened.page.inner_text("#status") == "1 of 5 findings"
    opened.page.fill("#query", "no such words")
    assert opened.shown() == []
    assert opened.page.is_visible("#none")


def test_filters_join(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers)
    expected = [
        number
        for number, entry in enumerate(flowers.shown, 1)
        if entry.finding.severity is Severity.HIGH and entry.finding.kind.value == "missing"
    ]
    opened.page.check("[name=severity][value=high]")
    opened.page.check("[name=kind][value=missing]")
    assert opened.shown() == expected == [2, 3]
    opened.page.select_option("#topic", "trust")
    assert opened.shown() == [2]
    opened.page.click("text=Clear")
    opened.wait_for_status("5 of 5 findings")
    assert opened.shown() == [1, 2, 3, 4, 5]


def test_the_fix_and_subject_filters(open_report: Open, hostile: Report) -> None:
    opened = open_report(hostile)
    opened.page.select_option("#fix", "none")
    assert len(opened.shown()) == sum(not entry.fixes for entry in hostile.shown)
    opened.page.select_option("#fix", "")
    value = opened.page.evaluate("document.querySelector('#subject').options[1].value")
    opened.page.select_option("#subject", value)
    assert 0 < len(opened.shown()) < len(hostile.shown)


def test_the_counts_on_top_and_the_matrix_filter(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers)
    opened.page.click(".tile.medium a")
    assert opened.shown() == [4]
    opened.page.click(".matrix a.cell[data-topic=invocation]")
    assert opened.shown() == [1, 3, 5]
    assert opened.page.evaluate("document.activeElement.closest('.finding').id") == "f-1"


def test_the_keyboard_alone_is_enough(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers)
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.type("streams")
    assert page.inner_text("#status") == "1 of 5 findings"
    page.keyboard.press("Escape")
    opened.wait_for_status("5 of 5 findings")
    page.focus("#f-3 summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#f-3 details').open")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_a_shared_fix_is_read_where_it_is_opened(open_report: Open, flowers: Report) -> None:
    page = open_report(flowers).page
    page.click("#f-3 summary")
    assert "aws lambda add-permission" in page.inner_text("#f-3")
    assert page.evaluate("document.querySelectorAll('#fix-1').length") == 1


def test_a_link_to_a_finding_opens_it_though_a_filter_hides_it(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers, fragment="#f-4")
    page = opened.page
    opened.wait("document.querySelector('#f-4 details').open")
    page.fill("#query", "retired")
    page.evaluate("location.hash = '#f-2'")
    opened.wait("document.querySelector('#f-2 details').open")
    assert page.is_visible("#f-2")
    assert page.input_value("#query") == ""


def test_paper_shows_every_finding_whole_whatever_the_filter(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers)
    opened.page.fill("#query", "no such words")
    opened.page.emulate_media(media="print")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.shown() == [1, 2, 3, 4, 5]
    text = opened.page.inner_text("#list")
    for entry in flowers.shown:
        assert str(entry.finding.origin) in text
    assert text.count("fingerprint") == 5
    assert not opened.page.is_visible("#filter")
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    opened.page.emulate_media(media="screen")
    assert opened.shown() == []


def test_without_scripts_all_is_there_and_no_filter_pretends_to_work(open_report: Open, flowers: Report) -> None:
    opened = open_report(flowers, java_script_enabled=False)
    assert not opened.page.is_visible("#filter")
    opened.page.click("#f-2 summary")
    assert "Lambda cannot assume this role" in opened.page.inner_text("#f-2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1400])
@pytest.mark.parametrize("name", ["classifieds", "hostile"])
def test_nothing_hangs_over_the_edge(
    name: str, width: int, scheme: str, open_report: Open, request: pytest.FixtureRequest
) -> None:
    """WCAG 2.2, 1.4.10: at 320 pixels only tables, pictures and code may need a second direction of scrolling."""
    page = open_report(request.getfixturevalue(name), width, scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["classifieds", "flowers"])
def test_axe_finds_nothing(name: str, scheme: str, open_report: Open, axe: str, request: pytest.FixtureRequest) -> None:
    """WCAG 2.2 at level AA, and axe's best practices."""
    page = open_report(request.getfixturevalue(name), scheme=scheme, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    page.evaluate(axe)
    page.add_style_tag(content=".finding { content-visibility: visible !important; }")
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found] == []


def test_headings_do_not_skip_a_level(open_report: Open, classifieds: Report) -> None:
    page = open_report(classifieds).page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(node => +node.tagName[1])")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_packed_findings_open_search_and_print(open_report: Open, many: Report) -> None:
    opened = open_report(many, fragment=f"#f-{len(many.shown)}")
    page = opened.page
    opened.wait(f"document.querySelector('#f-{len(many.shown)} .body') !== null")
    page.fill("#query", "aws:SourceArn bot-alias function-259")
    opened.wait_for_status("1 of")
    assert [many.shown[number - 1].finding.function.title for number in opened.shown()] == ["function-259"]  # type: ignore[union-attr]  # each has one
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.shown() == [number for number, _ in enumerate(many.shown, 1)]
    assert page.evaluate("document.querySelectorAll('.finding .body').length") == len(many.shown)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert len(opened.shown()) == 1
    assert opened.said == []
    assert len(opened.asked) == 1


def test_of_many_findings_a_part_is_listed_and_the_rest_can_be_reached(open_report: Open, many: Report) -> None:
    opened = open_report(many)
    page, count = opened.page, len(many.shown)
    assert opened.shown() == list(range(1, 201))
    assert page.inner_text("#status") == f"{count} of {count} findings, 1 to 200 listed"
    page.press("#show-later", "Enter")
    assert opened.shown() == list(range(1, 401))
    assert page.evaluate("document.activeElement.closest('.finding').id") == "f-201"
    page.press("#show-all", "Enter")
    assert opened.shown() == list(range(1, count + 1))
    assert not page.is_visible("#later")
    page.evaluate("location.hash = '#f-500'")
    opened.wait("document.querySelector('#f-500 details').open")
    page.check("[name=severity][value=high]")
    assert len(opened.shown()) == 200
    page.evaluate(f"location.hash = '#f-{count}'")
    opened.wait(f"document.querySelector('#f-{count} details')?.open")
    assert opened.shown()[-1] == count
    first = opened.shown()[0]
    page.press("#show-earlier", "Enter")
    assert opened.shown()[0] == max(first - 200, 1)
    assert opened.said == []


def test_many_findings_are_listed_without_scripts_too(open_report: Open, many: Report) -> None:
    opened = open_report(many, java_script_enabled=False)
    assert opened.page.locator(".finding").count() == len(many.shown)
    assert opened.page.locator(".finding").last.is_visible()


def test_filtering_many_findings_is_quick(open_report: Open, many: Report) -> None:
    """The bound is generous, for a machine that does other things too; the benchmark has the figure."""
    opened = open_report(many)
    opened.page.fill("#query", "warm")
    opened.wait_for_status("0 of")
    taken = opened.page.evaluate(
        """() => {
            const began = performance.now();
            document.querySelector('[name=severity][value=high]').click();
            document.body.getBoundingClientRect();
            return performance.now() - began;
        }"""
    )
    assert taken < 1000
