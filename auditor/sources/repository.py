"""The git repository around a path: what bounds the audit, and what git ignores."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from auditor.sources.options import ReadOptions

_PATIENCE = 60.0
"""Seconds that git may take to list what it ignores."""


def repository_of(path: Path) -> Path | None:
    """The root of the repository that holds `path`, links resolved; None where there is none."""
    real = path.resolve()
    return next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)


def audited_root(path: Path, options: ReadOptions) -> Path:
    """The folder below which Terraform may read: the one of the options, else the repository that
    holds `path`, else `path` itself (for a file its folder). Links are resolved."""
    if options.root is not None:
        return options.root.resolve()
    folder = path if path.is_dir() else path.parent
    return repository_of(folder) or folder.resolve()


def ignored_below(folder: Path) -> frozenset[Path]:
    """The files and folders below `folder` that git ignores, as paths that begin with `folder`.

    None of them where there is no repository or no git, and where `folder` is itself ignored:
    then the user asked for it by name.
    """
    if repository_of(folder) is None:
        return frozenset()
    answer = _ask_git(folder, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    names = [os.fsdecode(name) for name in (answer or b"").split(b"\0") if name]
    return frozenset() if "./" in names else frozenset(folder / name for name in names)


def commit_of(folder: Path) -> str | None:
    """The commit that the repository around a folder has checked out; None where nothing tells."""
    answer = _ask_git(folder, "rev-parse", "--verify", "--quiet", "HEAD") if repository_of(folder) else None
    return answer.decode("ascii", "replace").strip() or None if answer is not None else None


def _ask_git(folder: Path, *arguments: str) -> bytes | None:
    """What git answers about a folder; None where there is no git, or it fails."""
    git = shutil.which("git")
    if git is None:
        return None
    # A repository's own configuration must not make git run a program of its choice.
    command = [git, "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command without a shell
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout if answer.returncode == 0 else None
