"""Programs that heed Ctrl-C even where whoever runs the tests does not, as what a shell runs in the
background does not."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def start(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Run a command that SIGINT ends; the caller waits for it."""
    return subprocess.Popen(command, cwd=folder, env=environment, preexec_fn=_heed)  # noqa: PLW1509 - it sets a signal, no more


def _heed() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
