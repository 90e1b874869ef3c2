"""The outside judges of these tests, and how much is put to them.

`ORACLE_CLASSES` and `ORACLE_PAIRS` in the environment ask for more than the quick run compares.
Where one is set, a judge that is not there is a failure and not a skip.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .simulator import NotInstalledError, Simulator, install

CACHE = Path(__file__).parent.parent.parent / "build" / "oracle"
QUICK_CLASSES = 5_000
QUICK_PAIRS = 20_000


@pytest.fixture(scope="session")
def classes() -> int:
    """How many request classes to compare."""
    return int(os.environ.get("ORACLE_CLASSES", QUICK_CLASSES))


@pytest.fixture(scope="session")
def pairs() -> int:
    """How many pairs of patterns to compare."""
    return int(os.environ.get("ORACLE_PAIRS", QUICK_PAIRS))


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    """iam-simulate, installed into `build/` when first asked for."""
    try:
        folder = install(CACHE)
    except NotInstalledError as error:
        reason = f"iam-simulate cannot be asked: {error}"
        if "ORACLE_CLASSES" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with Simulator(folder) as running:
        yield running
