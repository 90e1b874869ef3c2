"""Patterns compared segment by segment, among values of one form."""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.iam.frozen import Frozen
from auditor.iam.match.glob import glob, matches
from auditor.iam.text import Hole, HoleType, Text, text

_CLOSED = frozenset(HoleType) - {HoleType.SEGMENT, HoleType.ANYTHING}
"""What holds neither a colon nor a slash."""
_SPLIT = re.compile(r"([:/])")


class _Segment(Frozen):
    """What stands behind a colon or a slash (nothing at the start), up to the next one."""

    delimiter: str
    value: str | Hole


def spans_among(form: Text, narrow: Text, wide: Text) -> bool:
    """Whether the pattern `wide` surely takes every value of `form` that the pattern `narrow`
    takes. A no means that it is not plain to see."""
    shape, ours = _segments(form), _segments(wide)
    theirs = _segments(narrow) if narrow.literal is not None and "${" not in narrow.literal else None
    if shape is None or ours is None or theirs is None:
        return False
    known = [segment.value for segment in shape]
    for index, (of_form, segment) in enumerate(zip(shape, theirs, strict=False)):
        if segment.delimiter != of_form.delimiter or not isinstance(segment.value, str):
            break
        if "*" in segment.value or "?" in segment.value:
            break
        if isinstance(of_form.value, str) and of_form.value != segment.value:
            return True
        known[index] = segment.value
    if [segment.delimiter for segment in ours] != [segment.delimiter for segment in shape]:
        return False
    return all(_takes(segment.value, value, of.value) for segment, value, of in zip(ours, known, shape, strict=True))


def apart(form: Text, pattern: Text) -> bool:
    """Whether a pattern surely takes no value of `form`: up to some segment it spells every one
    out, and that one is another than the form's. A no means that it is not plain to see."""
    if "${" in str(pattern) and pattern.literal is not None:
        return False
    shape, spelled = _segments(form), _segments(pattern)
    if shape is None or spelled is None:
        return False
    for of_form, segment in zip(shape, spelled, strict=False):
        if not isinstance(segment.value, str) or "*" in segment.value or "?" in segment.value:
            return False
        if segment.delimiter != of_form.delimiter:
            return True
        if isinstance(of_form.value, str) and of_form.value != segment.value:
            return True
    return False


def _takes(pattern: str | Hole, value: str | Hole, formed: str | Hole) -> bool:
    if pattern == "*":
        return True
    if isinstance(pattern, Hole):
        return isinstance(formed, Hole) and pattern.each and formed.each and pattern.type is formed.type
    return isinstance(value, str) and matches(glob(text(pattern)), text(value)).yes


@lru_cache(maxsize=16384)
def _segments(written: Text) -> tuple[_Segment, ...] | None:
    """The segments of a text; None where a hole is a part of one, or may hold several."""
    segments = [_Segment("", "")]
    for part in written.parts:
        if isinstance(part, Hole):
            if segments[-1].value != "" or part.type not in _CLOSED:
                return None
            segments[-1] = _Segment(segments[-1].delimiter, part)
            continue
        first, *rest = _SPLIT.split(part)
        if first:
            if segments[-1].value != "":
                return None
            segments[-1] = _Segment(segments[-1].delimiter, first)
        segments += [_Segment(delimiter, value) for delimiter, value in zip(rest[::2], rest[1::2], strict=True)]
    return tuple(segments)
