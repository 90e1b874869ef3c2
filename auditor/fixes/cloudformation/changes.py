"""Changes to a template, gathered as edits: members and items that come, change and go.

In a block of YAML a member or item is its lines; between brackets, and in JSON, it is its text and
one comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from auditor.fixes.cloudformation.layout import layout_of
from auditor.fixes.cloudformation.tree import TemplateFile, member_of
from auditor.fixes.cloudformation.writing import Written, write_block, write_flow, write_item, write_member
from auditor.fixes.edit import Edit, NotEditableError
from auditor.iam.node import Member, Node

_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)*")
_KEY = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*:|[^\s:#"'][^\n]*?[ \t]*:(?=\s|$)|["'][^\n]*?[ \t]*:(?=\s|$)"""
)
_REST = re.compile(r"[ \t]*(?P<comma>,?)[ \t]*(?P<comment>#[^\r\n]*)?(?=\r?\n|\Z)")
"""What may stand behind an entry between brackets that is the last of its line."""
_COMMENTS = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)

_ANCHOR = re.compile(r"(?:!\S+\s+)?&(?P<name>[^\s,\[\]{}]+)\s")
_FARTHEST = 5_000
"""How many characters above a line its comments are looked for."""


@dataclass(slots=True)
class Changes:
    """What one fix changes. `touched` are the resources that were, as (file, start)."""

    edits: list[Edit] = field(default_factory=list)
    touched: set[tuple[str, int]] = field(default_factory=set)
    gap: bool = False

    def put(self, file: TemplateFile, start: int, end: int, by: str) -> None:
        self.edits.append(Edit(file.file, file.byte_at(start), file.byte_at(end), by))
        self.touched.add((file.file, _top_level(file, start)))

    def cut_lines(self, file: TemplateFile, first: int, last: int) -> None:
        """Take whole lines out, with the line end before them: what is put behind one of them then
        stands behind what is left."""
        start, end = _line_end_before(file.content, first), _line_end_before(file.content, last)
        self.edits.append(Edit(file.file, file.byte_at(start), file.byte_at(end), ""))
        self.touched.add((file.file, _top_level(file, first + len(file.indent(file.line_end(first))))))

    def replace_member(self, file: TemplateFile, member: Member, value: Written) -> None:
        """Give a member another value."""
        start, end = file.span(member.origin)
        key = _KEY.match(file.content, start)
        if key is None or key.end() > end:
            raise NotEditableError(f"`{member.key}` is written in an unusual way")
        gap = file.content[key.end() : _start(file, member, key.end())]
        if gap.strip():
            raise NotEditableError(f"a comment stands behind `{member.key}`")
        if self._in_brackets(file, start):
            by = " " + write_flow(value, file.indent(start), layout_of(file), inside=True)
        else:
            indent = " " * file.column(start)
            by = write_member("k", value, indent, layout_of(file)).removeprefix("k:")
        if not is_alias(file, member):
            by = gap + by[1:] if by.startswith(" ") and "\n" not in gap else by
            by = _behind_anchor(_anchor(file, member.value), by)
        self.put(file, key.end(), end, by)

    def replace_item(self, file: TemplateFile, node: Node, value: Written) -> None:
        """Put another value in the place of an item of a list, or of a branch of a function."""
        start, end = file.span(node.origin)
        layout = layout_of(file)
        inside = self._in_brackets(file, start)
        block = not layout.json and isinstance(value, Mapping) and not inside
        indent = " " * file.column(start) if block else file.indent(start)
        by = write_block(value, indent, layout) if block and isinstance(value, Mapping) else ""
        self.put(file, start, end, _anchor(file, node) + (by or write_flow(value, indent, layout, inside=inside)))

    def add_member(self, file: TemplateFile, node: Node, key: str, value: Written, after: Sequence[str] = ()) -> None:
        """Put a member behind the last of those called `after` that the object has, else at its end."""
        members = tuple(node.members or ())
        if not members:
            raise NotEditableError(f"there is nothing beside which `{key}` could stand")
        named = [member for name in after if (member := member_of(node, name)) is not None]
        anchor = named[-1] if named else members[-1]
        start, end = file.span(anchor.origin)
        layout = layout_of(file)
        if is_flow(file, node):
            indent = file.indent(start)
            inline = f"{key}: {write_flow(value, indent, layout, inside=True)}"
            self._insert(file, start, end, write_member(key, value, indent, layout) if layout.json else inline)
            return
        indent = " " * file.column(start)
        at = file.line_end(end)
        self.put(file, at, at, f"\n{indent}{write_member(key, value, indent, layout)}")

    def remove_member(self, file: TemplateFile, node: Node, member: Member) -> None:
        """Take a member out of an object that has others."""
        members = tuple(node.members or ())
        if len(members) < 2:
            raise NotEditableError(f"nothing would be left beside `{member.key}`")
        spans = [file.span(other.origin) for other in members]
        index = members.index(member)
        if is_flow(file, node):
            self._cut(file, spans, index, index)
        else:
            self._remove_lines(file, *spans[index])

    def add_items(self, file: TemplateFile, node: Node, values: Sequence[Written], after: Node | None = None) -> None:
        """Put items behind one of a list, else at its end."""
        items = node.items or ()
        if not items:
            self.put(file, *file.span(node.origin), write_flow(list(values), "", layout_of(file)))
            return
        start, end = file.span((after or items[-1]).origin)
        require_inside(file, node, after or items[-1])
        layout = layout_of(file)
        for value in reversed(values) if is_flow(file, node) else ():
            self._insert(file, start, end, write_flow(value, file.indent(start), layout, inside=True))
        if not is_flow(file, node):
            indent = " " * file.column(file.span(node.origin)[0])
            at = file.line_end(end)
            self.put(file, at, at, "".join(f"\n{indent}{write_item(value, indent, layout)}" for value in values))

    def remove_items(self, file: TemplateFile, node: Node, gone: Sequence[Node]) -> None:
        """Take items out of a list that keeps others."""
        items = node.items or ()
        for item in gone:
            require_inside(file, node, item)
        if not is_flow(file, node):
            for item in gone:
                self._remove_lines(file, *file.span(item.origin))
            return
        spans = [file.span(item.origin) for item in items]
        places = [i for i, item in enumerate(items) if any(item is other for other in gone)]
        for first, last in _runs(places):
            self._cut(file, spans, first, last)

    def _insert(self, file: TemplateFile, start: int, end: int, written: str) -> None:
        """Put something behind an entry between brackets: on a line of its own where that is too."""
        rest = _REST.match(file.content, end)
        if not file.begins_line(start):
            self.put(file, end, end, f",{layout_of(file).gap}{written}")
        elif rest is not None and rest["comma"]:
            self.put(file, rest.end(), rest.end(), f"\n{file.indent(start)}{written},")
        elif rest is not None and rest["comment"]:
            comma = Edit(file.file, file.byte_at(end), file.byte_at(end), ",")
            before = "," if comma in self.edits else ""
            if not before:
                self.put(file, end, end, ",")
            self.put(file, rest.end(), rest.end(), f"{before}\n{file.indent(start)}{written}")
        else:
            self.put(file, end, end, f",\n{file.indent(start)}{written}")

    def _cut(self, file: TemplateFile, spans: Sequence[tuple[int, int]], first: int, last: int) -> None:
        """Take the entries between brackets from the first to the last out, where others stay."""
        start, end = spans[first][0], spans[last][1]
        rest = _REST.match(file.content, end)
        alone = file.begins_line(start) and rest is not None
        comma = rest is not None and rest["comma"]
        if alone and (comma or (first > 0 and "#" in file.content[spans[first - 1][1] : start])):
            # Comments on other lines are about other entries.
            self.cut_lines(file, file.line_start(start), file.next_line(end))
        elif last + 1 < len(spans):
            self.put(file, spans[first][0], spans[last + 1][0], "")
        else:
            self.put(file, spans[first - 1][1], spans[last][1], "")

    def _remove_lines(self, file: TemplateFile, start: int, end: int) -> None:
        first, last = file.line_start(start), file.next_line(end)
        before, behind = file.content[first:start].strip(), file.content[end:last].strip()
        if before not in ("", "-") or (behind and not behind.startswith("#")):
            raise NotEditableError("it shares its line with something else")
        if before == "-" and _KEY.match(file.content, start) is None:
            self.cut_lines(file, first, last)
            return
        first = _above_comments(file.content, first)
        self.cut_lines(file, *_without_gap(file.content, first, last))

    def _in_brackets(self, file: TemplateFile, at: int) -> bool:
        """Whether a place is inside of a list or object in brackets."""
        if file.json:
            return True
        node, flow = file.root, is_flow(file, file.root)
        part = file.part_at(at)
        if part is not None and part.member is not None and at < part.end:
            # Everything above it is looked at here, and not the parts beside it, which are many.
            node, flow = part.member.value, flow or is_flow(file, part.section.value)
            if not _around(file.span(node.origin), at):
                return flow
            flow = flow or is_flow(file, node)
        while True:
            inside = [*(node.items or ()), *(member.value for member in node.members or ())]
            inner = next((n for n in inside if _around(file.span(n.origin), at)), None)
            if inner is None:
                return flow
            node, flow = inner, flow or is_flow(file, inner)


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of numbers that follow one another."""
    for first in places:
        if first - 1 not in places:
            yield first, next(number for number in count(first) if number + 1 not in places)


def is_flow(file: TemplateFile, node: Node) -> bool:
    """Whether a list or object stands in brackets."""
    start = file.span(node.origin)[0]
    match = _PROPERTIES.match(file.content, start)
    assert match is not None, "the pattern matches nothing too"
    return file.content[match.end() : match.end() + 1] in ("{", "[")


def require_inside(file: TemplateFile, node: Node, item: Node) -> None:
    """Raises NotEditableError for an item that an alias of YAML puts into the list."""
    outer, inner = file.span(node.origin), file.span(item.origin)
    if not (outer[0] <= inner[0] and inner[1] <= outer[1]):
        raise NotEditableError("an alias of YAML puts it there")


def is_alias(file: TemplateFile, member: Member) -> bool:
    """Whether an alias of YAML stands for a member's value."""
    outer, inner = file.span(member.origin), file.span(member.value.origin)
    return not (outer[0] <= inner[0] and inner[1] <= outer[1])


