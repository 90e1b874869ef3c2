"""Files that the functions of a configuration may read.

A pull request must not be able to show a secret of the machine that audits it: nothing outside
the audited root is read (links are resolved first), nothing below a `.git` folder, nothing that
git ignores.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from auditor.sources.display import display_path
from auditor.sources.overlay import file_bytes

LARGEST = 4 * 1024 * 1024
"""Bytes of the largest file that a function reads."""
_PATIENCE = 10.0


class UnreadableFileError(Exception):
    """A file is not read; the message says why. `missing` tells that there is none."""

    def __init__(self, reason: str, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.missing = missing


class FileReader:
    """Reads below `root`; relative paths count from `base`, the folder of the root module."""

    def __init__(self, root: Path, base: Path) -> None:
        self.root = real_path(root)
        self.base = base

    def resolve(self, written: str) -> Path:
        """The file that a path in the configuration means, links resolved. Raises UnreadableFileError
        where it must not be looked at."""
        try:
            path = real_path(self.base / written)
        except ValueError as error:
            raise UnreadableFileError("the path leads nowhere") from error
        if not path.is_relative_to(self.root):
            raise UnreadableFileError("it is outside the audited root")
        if ".git" in path.relative_to(self.root).parts:
            raise UnreadableFileError("it belongs to git")
        if is_ignored(path):
            raise UnreadableFileError("git ignores it")
        return path

    def absolute(self, written: str) -> str:
        """A path from the root of the file system, as Terraform gives it in the root module's folder."""
        return Path(os.path.abspath(self.base / written)).as_posix()

    def exists(self, written: str) -> bool:
        return self.resolve(written).is_file()

    def read(self, written: str) -> bytes:
        """The content of a file. Raises UnreadableFileError."""
        path = self.resolve(written)
        try:
            if not path.is_file():
                raise UnreadableFileError("there is no such file", missing=True)
            if path.stat().st_size > LARGEST:
                raise UnreadableFileError(f"it has more than {LARGEST:,} bytes")
            return file_bytes(path)
        except OSError as error:
            raise UnreadableFileError((error.strerror or "it cannot be read").lower()) from error

    def shown(self, written: str) -> str:
        """The path for an origin."""
        return display_path(self.resolve(written))


def real_path(path: Path) -> Path:
    """The path with all links followed. Unlike `Path.resolve` it does not raise where links lead
    in a circle; such a path is then no file. Raises ValueError for a path with a null byte."""
    return Path(os.path.realpath(path))


@lru_cache(maxsize=4096)
def is_ignored(path: Path) -> bool:
    """Whether git ignores a file. Without git or a repository, nothing is ignored; where git
    does not answer, everything is."""
    repository = next((parent for parent in path.parents if (parent / ".git").exists()), None)
    git = shutil.which("git")
    if repository is None or git is None:
        return False
    settings = ["-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit", "-c", "safe.directory=*"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [git, "-C", os.fspath(repository), *settings, "check-ignore", "--quiet", "--", os.fspath(path)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, env=environment, timeout=_PATIENCE)  # noqa: S603 - a fixed command, the path after `--`
    except (OSError, subprocess.TimeoutExpired):
        return True
    return done.returncode != 1
