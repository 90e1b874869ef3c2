"""The corpus of decisions in `tests/cases`: each states a rule of AWS and what follows from it.

A file there is a list of cases: `name`, `rule` (the rule and the page that says it), `request`,
the policies where there are any (`resource_policy`, `identity_policies`, `permission_boundary`,
`session_policies`), `decision`, and `because` if it is to be checked. Every `*.json` file in the
folder is read, so further ones can be dropped in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.iam.decide import Because

CASES = Path(__file__).parent / "cases"
POLICIES = {"resource_policy", "identity_policies", "permission_boundary", "session_policies"}
REQUIRED = {"name", "rule", "request", "decision"}


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_a_request_is_decided_by_the_rule(case: dict[str, Any]):
    assert REQUIRED <= set(case) <= REQUIRED | POLICIES | {"because"}
    decided = auditor.decide(case["request"], **{name: case[name] for name in POLICIES.intersection(case)})
    assert case["decision"] == decided.verdict.value, f"{case['rule']}: {decided}"
    assert case.get("because", decided.because.value) == decided.because.value, case["rule"]
    assert decided.reason or case["decision"] != "undetermined"
    assert bool(decided.statements) == (decided.because in (Because.STATEMENT, Because.EXPLICIT_DENY))


def test_every_topic_of_the_corpus_is_there():
    counts = {path.stem: len(json.loads(path.read_text(encoding="utf-8"))) for path in CASES.glob("*.json")}
    assert sum(counts.values()) >= 150
    assert min(counts.values()) >= 5
