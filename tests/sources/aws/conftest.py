"""Reading from a small AWS on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.retries import adaptive, standard

from auditor.estate.estate import Skipped
from auditor.sources.aws.estate import Live, live_of
from auditor.sources.aws.reading import AccountReader
from auditor.sources.aws.selection import Selection

from .fake import REGION, Aws, furnish, serving


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Aws]:
    """An account with one plain function; calls are repeated without waiting."""
    with serving(Aws()) as made:
        furnish(made)
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_ENDPOINT_URL", made.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_REGION", REGION)
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(standard.ExponentialBackoff, "delay_amount", no_delay)
        monkeypatch.setattr(adaptive.ClientRateLimiter, "on_sending_request", no_wait)
        monkeypatch.setattr("botocore.session.create_loader", lambda *_: LOADER)
        yield made


LOADER = Loader()
"""botocore's models, read once for all tests."""


def no_delay(*_: object) -> float:
    return 0.0


def no_wait(*_: object, **__: object) -> None:
    pass


@dataclass(frozen=True)
class Read:
    """What was read: the bundles by the function's name, what was skipped, and the estate."""

    bundles: dict[str, dict[str, Any]]
    live: Live

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.live.reading.skipped

    @property
    def reasons(self) -> list[str]:
        return [entry.reason for entry in self.skipped]


@pytest.fixture
def read(aws: Aws) -> Any:
    def run(selection: Selection = Selection()) -> Read:  # noqa: B008 - it is frozen
        reader = AccountReader(selection)
        found = list(reader)
        bundles = {each.bundle["function"]["name"]: each.bundle for each in found}
        return Read(bundles, live_of(found, reader.gaps))

    return run
