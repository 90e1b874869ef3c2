"""What a folder holds that may be read, in a fixed order."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from auditor.estate.estate import Skipped
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.sources.display import display_path
from auditor.sources.repository import ignored_below
from auditor.sources.source import unreadable

SUFFIXES = (".json", ".yaml", ".yml", ".template")
"""Names of files whose content is looked at."""

_NEVER = {".git", "node_modules", ".terraform"}


class Walk(Frozen):
    """What was met: folders with Terraform source, files whose content may be ours, and folders
    that could not be listed."""

    modules: tuple[Path, ...]
    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def is_terraform(name: str) -> bool:
    """Whether a file is Terraform source, by its name."""
    return name.endswith((".tf", ".tf.json"))


def walk(top: Path, exclude: Sequence[str]) -> Walk:
    """Everything below `top`, sorted, without what git ignores and what `exclude` names.

    Links to folders are not followed, as git does not: what they lead to is met at its own place,
    and a loop has no end. A file that a link leads out of `top` is not read.
    """
    ignored = ignored_below(top)
    real_top = top.resolve()
    modules: list[Path] = []
    files: list[Path] = []
    skipped: list[Skipped] = []

    def tell(error: OSError) -> None:
        skipped.append(unreadable(error, Origin(display_path(error.filename))).as_skipped())

    for folder, folders, names in os.walk(top, onerror=tell):
        here = Path(folder)
        kept = [name for name in folders if name not in _NEVER and not _left_out(here / name, top, ignored, exclude)]
        folders[:] = sorted(kept)
        wanted = [name for name in sorted(names) if not _left_out(here / name, top, ignored, exclude)]
        if any(is_terraform(name) for name in wanted):
            modules.append(here)
        candidates = (here / name for name in wanted if name.endswith(SUFFIXES) and not is_terraform(name))
        files.extend(file for file in candidates if _is_inside(file, real_top))
    return Walk(tuple(modules), tuple(files), tuple(skipped))


def _left_out(path: Path, top: Path, ignored: frozenset[Path], exclude: Sequence[str]) -> bool:
    return path in ignored or is_excluded(path, top, exclude)


def is_excluded(path: Path, top: Path, exclude: Sequence[str]) -> bool:
    """Whether a glob names `path`: its last part, or all of it as seen from `top` or from the
    working directory. `*` crosses slashes."""
    if not exclude:
        return False
    spellings = (path.name, path.relative_to(top).as_posix(), display_path(path))
    globs = [glob.rstrip("/").removeprefix("./") for glob in exclude]
    return any(fnmatchcase(spelling, glob) for glob in globs for spelling in spellings)


def _is_inside(file: Path, top: Path) -> bool:
    """Whether `file` is a regular file that stands below `top` when links are resolved. One that
    may not even be looked at counts, so that reading it says so."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return False
    except PermissionError:
        return True
    except OSError:  # a link that leads nowhere, or in a circle
        return False
    return not file.is_symlink() or file.resolve().is_relative_to(top)
