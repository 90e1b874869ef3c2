"""The built-in rules are all there, and their texts keep the style that users rely on."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from auditor.engine.condition import All as Every
from auditor.engine.condition import AnyOf, Condition, Not, Test
from auditor.engine.levels import Kind, Severity
from auditor.engine.loading import built_in_folder, load_rules
from auditor.engine.pages import pages
from auditor.engine.rule import Form, Rule, Verdict
from auditor.engine.schema import words

ROOT = Path(__file__).parent.parent.parent
RULES = load_rules()
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)

PROMISED = {
    "lex-invoke-missing": (Kind.MISSING, Severity.HIGH),
    "lex-invoke-unscoped": (Kind.EXCESS, Severity.HIGH),
    "lex-invoke-too-broad": (Kind.EXCESS, Severity.MEDIUM),
    "lex-invoke-never-matches": (Kind.DEFECT, Severity.HIGH),
    "lex-invoke-crossed-generation": (Kind.DEFECT, Severity.MEDIUM),
    "lex-invoke-wrong-qualifier": (Kind.MISSING, Severity.HIGH),
    "lex-v1-retired": (Kind.DEFECT, Severity.INFO),
    "function-url-public": (Kind.EXCESS, Severity.HIGH),
    "function-url-incomplete": (Kind.MISSING, Severity.MEDIUM),
    "invoke-missing": (Kind.MISSING, Severity.HIGH),
    "invoke-unscoped": (Kind.EXCESS, Severity.HIGH),
    "invoke-too-broad": (Kind.EXCESS, Severity.MEDIUM),
    "invoke-never-matches": (Kind.DEFECT, Severity.MEDIUM),
    "invoke-source-account-missing": (Kind.EXCESS, Severity.MEDIUM),
    "invoke-source-account-breaks": (Kind.MISSING, Severity.HIGH),
    "invoke-orphan": (Kind.EXCESS, Severity.LOW),
    "invoke-beyond-invoking": (Kind.EXCESS, Severity.HIGH),
    "invoke-condition-optional": (Kind.EXCESS, Severity.HIGH),
    "invoke-public": (Kind.EXCESS, Severity.CRITICAL),
    "invoke-cross-account": (Kind.EXCESS, Severity.MEDIUM),
    "logs-wildcard": (Kind.EXCESS, Severity.MEDIUM),
    "logs-missing": (Kind.MISSING, Severity.MEDIUM),
    "logs-create-group-unneeded": (Kind.EXCESS, Severity.LOW),
    "logs-beyond-writing": (Kind.EXCESS, Severity.MEDIUM),
    "logs-managed-policy": (Kind.EXCESS, Severity.LOW),
    "role-admin": (Kind.EXCESS, Severity.CRITICAL),
    "role-service-wildcard": (Kind.EXCESS, Severity.HIGH),
    "role-resource-wildcard": (Kind.EXCESS, Severity.MEDIUM),
    "role-privilege-escalation": (Kind.EXCESS, Severity.HIGH),
    "role-passrole-unscoped": (Kind.EXCESS, Severity.HIGH),
    "role-negation": (Kind.EXCESS, Severity.HIGH),
    "role-need-missing": (Kind.MISSING, Severity.HIGH),
    "role-shared": (Kind.EXCESS, Severity.LOW),
    "role-unknown-action": (Kind.DEFECT, Severity.LOW),
    "trust-not-lambda": (Kind.MISSING, Severity.HIGH),
    "trust-public": (Kind.EXCESS, Severity.CRITICAL),
    "trust-cross-account": (Kind.EXCESS, Severity.HIGH),
    "trust-extra-principal": (Kind.EXCESS, Severity.MEDIUM),
    "policy-malformed": (Kind.DEFECT, Severity.HIGH),
    "policy-duplicate-sid": (Kind.DEFECT, Severity.MEDIUM),
    "policy-redundant": (Kind.DEFECT, Severity.INFO),
    "policy-not-principal": (Kind.DEFECT, Severity.HIGH),
    "policy-old-version": (Kind.DEFECT, Severity.LOW),
}
"""Ids, kinds and severities that reports, waivers and baselines rely on."""


def test_every_promised_rule_is_there_with_its_kind_and_severity() -> None:
    assert {rule.id: (rule.kind, rule.severity) for rule in RULES} == PROMISED


def test_a_rule_file_is_called_by_its_id() -> None:
    assert {path.stem for path in built_in_folder().rglob("*.yaml")} == {rule.id for rule in RULES}


@EACH
def test_a_rule_explains_itself(rule: Rule) -> None:
    """What a user may leave out, a built-in rule has."""
    assert rule.waive
    assert rule.limits
    assert rule.references
    assert rule.tags
    assert all(reference.url.startswith("https://docs.aws.amazon.com/") for reference in rule.references)


@EACH
def test_messages_and_titles_are_one_short_line_without_a_full_stop(rule: Rule) -> None:
    messages = [rule.message, *(case.message for case in rule.cases if case.message)]
    for line in (rule.title, *(message.template for message in messages)):
        assert not line.endswith(".")
        assert "\n" not in line
        assert len(line) <= 140
    assert rule.title[0].isupper()


@EACH
def test_texts_end_with_a_full_stop_and_their_lines_are_narrow(rule: Rule) -> None:
    for text in (rule.rationale, rule.fix, rule.waive, rule.limits):
        assert text.rstrip().endswith(".")
        assert all(len(line) <= 120 for line in text.splitlines())


@EACH
def test_example_titles_are_told_apart(rule: Rule) -> None:
    titles = [example.title for example in rule.examples]
    assert len(titles) == len(set(titles))
    assert not any(title.endswith(".") for title in titles)


@EACH
@pytest.mark.parametrize("verdict", Verdict, ids=lambda verdict: verdict.value)
def test_each_thing_is_shown_in_two_languages_at_least(rule: Rule, verdict: Verdict) -> None:
    shown = {example.form for example in rule.examples if example.verdict is verdict}
    assert len(shown & {Form.TERRAFORM, Form.CLOUDFORMATION, Form.BUNDLE}) >= 2


@EACH
def test_a_case_can_be_reached(rule: Rule) -> None:
    """A case that tests a word for a value which `when` rules out would never speak."""
    outer = _accepted(rule.when)
    for case in rule.cases:
        for word, accepted in _accepted(case.when).items():
            assert set(accepted) & set(outer.get(word, accepted)), f"{word} is never one of {accepted}"


def _accepted(condition: Condition) -> dict[str, tuple[object, ...]]:
    """The values that a condition surely asks for, by word."""
    match condition:
        case Test(word, accepted):
            return {word: accepted}
        case Every(parts):
            return {word: accepted for part in parts for word, accepted in _accepted(part).items()}
        case AnyOf() | Not():
            return {}


@EACH
def test_a_rule_uses_words_of_its_fact_only(rule: Rule) -> None:
    for case in rule.cases:
        assert set(_accepted(case.when)) <= set(words(rule.fact))


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rule_pages", ROOT / "tools" / "rule_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_in_date() -> None:
    """`python tools/rule_pages.py --write docs/rules` makes them so."""
    assert _tool().stale(ROOT / "docs" / "rules", pages(RULES)) == []


def test_a_page_that_is_out_of_date_is_told_and_mended(tmp_path: Path) -> None:
    tool, wanted = _tool(), {"README.md": "index\n", "a.md": "a\n"}
    (tmp_path / "a.md").write_text("old\n")
    (tmp_path / "gone.md").write_text("of a rule that is no more\n")
    assert tool.stale(tmp_path, wanted) == ["README.md", "a.md", "gone.md"]
    tool.write(tmp_path, wanted)
    assert tool.stale(tmp_path, wanted) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "a.md"]
