"""Findings of a template in all its cases, each told once, with the case that it holds in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec.structs import replace

from auditor.engine.fact import Fact
from auditor.engine.finding import Finding
from auditor.engine.matching import judge, order
from auditor.engine.rule import Rule
from auditor.estate.estate import Estate

_MOST_TOGETHER = 3
"""Conditions that name a case together, beyond which it is named by all of them."""

_Literals = frozenset[str]


def judge_cases(
    rules: Sequence[Rule], findings: Sequence[Finding], facts: Mapping[int, Sequence[Fact]], estates: Iterable[Estate]
) -> list[tuple[Finding, tuple[Finding, ...]]]:
    """The findings of estates, with the same ones of other cases, and those that only other cases have.

    `findings` are those of the estates themselves, `facts` those of all, cases included, by the
    estate's `id`. The message of what does not hold in every case says where it does.
    """
    told: list[tuple[Finding, tuple[Finding, ...]]] = []
    with_cases = {id(estate): estate for estate in estates if estate.cases}
    of_estate: dict[int, list[Finding]] = {}
    for finding in findings:
        of_estate.setdefault(id(finding.fact.estate), []).append(finding)
        if id(finding.fact.estate) not in with_cases:
            told.append((finding, ()))
    for key, estate in with_cases.items():
        judged = [of_estate.get(key, ()), *(judge(rules, facts[id(case)]) for case in estate.cases)]
        told.extend(_of_cases(estate, judged))
    return sorted(told, key=lambda pair: order(pair[0])) if with_cases else told


def _of_cases(estate: Estate, judged: Sequence[Sequence[Finding]]) -> Iterator[tuple[Finding, tuple[Finding, ...]]]:
    same: dict[str, list[Finding]] = {}
    for findings in judged:
        for finding in findings:
            same.setdefault(finding.fingerprint, []).append(finding)
    every = [literals for case in (estate, *estate.cases) for literals in case.holding]
    for first, *others in same.values():
        held = [literals for finding in (first, *others) for literals in finding.fact.estate.holding]
        clause = _clause(held, every) if held else "if conditions hold that are not looked at one by one"
        yield (replace(first, message=f"{first.message}, {clause}") if clause else first), tuple(others)


def _clause(held: Sequence[_Literals], every: Sequence[_Literals]) -> str:
    """When one of the cases `held` is there, as a clause; empty where that is always."""
    if set(held) == set(every):
        return ""
    exact = _together(held, every, len(held))
    if exact is not None:
        return f"where {_said(exact)}"
    # No few conditions say all of the cases: say some of them.
    return f"at least where {_said(_together(held, every, 1) or tuple(sorted(held[0])))}"


def _together(held: Sequence[_Literals], every: Sequence[_Literals], least: int) -> tuple[str, ...] | None:
    """The fewest literals that are true in `least` of the cases `held`, and in no other."""
    literals = sorted(frozenset().union(*held), key=_rank)
    for count in range(1, _MOST_TOGETHER + 1):
        for chosen in combinations(literals, count):
            found = [case for case in every if case.issuperset(chosen)]
            if len(found) >= least and set(found) <= set(held):
                return chosen
    return None


def _rank(literal: str) -> tuple[bool, int, str]:
    """Whoever deploys sees the conditions of the outermost stack before those of nested ones."""
    return literal.startswith("not "), literal.count("/"), literal


def _said(literals: Sequence[str]) -> str:
    holding = [f"`{literal}`" for literal in literals if not literal.startswith("not ")]
    failing = [f"`{literal.removeprefix('not ')}`" for literal in literals if literal.startswith("not ")]
    parts = [f"{' and '.join(holding)} {'hold' if len(holding) > 1 else 'holds'}"] if holding else []
    parts += [f"{' and '.join(failing)} {'do' if len(failing) > 1 else 'does'} not hold"] if failing else []
    return " and ".join(parts)
