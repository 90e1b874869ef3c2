"""Reading plans and states of a test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.estate.estate import Estate
from auditor.sources.options import ReadOptions
from auditor.sources.read import read
from tests.sources.terraform_json.plans import Plain

ReadPlan = Callable[..., Estate]


@pytest.fixture
def read_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadPlan:
    """Reads a plan or state of which nothing is skipped."""
    monkeypatch.chdir(tmp_path)

    def apply(content: Plain, **options: Any) -> Estate:
        (tmp_path / "plan.json").write_text(json.dumps(content, indent=1))
        reading = read(["plan.json"], ReadOptions(**options))
        assert reading.skipped == ()
        (estate,) = reading.estates
        return estate

    return apply
