"""Waivers in the source: `# auditor: ignore[RULE] reason, expires 2027-01-31`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from auditor.engine.errors import nearest
from auditor.engine.rule import Rule
from auditor.iam.origin import Origin
from auditor.sources.walk import is_terraform
from auditor.triage.day import HELP, parse_day
from auditor.triage.notice import Notice
from auditor.triage.waiver import Waiver, WaiverKind, current_ids

_MARK = re.compile(r"(?:#|//)[ \t]*auditor:[ \t]*ignore\b[ \t]*(?:\[(?P<rules>[^\]\n]*)\])?(?P<said>[^\n]*)")
_EXPIRES = re.compile(r"(?:^|,)\s*expires\b\s*:?\s*(?P<day>.*)$")
_FORM = "write `# auditor: ignore[RULE] reason, expires 2027-01-31`"


def read_comments(content: bytes, file: str, rules: Sequence[Rule]) -> tuple[tuple[Waiver, ...], tuple[Notice, ...]]:
    """The waivers that stand in comments of a Terraform or YAML file, and what is wrong with others.

    A comment is about what begins on its own line or the next one. `rules` are all there are.
    """
    if b"auditor:" not in content or file.endswith(".json"):
        return (), ()
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    comments = _Comments(text, file)
    met = [(mark, at) for mark in _MARK.finditer(text) if (at := mark.start()) in comments]
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    waivers: list[Waiver] = []
    notices: list[Notice] = []
    for mark, at in met:
        line = bisect_right(starts, at)
        origin = Origin(file, line, at - starts[line - 1] + 1, line, at - starts[line - 1] + 1 + len(mark[0].rstrip()))
        read = _read(mark, origin, rules)
        if isinstance(read, Waiver):
            waivers.append(read)
        else:
            notices.append(read)
    return tuple(waivers), tuple(notices)


def _read(mark: re.Match[str], origin: Origin, rules: Sequence[Rule]) -> Waiver | Notice:
    names = [name.strip() for name in (mark["rules"] or "").split(",") if name.strip()]
    if not names:
        return Notice("the comment names no rule, so it has no effect", origin, _FORM)
    known = {name for rule in rules for name in (rule.id, *rule.aliases)}
    for name in names:
        if name not in known:
            return Notice(f"there is no rule `{name}`, so the comment has no effect", origin, nearest(name, known))
    said = mark["said"].strip()
    expires = _EXPIRES.search(said)
    reason = (said[: expires.start()] if expires else said).strip(" \t,:-")
    if not reason:
        return Notice("the comment gives no reason, so it has no effect", origin, _FORM)
    day = parse_day(expires["day"].strip()) if expires else None
    if expires and day is None:
        return Notice(f"`{expires['day'].strip()}` is no date, so the comment has no effect", origin, HELP)
    assert origin.line is not None
    lines = (origin.line, origin.line + 1)
    return Waiver(WaiverKind.COMMENT, origin, reason, day, rules=current_ids(names, rules), lines=lines)


class _Comments:
    """Where the comments of a text are, in offsets."""

    def __init__(self, text: str, file: str) -> None:
        self._inside = is_terraform(file)
        spans = sorted(_comments_of_terraform(text) if self._inside else _values_of_yaml(text))
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._text = text

    def __contains__(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        within = index >= 0 and at < self._ends[index]
        if self._inside:
            return within
        # In YAML a comment is what stands behind a blank and in no value.
        return not within and self._text[at] == "#" and (at == 0 or self._text[at - 1] in " \t\n")


def _comments_of_terraform(text: str) -> Iterator[tuple[int, int]]:
    import tree_sitter_hcl  # noqa: PLC0415 - loaded where a file has such a comment
    from tree_sitter import Language, Parser  # noqa: PLC0415 - as above

    content = text.encode()
    cursor = [Parser(Language(tree_sitter_hcl.language())).parse(content).root_node]
    while cursor:
        node = cursor.pop()
        if node.type == "comment":
            start = len(content[: node.start_byte].decode())
            yield start, start + len(content[node.start_byte : node.end_byte].decode())
        cursor.extend(node.children)


def _values_of_yaml(text: str) -> Iterator[tuple[int, int]]:
    """The spans of what is written in quotes or as blocks, in which a mark is part of the value."""
    import yaml  # noqa: PLC0415 - loaded where a file has such a comment

    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.ScalarToken):
                yield token.start_mark.index, token.end_mark.index
    except yaml.YAMLError:  # the reader tells what is wrong with it
        return