def _start(file: TemplateFile, member: Member, otherwise: int) -> int:
    """Where a member's value begins; at `otherwise` where an alias stands for it."""
    return otherwise if is_alias(file, member) else file.span(member.value.origin)[0]


def _anchor(file: TemplateFile, node: Node) -> str:
    """The anchor of a value with a blank behind it, where an alias names it."""
    found = _ANCHOR.match(file.content, file.span(node.origin)[0])
    if file.json or found is None:
        return ""
    named = re.search(rf"\*{re.escape(found['name'])}(?![^\s,\]}}])", file.content)
    return f"&{found['name']} " if named else ""


def _behind_anchor(anchor: str, by: str) -> str:
    """What stands behind a key, with the anchor of the value first."""
    if not anchor:
        return by
    return f" {anchor}{by.lstrip(' ')}" if by.startswith(" ") else f" {anchor.rstrip()}{by}"


def _around(span: tuple[int, int], at: int) -> bool:
    return span[0] <= at < span[1]


def _top_level(file: TemplateFile, offset: int) -> int:
    """Where the resource, or whatever part of another section, begins that holds a character."""
    part = file.part_at(offset)
    return offset if part is None else part.start


def _above_comments(content: str, at: int) -> int:
    """Where the comments begin that stand right above a line."""
    found = _COMMENTS.search(content, max(0, at - _FARTHEST), at)
    return found.start() if found else at


def _without_gap(content: str, first: int, last: int) -> tuple[int, int]:
    """The span of whole lines that go, with the empty lines behind them where others stand before,
    and those before them at the end of the file."""
    before = content[:first].rstrip()
    gap = content.count("\n", len(before), first) > 1
    behind = content[last:].lstrip("\r\n")
    if not behind:
        kept = len(_line_end(content, len(before))) if content.endswith("\n") else 0
        return len(before) + kept, len(content)
    return (first, len(content) - len(behind)) if gap else (first, last)


def _line_end_before(content: str, at: int) -> int:
    """Where the line ends that ends right before a place; the place itself where none does."""
    return at - (2 if content.endswith("\r\n", 0, at) else 1 if content.endswith("\n", 0, at) else 0)


def _line_end(content: str, at: int) -> str:
    return "\r\n" if content.startswith("\r\n", at) else "\n"
