"""The comparison with other tools: in date, and this project finds every fault and raises no false alarm."""

from __future__ import annotations

import importlib
import json
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    return importlib.import_module("peers")


@pytest.fixture
def measured() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "bench" / "peers.json").read_text("utf-8"))
    return told


def test_the_page_and_the_table_are_what_was_measured(peers: ModuleType, measured: dict[str, Any]) -> None:
    """`make peers` makes them so."""
    assert peers.stale(measured) == []


def test_this_project_finds_every_fault_and_nothing_wrong_with_what_is_right(
    peers: ModuleType, measured: dict[str, Any]
) -> None:
    assert peers.faults({**measured, "found": {**measured["found"], **peers.find(ROOT, own=True)}}) == []


def test_what_has_changed_since_is_told(peers: ModuleType, measured: dict[str, Any]) -> None:
    assert peers.stale({**measured, "inputs": "of other variants"})[0].startswith("bench/peers.json")
    older = deepcopy(measured)
    older["found"]["auditor: json"]["lex-without-source"] = []
    assert peers.stale(older) == [
        "bench/peers.json: this project finds something else now",
        "docs/peers.md",
        "README.md",
    ]


def test_a_fault_that_is_missed_and_a_false_alarm_are_told(peers: ModuleType, measured: dict[str, Any]) -> None:
    worse = deepcopy(measured)
    worse["found"]["auditor: json"]["lex-without-source"] = []
    worse["found"]["auditor: terraform"]["right-s3"] = ["invoke-public"]
    assert peers.faults(worse) == [
        "lex-without-source is not found as json",
        "right-s3 is an alarm as terraform: ['invoke-public']",
    ]


def test_a_finding_on_a_fault_counts_only_where_somebody_judged_it(peers: ModuleType, measured: dict[str, Any]) -> None:
    new = deepcopy(measured)
    new["found"]["checkov: terraform"]["lex-without-source"].append("CKV_AWS_9999")
    with pytest.raises(ValueError, match="lex-without-source: nobody has judged CKV_AWS_9999 of checkov yet"):
        peers.page(new)
