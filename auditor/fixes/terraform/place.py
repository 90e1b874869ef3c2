"""Lines and indentation around a place of a file of Terraform source."""

from __future__ import annotations

import re

from auditor.sources.terraform.language.syntax import SyntaxFile

_COMMENTS = re.compile(rb"(?:^[ \t]*(?:#|//)[^\n]*\n)+\Z", re.MULTILINE)


def line_start(file: SyntaxFile, at: int) -> int:
    """Where the line begins that holds a byte."""
    return file.content.rfind(b"\n", 0, at) + 1


def line_end(file: SyntaxFile, at: int, *, whole: bool = False) -> int:
    """Where the line ends that holds a byte, without its line end; with it where `whole`."""
    end = file.content.find(b"\n", at)
    if end < 0:
        return len(file.content)
    if whole:
        return end + 1
    return end - 1 if file.content[end - 1 : end] == b"\r" else end


def indent_at(file: SyntaxFile, at: int) -> str:
    """The white space at the start of the line that holds a byte."""
    line = file.content[line_start(file, at) : at]
    return line[: len(line) - len(line.lstrip())].decode()


def is_comment(written: bytes) -> bool:
    """Whether a comment that fills the rest of its line begins here."""
    return written.startswith((b"#", b"//"))


def above_comments(content: bytes, at: int) -> int:
    """Where the comments begin that stand right above the line that begins at a byte."""
    found = _COMMENTS.search(content[:at])
    return found.start() if found else at


def without_gap(content: bytes, first: int, last: int) -> tuple[int, int]:
    """The span of whole lines that go, with those empty lines around it that would be too many:
    one of two that would meet, and all at the start and the end of what is around."""
    before = content[:first].rstrip()
    start = content.find(b"\n", len(before)) + 1 if before else 0
    behind = content[last:].lstrip()
    end = content.rfind(b"\n", 0, len(content) - len(behind)) + 1
    if behind.startswith((b"}", b"]", b")")):
        return start, end
    if not behind:
        return (start if content.endswith(b"\n") else len(before)), len(content)
    if start < first or not before or before.endswith((b"{", b"[", b"(")):
        return first, end
    return first, last
