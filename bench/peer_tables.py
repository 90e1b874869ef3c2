"""What the tools found, judged and written as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from peer_tools import TOOLS, Found, Tool
from variants import FORMS, Variant, variants

PEERS: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "peers.yaml").read_text(encoding="utf-8")
)
BEGIN, END = "<!-- peers: bench/peers.py writes this table -->\n", "<!-- end of peers -->\n"
_NAMES = {"terraform": "Terraform", "cloudformation": "CloudFormation", "json": "policy JSON"}

_INTRODUCTION = """\
`make peers` writes this page. It runs each tool on the same inputs, in one run: some variants of a Lambda
function with one fault each, and some that are right. `bench/variants` holds them, and beside each the
judgement: which rules of which tool speak of its fault, decided by what the rule is about. A finding that
does not speak of the fault is not counted as finding it. On a variant that is right, each finding about access
is a false alarm; what is about something else (`bench/peers.yaml` lists those rules) is advice. The variants
are about what this project is for; what else the others do is not measured."""


@dataclass(frozen=True)
class Judged:
    """What one tool said of one form of all variants."""

    tool: Tool
    found: Found

    @property
    def advice(self) -> frozenset[str]:
        """Its rules about something else than access."""
        return frozenset(PEERS[self.tool.peer].get("advice", {}))

    def of(self, variant: Variant) -> list[str]:
        """The rules that speak of the variant's fault; of a correct one, the false alarms."""
        found = self.found[variant.name]
        if variant.correct:
            return [rule for rule in found if rule not in self.advice]
        return [rule for rule in found if rule in variant.speaks(self.tool.peer)]

    def looked_at(self, correct: bool) -> list[Variant]:
        return [v for v in variants() if v.correct is correct and v.name in self.found]

    @property
    def caught(self) -> int:
        return sum(bool(self.of(variant)) for variant in self.looked_at(False))

    @property
    def alarms(self) -> int:
        return sum(len(self.of(variant)) for variant in self.looked_at(True))

    @property
    def advised(self) -> int:
        """How often it said something on the correct variants that is not about access."""
        return sum(len(self.advice.intersection(self.found[v.name])) for v in self.looked_at(True))


def judge(found: Mapping[str, Found]) -> list[Judged]:
    """Each tool's findings, by `Tool.key`. Raises ValueError where one on a fault has not been judged yet."""
    judged = [Judged(tool, found[tool.key]) for tool in TOOLS]
    for one in judged:
        for variant in one.looked_at(False):
            known = variant.speaks(one.tool.peer) | one.advice | set(variant.beside(one.tool.peer))
            unknown = sorted(set(one.found[variant.name]) - known)
            if unknown:
                raise ValueError(f"{variant.name}: nobody has judged {', '.join(unknown)} of {one.tool.peer} yet")
    return judged


def page(measured: Mapping[str, Any]) -> str:
    """The whole of docs/peers.md."""
    judged = judge(measured["found"])
    return (
        "\n\n".join(
            [
                "# Beside other tools",
                _INTRODUCTION,
                _versions(measured),
                summary(judged),
                "What each tool is made for:",
                "\n".join(f"- {peer}: {told['judges']}" for peer, told in PEERS.items()),
                "A tool that says nothing of a form that it is not made for has not failed at it.",
                "## The faults",
                "A cell holds the rules that speak of the fault; `-` is silence about it, and an empty cell a form that"
                " there is\nnot.",
                _faults(judged),
                "## What is right",
                "A cell holds the false alarms.",
                _right(judged),
                _notes(),
            ]
        )
        + "\n"
    )


def summary(judged: Iterable[Judged]) -> str:
    """How much each tool finds, in one table."""
    rows = [["tool", "reads", "faults found", "false alarms", "other advice"]]
    for one in judged:
        caught = f"{one.caught} of {len(one.looked_at(False))}"
        rows.append([_title(one.tool), _NAMES[one.tool.form], caught, str(one.alarms), str(one.advised)])
    return _table(rows)


def block(measured: Mapping[str, Any]) -> str:
    """The table of the README, with its markers."""
    return f"{BEGIN}{summary(judge(measured['found']))}\n{END}"


def _versions(measured: Mapping[str, Any]) -> str:
    named = ", ".join(f"{peer} {version}" for peer, version in measured["versions"].items())
    return f"Measured on {measured['date']} with {named}."


def _title(tool: Tool) -> str:
    return f"{tool.peer} `{tool.mode}`" if tool.mode else tool.peer


def _faults(judged: Sequence[Judged]) -> str:
    return "\n\n".join(_by_form(judged, form, correct=False) for form in FORMS)


def _right(judged: Sequence[Judged]) -> str:
    return "\n\n".join(_by_form(judged, form, correct=True) for form in FORMS)


def _by_form(judged: Sequence[Judged], form: str, correct: bool) -> str:
    of_form = [one for one in judged if one.tool.form == form]
    rows = [[_NAMES[form], *(_title(one.tool) for one in of_form)]]
    for variant in variants():
        if variant.correct is correct:
            rows.append([variant.title, *(_cell(one, variant) for one in of_form)])
    return _table(rows)


def _cell(one: Judged, variant: Variant) -> str:
    if variant.name not in one.found:
        return ""
    return ", ".join(f"`{rule}`" for rule in one.of(variant)) or "-"


def _notes() -> str:
    """Why a form is not there, and why a finding does not count."""
    lines = ["## Notes", ""]
    for variant in variants():
        lines += [f"- {variant.title}: not as {_NAMES[form]}, since {why}" for form, why in variant.lacks.items()]
        lines += [f"- {variant.title}: {text}" for text in _beside(variant)]
    return "\n".join(lines)


def _beside(variant: Variant) -> Iterator[str]:
    for peer in PEERS:
        for rule, why in variant.beside(peer).items():
            yield f"`{rule}` of {peer} is not counted: {why}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
