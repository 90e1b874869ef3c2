"""The document stands alone: it loads nothing, and no text in it becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.estate.estate import Reading, Skipped
from auditor.iam.origin import Origin
from auditor.reports.html.document import MOST_WRITTEN_OUT, render
from auditor.reports.look import BARE, Frame
from auditor.reports.report import Report

from .conftest import FRAME, HOSTILE, audit, audit_bundles, bundle

VOID = {"meta", "link", "input", "br", "img"}
SELF_CLOSED = {"path", "rect", "circle"}


class Document(HTMLParser):
    """The elements of a document with their attributes, its texts, and what is not nested as it must be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def text_of(html: str) -> str:
    return " ".join(" ".join(Document(html).texts).split())


@pytest.mark.parametrize("name", ["classifieds", "flowers", "hostile", "many"])
def test_every_element_is_closed_where_it_was_opened(name: str, request: pytest.FixtureRequest) -> None:
    assert Document(render(request.getfixturevalue(name), FRAME)).wrong == []


@pytest.mark.parametrize("name", ["classifieds", "flowers", "hostile"])
def test_every_id_is_there_once_and_every_inner_link_leads_somewhere(name: str, request: pytest.FixtureRequest) -> None:
    document = Document(render(request.getfixturevalue(name), FRAME))
    ids = [attributes["id"] for _, attributes in document.elements if "id" in attributes]
    assert sorted(set(ids), key=str) == sorted(ids, key=str)
    inner = {str(link["href"])[1:] for link in document.all("a") if str(link["href"]).startswith("#")}
    assert inner - set(ids) == set()
    referred = {
        attributes[key]
        for _, attributes in document.elements
        for key in ("for", "aria-labelledby")
        if key in attributes
    }
    assert referred - set(ids) == set()


