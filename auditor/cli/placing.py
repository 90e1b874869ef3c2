"""Files as a hosting service names them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from auditor.cli.configuration import start_of
from auditor.reports.look import Place
from auditor.sources.repository import repository_of


def seen_from_repository(paths: Sequence[str]) -> Place:
    """From a file relative to the working directory to the same relative to the root of the repository
    that holds the paths; where there is none, the name as it stands."""
    root = repository_of(start_of(paths))

    def place(file: str) -> str:
        if root is None or file.startswith("<"):
            return file
        return os.path.relpath(os.path.realpath(file), root).replace(os.sep, "/")

    return place
