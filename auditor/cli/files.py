"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from auditor.sources.errors import UsageError


def write_whole(path: Path, content: bytes) -> None:
    """Write a whole file or none: beside it first, then renamed.

    A device or pipe (`/dev/stdout`) is written as it is. Raises UsageError.
    """
    write_pieces(path, (content,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """As `write_whole`, of a content that is made piece by piece."""
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                file.writelines(pieces)
            return
        target = path.resolve()
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with open(handle, "wb") as file:
                file.writelines(pieces)
            os.chmod(beside, _mode_of(target))
            os.replace(beside, target)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        help = "make room, or write elsewhere" if full else "name a file in a folder that exists and can be written"
        raise UsageError(f"`{path}` cannot be written: {error.strerror}", help) from error


def _mode_of(target: Path) -> int:
    """The mode of the file that is replaced, else what a new file gets from the process."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