def test_the_policy_names_the_one_script_and_the_one_style_by_their_hashes(classifieds: Report) -> None:
    """Content Security Policy level 3: a hash is of the exact text between the tags."""
    html = render(classifieds, FRAME)
    document = Document(html)
    policy = next(str(meta["content"]) for meta in document.all("meta") if meta.get("http-equiv"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[directive] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"


@pytest.mark.parametrize("name", ["classifieds", "hostile", "many"])
def test_nothing_is_loaded_and_no_attribute_runs(name: str, request: pytest.FixtureRequest) -> None:
    for tag, attributes in Document(render(request.getfixturevalue(name), FRAME)).elements:
        assert tag not in {"img", "iframe", "object", "embed", "link", "base", "audio", "video", "use", "image"}
        assert not {"src", "srcset", "style", "action", "formaction", "ping", "xlink:href"} & set(attributes)
        assert not [key for key in attributes if key.startswith("on")]
        if tag == "a":
            assert re.match(r"#|https://", str(attributes["href"]))


def test_names_stay_text(hostile: Report) -> None:
    document = Document(render(hostile, FRAME))
    assert len(document.all("script")) == len(document.all("style")) == 1
    text = "".join(document.texts)
    for name in HOSTILE[:6]:
        assert name in text


def test_marks_that_turn_or_hide_text_are_shown_as_escapes(hostile: Report) -> None:
    """Unicode Standard Annex 9: explicit directional formatting characters."""
    html = render(hostile, FRAME)
    assert (
        re.findall("[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", html) == []
    )
    assert "left\\u202eright\\u2066" in html


def test_the_same_report_gives_the_same_bytes(classifieds: Report) -> None:
    assert render(classifieds, FRAME) == render(audit("samples/classifieds-bot/before"), FRAME)


def test_a_commit_and_a_date_stand_where_they_are_given_and_else_not(classifieds: Report) -> None:
    dated = text_of(render(classifieds, Frame(commit="0123abc", date="2026-11-22")))
    assert "Commit 0123abc Date 2026-11-22" in dated
    bare = text_of(render(classifieds, BARE))
    assert "Commit" not in bare
    assert not re.search(r"\b20\d\d-\d\d-\d\dT|Date ", bare)


def test_the_library_writes_the_same_document_without_sources(classifieds: Report) -> None:
    assert classifieds.to_html() == render(classifieds, BARE)


def test_the_verdict_and_all_counts_are_told(flowers: Report) -> None:
    text = text_of(render(flowers, FRAME))
    assert "Gate failed 4 findings at or above medium." in text
    assert "0 critical 3 high 1 medium 0 low 1 info" in text
    assert "3 missing, 0 excess, 2 defects" in text


def test_the_verdict_names_the_worst_and_what_can_be_mended(classifieds: Report) -> None:
    """Who opens the file should not have to look for either below the pictures."""
    html = render(classifieds, FRAME)
    top = html.partition('<section id="access"')[0]
    worst = classifieds.findings[0]
    assert worst.rule == "lex-invoke-unscoped"
    assert '<a href="#f-1">' in top
    assert "Worst a Lex bot of any AWS account can invoke classifieds_lambda" in text_of(top)
    assert "Fixes 2 of 3 findings have a proved one" in text_of(top)


def test_a_verdict_without_findings_names_none() -> None:
    top = text_of(render(Report(Reading()), FRAME).partition("Matrix")[0])
    assert "Worst" not in top
    assert "Fixes" not in top


def test_a_finding_tells_witness_statement_fix_and_proof(classifieds: Report) -> None:
    text = text_of(render(classifieds, FRAME))
    assert "a Lex bot in account 444455556666 can invoke this function" in text
    assert "aws:SourceArn = arn:aws:lex:us-east-1:444455556666:intent:Anything:1" in text
    assert "Fix: Bind the permission to the 4 hooks that use it" in text
    assert "afterwards the witness is denied" in text
    assert "the 7 needs that worked still work" in text


def test_what_was_not_looked_at_is_listed(classifieds: Report) -> None:
    skipped = replace(classifieds, skipped=(Skipped(Origin("broken.tf", 3, 4), "the block `x` is never closed"),))
    text = text_of(render(skipped, FRAME))
    assert "broken.tf:3:4 the block x is never closed" in text
    assert "Left open 1 skipped" in text
    assert "and the audit is incomplete" in text


def test_an_audit_of_nothing_is_no_clean_one() -> None:
    text = text_of(render(Report(Reading()), FRAME))
    assert "Audit incomplete Nothing was found to audit." in text
    assert "Nothing was found to audit." in text.partition("Matrix")[2]
    assert "No findings in what was looked at" in text


def test_no_finding_is_said_in_words(tmp_path: Path) -> None:
    text = text_of(render(audit("samples/classifieds-bot/before", select=["role-admin"]), FRAME))
    assert "Gate passed" in text
    assert "Findings No findings." in text


def test_a_fix_of_several_findings_is_written_out_once(flowers: Report) -> None:
    html = render(flowers, FRAME)
    shared = [slot for slot in Document(html).all("p") if slot.get("class") == "same"]
    assert [(slot["data-fix"], slot["data-first"]) for slot in shared] == [("1", "1")]
    assert html.count('id="fix-1"') == 1


def test_many_findings_are_packed_and_all_there(many: Report) -> None:
    assert len(many.shown) > MOST_WRITTEN_OUT
    html = render(many, FRAME)
    (packed,) = re.findall(r'<script type="text/plain" id="packed">([A-Za-z0-9+/=]*)</script>', html)
    bodies = zlib.decompress(base64.b64decode(packed)).decode().split("\0")
    assert len(bodies) == len(many.shown) == html.count('class="finding ')
    assert not [body for body in bodies if Document(body).wrong]
    assert all(f"function-{number}" in "".join(bodies) for number in range(260))


def test_a_text_that_is_no_unicode_does_not_break_the_document(tmp_path: Path) -> None:
    report = audit_bundles(tmp_path, [bundle("plain")])
    broken = replace(report, skipped=(Skipped(Origin("a\udc80.tf", 1, 1), "half a \ud800 pair"),))
    assert "a\\udc80.tf" in render(broken, FRAME)
