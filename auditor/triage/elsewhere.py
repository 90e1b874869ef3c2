"""A configuration from another tree than what is audited: a pull request cannot loosen its own gate."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from auditor.engine.rule import Rule
from auditor.iam.frozen import Frozen
from auditor.triage.comment import read_comments
from auditor.triage.notice import Notice
from auditor.triage.waiver import Waiver


class Apart(Frozen):
    """The root of what is audited, and that of the tree that the configuration is read from."""

    audited: Path
    configured: Path

    def counterpart(self, file: str) -> bytes:
        """What the file holds in the tree of the configuration; nothing where it is not there."""
        real = Path(os.path.realpath(file))
        if not real.is_relative_to(self.audited):
            return b""
        try:
            return (self.configured / real.relative_to(self.audited)).read_bytes()
        except OSError:
            return b""


def keep_known(
    waivers: Sequence[Waiver], content: bytes, apart: Apart, rules: Sequence[Rule]
) -> tuple[tuple[Waiver, ...], tuple[Notice, ...]]:
    """The comments of one file that the tree of the configuration has too, above the same line and no more
    often; and what is told of the others, which have no effect."""
    if not waivers:
        return (), ()
    file = waivers[0].origin.file or ""
    other = apart.counterpart(file)
    known = Counter(_words(waiver, other) for waiver in read_comments(other, file, rules)[0])
    kept: list[Waiver] = []
    notices: list[Notice] = []
    for waiver in waivers:
        words = _words(waiver, content)
        if known[words]:
            known[words] -= 1
            kept.append(waiver)
        else:
            message = "the comment has no effect: it does not stand in the tree of the configuration"
            notices.append(
                Notice(message, waiver.origin, "a waiver there does, and so does the comment once it is there")
            )
    return tuple(kept), tuple(notices)


def _words(waiver: Waiver, content: bytes) -> tuple[str, ...]:
    """The lines that a comment is about, the first of which holds it."""
    lines = content.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    return tuple(lines[line - 1].strip() if line <= len(lines) else "" for line in waiver.lines)
