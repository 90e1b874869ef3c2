"""A rule as a document: what it means, why it matters, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from auditor.engine.levels import Confidence, Severity
from auditor.engine.rule import Example, Form, Reference, Rule, Verdict
from auditor.iam.frozen import Frozen


class Heading(Frozen):
    text: str


class Paragraph(Frozen):
    text: str


class Fields(Frozen):
    """Short facts about the rule: names and values."""

    pairs: tuple[tuple[str, str], ...]


class Code(Frozen):
    text: str
    language: str


class Links(Frozen):
    references: tuple[Reference, ...]


Block: TypeAlias = Heading | Paragraph | Fields | Code | Links


def explain(rule: Rule) -> tuple[Block, ...]:
    """The document of one rule, in the order in which a person wants it."""
    before, after = before_and_after(rule)
    blocks: list[Block] = [
        Paragraph(rule.title + "."),
        Fields(tuple(_fields(rule))),
        *_section("Why it matters", rule.rationale),
        *_shown("Before", before),
        *_shown("After", after),
        *_section("How to fix it", rule.fix),
        *_section("When to waive it", rule.waive),
        *_section("What it does not see", rule.limits),
    ]
    if rule.references:
        blocks += [Heading("References"), Links(rule.references)]
    return tuple(blocks)


def before_and_after(rule: Rule) -> tuple[Example, Example]:
    """The first bad and the first good example in one language, else the first of each."""
    bad = [example for example in rule.examples if example.verdict is Verdict.BAD]
    good = [example for example in rule.examples if example.verdict is Verdict.GOOD]
    pairs = [(b, g) for b in bad for g in good if b.form is g.form]
    return pairs[0] if pairs else (bad[0], good[0])


def severities(rule: Rule) -> tuple[Severity, ...]:
    """Every severity that a finding of the rule may have, the worst first."""
    found = {rule.severity, *(case.severity for case in rule.cases if case.severity)}
    return tuple(sorted(found, key=lambda severity: severity.rank))


def _confidences(rule: Rule) -> tuple[Confidence, ...]:
    found = {rule.confidence, *(case.confidence for case in rule.cases if case.confidence)}
    return tuple(sorted(found, key=lambda confidence: confidence.rank))


def _fields(rule: Rule) -> Iterable[tuple[str, str]]:
    yield "kind", rule.kind.value
    yield "severity", _levels(rule.severity.value, [severity.value for severity in severities(rule)])
    yield "confidence", _levels(rule.confidence.value, [confidence.value for confidence in _confidences(rule)])
    if rule.tags:
        yield "tags", ", ".join(rule.tags)
    if rule.aliases:
        yield "formerly", ", ".join(rule.aliases)


def _levels(default: str, every: list[str]) -> str:
    others = [level for level in every if level != default]
    return f"{default}, in some cases {' or '.join(others)}" if others else default


def _section(title: str, text: str) -> list[Block]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]
    return [Heading(title), *map(Paragraph, paragraphs)] if paragraphs else []


def _shown(title: str, example: Example) -> list[Block]:
    return [Heading(title), Paragraph(example.title + "."), Code(example.text, _language(example.form))]


def _language(form: Form) -> str:
    match form:
        case Form.BUNDLE | Form.CLOUDFORMATION:
            return "yaml"
        case Form.TERRAFORM:
            return "hcl"
        case Form.POLICY:
            return "json"
