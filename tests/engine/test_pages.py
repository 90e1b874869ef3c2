"""A rule as text, page and JSON: one content, nothing lost on the way."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from auditor.engine.explain import before_and_after
from auditor.engine.loading import load_rules
from auditor.engine.pages import index, pages, rules_json, to_markdown, to_text
from auditor.engine.rule import Form, Rule, Verdict

RULES = load_rules()
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def _words(text: str) -> list[str]:
    return text.split()


@EACH
def test_the_terminal_shows_every_text_of_a_rule(rule: Rule) -> None:
    shown = to_text(rule)
    flat = " ".join(_words(shown))
    for text in (rule.title, rule.rationale, rule.fix, rule.waive, rule.limits):
        assert " ".join(_words(text)) in flat
    for example in before_and_after(rule):
        assert textwrap.indent(example.text, "    ") in shown
    assert all(reference.url in shown for reference in rule.references)


@EACH
def test_prose_is_wrapped_for_a_terminal(rule: Rule) -> None:
    """Only code, which is indented, and addresses, which cannot be broken, may be wider."""
    wide = [line for line in to_text(rule, 72).splitlines() if len(line) > 72]
    assert [line for line in wide if not line.startswith("  ") and " " in line] == []


@EACH
def test_the_page_holds_the_texts_of_the_terminal(rule: Rule) -> None:
    tokens = MarkdownIt("commonmark").parse(to_markdown(rule))
    code = [token.content.rstrip("\n") for token in tokens if token.type == "fence"]
    assert code == [example.text for example in before_and_after(rule)]
    prose = " ".join(token.content for token in tokens if token.type == "inline")
    for text in (rule.title, rule.rationale, rule.fix, rule.waive, rule.limits):
        assert all(" ".join(_words(paragraph)) in prose for paragraph in text.split("\n\n"))


def test_before_and_after_are_in_one_language_where_there_is_one() -> None:
    rule = RULES[0]
    by_verdict = {example.verdict: example for example in rule.examples}
    bad, good = by_verdict[Verdict.BAD], by_verdict[Verdict.GOOD]
    examples = (
        replace(bad, form=Form.BUNDLE),
        replace(bad, form=Form.TERRAFORM),
        replace(good, form=Form.POLICY),
        replace(good, form=Form.TERRAFORM),
    )
    assert before_and_after(replace(rule, examples=examples)) == (examples[1], examples[3])
    assert before_and_after(replace(rule, examples=(examples[0], examples[2]))) == (examples[0], examples[2])


def test_the_index_names_every_rule_with_its_page() -> None:
    written = pages(RULES)
    assert list(written) == ["README.md", *(f"{rule.id}.md" for rule in RULES)]
    for rule in RULES:
        assert f"| [{rule.id}]({rule.id}.md) | {rule.kind.value} |" in index(RULES)


def test_the_index_does_not_depend_on_the_order_of_the_rules() -> None:
    assert index(RULES) == index(RULES[::-1])


def test_json_lists_every_rule_by_id() -> None:
    made = rules_json(RULES)
    assert made["schema"] == "auditor-rules/1"
    assert isinstance(made["rules"], list)
    assert [rule["id"] for rule in made["rules"]] == [rule.id for rule in RULES]


def test_the_severities_of_a_rule_are_all_that_its_cases_give() -> None:
    made = rules_json([rule for rule in RULES if rule.id == "logs-wildcard"])
    assert isinstance(made["rules"], list)
    assert (made["rules"][0]["severity"], made["rules"][0]["severities"]) == ("medium", ["medium", "low"])


def test_what_a_user_leaves_out_has_no_empty_section(write_rule: Callable[..., Path]) -> None:
    rule = next(rule for rule in load_rules([write_rule()]) if rule.id == "my-rule")
    shown = to_text(rule)
    assert "WHEN TO WAIVE IT" not in shown
    assert "REFERENCES" not in shown
    assert "WHY IT MATTERS\nBecause.\n" in shown
