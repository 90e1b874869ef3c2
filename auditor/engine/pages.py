"""Rules written out: for the terminal, as Markdown pages, as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from auditor.engine.explain import Block, Code, Fields, Heading, Links, Paragraph, explain, severities
from auditor.engine.rule import Rule

WIDTH = 88
"""Columns of the text for the terminal."""

_GENERATED = "<!-- Generated from the rule files; `make docs` writes it anew. -->"


def to_text(rule: Rule, width: int = WIDTH) -> str:
    """One rule for the terminal, without colour. Code and addresses are never wrapped."""
    pieces = [rule.id]
    for block in explain(rule):
        # Text stands right below its heading.
        pieces.append("\n" if pieces[-1].isupper() else "\n\n")
        pieces.append(_block_text(block, width))
    return "".join(pieces) + "\n"


def to_markdown(rule: Rule) -> str:
    """One rule as the page `docs/rules/ID.md`."""
    return "\n\n".join([_GENERATED, f"# {rule.id}", *map(_block_markdown, explain(rule))]) + "\n"


def index(rules: Sequence[Rule]) -> str:
    """The page that lists all rules, `docs/rules/README.md`."""
    lines = [
        _GENERATED,
        "",
        "# Rules",
        "",
        "`auditor rules ID` explains one in the terminal, in the words of its page here.",
        "",
        "| rule | kind | severity | what it tells |",
        "|---|---|---|---|",
    ]
    for rule in sorted(rules, key=lambda rule: rule.id):
        levels = ", ".join(severity.value for severity in severities(rule))
        lines.append(f"| [{rule.id}]({rule.id}.md) | {rule.kind.value} | {levels} | {_cell(rule.title)} |")
    return "\n".join(lines) + "\n"


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """Every page of `docs/rules` by its file name."""
    return {"README.md": index(rules), **{f"{rule.id}.md": to_markdown(rule) for rule in rules}}


def rules_json(rules: Sequence[Rule]) -> dict[str, object]:
    """All rules for programs: `auditor rules --format json`."""
    return {"schema": "auditor-rules/1", "rules": [rule_json(rule) for rule in rules]}


def rule_json(rule: Rule) -> dict[str, object]:
    """One rule for programs, its keys in a fixed order. `severity` is the rule's own;
    `severities` are all that a finding of it may have, the worst first."""
    return {
        "id": rule.id,
        "aliases": list(rule.aliases),
        "title": rule.title,
        "kind": rule.kind.value,
        "severity": rule.severity.value,
        "severities": [severity.value for severity in severities(rule)],
        "confidence": rule.confidence.value,
        "tags": list(rule.tags),
        "fact": rule.fact.value,
        "message": rule.message.template,
        "rationale": rule.rationale,
        "fix": rule.fix,
        "waive": rule.waive,
        "limits": rule.limits,
        "references": [{"title": reference.title, "url": reference.url} for reference in rule.references],
        "examples": [
            {"verdict": e.verdict.value, "title": e.title, "form": e.form.value, "text": e.text} for e in rule.examples
        ],
    }


def _block_text(block: Block, width: int) -> str:
    match block:
        case Heading(text):
            return text.upper()
        case Paragraph(text):
            return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
        case Fields(pairs):
            return "\n".join(f"  {name:<12}{value}" for name, value in pairs)
        case Code(text, _):
            return textwrap.indent(text, "    ")
        case Links(references):
            return "\n".join(f"- {reference.title}\n  {reference.url}" for reference in references)


def _block_markdown(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {text}"
        case Paragraph(text):
            return text
        case Fields(pairs):
            return "\n".join(["| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in pairs)])
        case Code(text, language):
            return f"```{language}\n{text}\n```"
        case Links(references):
            return "\n".join(f"- [{reference.title}]({reference.url})" for reference in references)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
