"""The geometry of a picture: callers at the left, the function and its role, what the role can touch."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.iam.frozen import Frozen
from auditor.reports.html.access import Access, End, Link
from auditor.reports.html.subject import Subject
from auditor.reports.screen import harmless, width_of

WIDTH = 1190
MOST_LINKS = 8
"""On one side; a table beside the picture has all."""
_SIDE, _MIDDLE = 400, 200
_NODE, _GAP, _BOX = 46, 10, 56
_TITLE_COLUMNS, _DETAIL_COLUMNS, _BOX_COLUMNS = 44, 52, 20
_FIRST_BOX = (WIDTH - _MIDDLE) // 2


class Node(Frozen):
    """A box of a link, and the line between it and the function or role."""

    link: Link
    x: int
    y: int
    title: str
    detail: str
    line: str
    arrow: str
    label: tuple[int, int]
    """Where the symbol stands on the line."""


class Box(Frozen):
    """The function or the role in the middle."""

    kind: str
    y: int
    title: str
    whole: str


class Picture(Frozen):
    """Everything that the template draws; all numbers are units of the drawing."""

    subject: Subject
    height: int
    boxes: tuple[Box, ...]
    nodes: tuple[Node, ...]
    more_callers: int
    more_targets: int
    access: Access
    width: int = WIDTH
    side: int = _SIDE
    node: int = _NODE
    box: int = _BOX
    middle: int = _MIDDLE
    box_x: int = _FIRST_BOX


def draw_picture(subject: Subject, access: Access) -> Picture:
    """Lay a picture out."""
    callers, targets = access.callers[:MOST_LINKS], access.targets[:MOST_LINKS]
    ends = [end for end in End if _has(subject, end)]
    boxes_height = len(ends) * _BOX + (len(ends) - 1) * 30
    height = max(_column(callers), _column(targets), boxes_height) + 8
    top = (height - boxes_height) // 2
    centers = {end: top + index * (_BOX + 30) + _BOX // 2 for index, end in enumerate(ends)}
    boxes = tuple(_box(subject, end, centers[end] - _BOX // 2) for end in ends)
    nodes = [
        *_nodes(callers, 0, centers, height, left=True),
        *_nodes(targets, WIDTH - _SIDE, centers, height, left=False),
    ]
    return Picture(
        subject,
        height,
        boxes,
        tuple(nodes),
        len(access.callers) - len(callers),
        len(access.targets) - len(targets),
        access,
    )


def _has(subject: Subject, end: End) -> bool:
    return (subject.function if end is End.FUNCTION else subject.role) is not None


def _box(subject: Subject, end: End, y: int) -> Box:
    role = subject.role
    title = role.title if end is End.ROLE and role is not None else subject.title
    kind = "role" if end is End.ROLE else "function"
    return Box(kind, y, cut(title, _BOX_COLUMNS), title)


def _column(links: Sequence[Link]) -> int:
    return len(links) * (_NODE + _GAP) - _GAP


def _nodes(links: Sequence[Link], x: int, centers: dict[End, int], height: int, *, left: bool) -> list[Node]:
    """One side's nodes, in the order of what they hang on, so that few lines cross."""
    ordered = sorted(links, key=lambda link: list(End).index(link.end))
    top = (height - _column(ordered)) // 2
    nodes = []
    for index, link in enumerate(ordered):
        y = top + index * (_NODE + _GAP)
        middle = y + _NODE // 2
        end = centers.get(link.end, next(iter(centers.values())))
        start_x, end_x = (x + _SIDE, _FIRST_BOX) if left else (_FIRST_BOX + _MIDDLE, x)
        start_y, end_y = (middle, end) if left else (end, middle)
        tip = end_x if left else end_x - 10
        bend = (start_x + end_x) // 2
        line = f"M{start_x} {start_y}C{bend} {start_y} {bend} {end_y} {tip - 6} {end_y}"
        arrow = f"M{tip - 9} {end_y - 5}L{tip} {end_y}L{tip - 9} {end_y + 5}Z"
        detail = cut(link.detail, _DETAIL_COLUMNS)
        columns = _TITLE_COLUMNS - len(link.state.value)
        symbol_x = x + _SIDE if left else x
        nodes.append(Node(link, x, y, cut(link.title, columns), detail, line, arrow, (symbol_x, middle)))
    return nodes


def cut(text: str, columns: int) -> str:
    """A text in at most so many columns, the last an ellipsis where something is left out."""
    shown = harmless(text[: columns * 2])
    if len(text) <= columns * 2 and width_of(shown) <= columns:
        return shown
    kept = ""
    for character in shown:
        if width_of(kept + character) > columns - 1:
            break
        kept += character
    return kept + "…"
