"""Templates as something that can be edited: files, resources, and what stands at a place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path

from auditor.fixes.cloudformation.generated import require_written_by_hand
from auditor.fixes.edit import NotEditableError
from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.sources.cloudformation.template import parse_template
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.source import STDIN, Source, load

Span = tuple[int, int]
_FUNCTIONS = ("Ref", "Condition")
_JSON = re.compile(r'\ufeff?\s*\{\s*"')
"""How a file begins that takes JSON: one of YAML that begins so takes it too."""


class Part(Frozen):
    """What stands in a section of a template, from `start` up to and without `end`; `member` is None where
    it is the whole section."""

    start: int
    end: int
    section: Member
    member: Member | None


class TemplateFile:
    """One file. Places in it are offsets of characters."""

    def __init__(self, source: Source, root: Node) -> None:
        self.file = source.file
        self.content = source.content
        self.places = source.places
        self.root = root
        self.json = _JSON.match(source.content) is not None
        self._lines = source.places.lines

    @cached_property
    def bytes(self) -> bytes:
        return self.content.encode()

    @cached_property
    def is_json(self) -> bool:
        """Whether it is JSON as CloudFormation takes it, and not only looks like it."""
        if not self.json:
            return False
        try:
            parse_json(self.content, self.places, trailing_commas=True)
        except SourceError:
            return False
        return True

    @cached_property
    def _line_bytes(self) -> list[int]:
        """The number of bytes before each line."""
        ends = [*self._lines[1:], len(self.content)]
        lengths = (len(self.content[a:b].encode()) for a, b in zip(self._lines, ends, strict=True))
        return [0, *accumulate(lengths)]

    def byte_at(self, offset: int) -> int:
        """The number of bytes before a character."""
        if self.content.isascii():
            return offset
        line = bisect_right(self._lines, offset) - 1
        return self._line_bytes[line] + len(self.content[self._lines[line] : offset].encode())

    def span(self, origin: Origin) -> Span:
        """The characters of a place of this file."""
        if origin.file != self.file or origin.line is None or origin.column is None:
            raise NotEditableError("where it is written is not known")
        start = self._lines[origin.line - 1] + origin.column - 1
        if origin.end_line is None or origin.end_column is None:
            return start, start
        return start, self._lines[origin.end_line - 1] + origin.end_column - 1

    def source(self, origin: Origin) -> str:
        """What is written at a place."""
        start, end = self.span(origin)
        return self.content[start:end]

    def column(self, offset: int) -> int:
        """How many characters stand before an offset in its line."""
        return offset - self.line_start(offset)

    def line_start(self, offset: int) -> int:
        return self.content.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line ends that holds a character, without its line end."""
        end = self.content.find("\n", offset)
        if end < 0:
            return len(self.content)
        return end - 1 if end > offset and self.content[end - 1] == "\r" else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of a character begins."""
        end = self.content.find("\n", offset)
        return len(self.content) if end < 0 else end + 1

    def indent(self, offset: int) -> str:
        """The white space at the start of the line that holds a character."""
        line = self.content[self.line_start(offset) : offset]
        return line[: len(line) - len(line.lstrip())]

    def begins_line(self, offset: int) -> bool:
        return not self.content[self.line_start(offset) : offset].strip()

    def section(self, name: str) -> Members:
        node = self.root.members.get(name) if self.root.members is not None else None
        return node.members if node is not None and node.members is not None else Members()

    @cached_property
    def _parts(self) -> tuple[tuple[list[int], list[Part]], ...]:
        """Of each section what stands in it, in the order in which it is written."""
        found = []
        for section in self.root.members or ():
            parts = [Part(*self.span(member.origin), section, member) for member in section.value.members or ()]
            parts.sort(key=lambda part: part.start)
            found.append(([part.start for part in parts], parts))
        return tuple(found)

    def part_at(self, offset: int) -> Part | None:
        """The resource, or whatever part of another section, that holds a character or ends there; else the
        section that does."""
        for section, (starts, parts) in zip(self.root.members or (), self._parts, strict=True):
            first, last = self.span(section.origin)
            if first <= offset <= last:
                near = parts[max(0, bisect_right(starts, offset) - 2) : bisect_right(starts, offset)]
                whole = Part(first, last, section, None)
                return next((part for part in near if part.start <= offset <= part.end), whole)
        return None

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources by their logical ids."""
        return {str(member.key): Resource(self, member) for member in self.section("Resources") if member.value.members}


class Resource(Frozen):
    """A resource as it is written."""

    file: TemplateFile
    member: Member

    @property
    def name(self) -> str:
        return str(self.member.key)

    @property
    def type(self) -> str:
        return self.literal("Type") or ""

    @property
    def body(self) -> Node:
        return self.member.value

    @property
    def properties(self) -> Node | None:
        return self.part("Properties")

    def part(self, name: str) -> Node | None:
        """What stands beside the properties: `DependsOn`, `Condition`, ..."""
        assert self.body.members is not None, "resources are chosen so"
        return self.body.members.get(name)

    def literal(self, name: str) -> str | None:
        node = self.part(name)
        return node.text.literal if node is not None and node.text is not None else None

    def property(self, name: str) -> Member | None:
        return member_of(self.properties, name)


def member_of(node: Node | None, name: str) -> Member | None:
    """The last member of an object that has a name."""
    found = None
    for member in node.members or () if node is not None else ():
        if member.key.literal == name:
            found = member
    return found


def function_of(node: Node) -> tuple[str, Node] | None:
    """The intrinsic function that a node calls, and its argument."""
    if node.members is None or len(node.members) != 1:
        return None
    (member,) = node.members
    name = str(member.key)
    return (name, member.value) if name.startswith("Fn::") or name in _FUNCTIONS else None


class Tree:
    """The files of one estate, read when they are asked for. `root` is the outermost template."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.file = cache(self._file)

    def _file(self, name: str) -> TemplateFile:
        """A file by its shown path. Raises NotEditableError where it must not be changed."""
        read = read_file(name)
        require_written_by_hand(name, read.content)
        return read

    def resource(self, address: str | None, origin: Origin) -> Resource:
        """The resource at an address; what is there stands at `origin`. Raises NotEditableError
        where no template has it."""
        if address is None or origin.file is None:
            raise NotEditableError("where it is written is not known")
        found = self.file(origin.file).resources.get(local_name(address))
        if found is None:
            raise NotEditableError(f"`{address}` is made by the template's transform or loop, not written in it")
        return found

    def path(self, origin: Origin) -> tuple[TemplateFile, tuple[Node, ...]]:
        """The nodes around a place, the outermost first, down to the one that stands there. Raises
        NotEditableError where none does."""
        if origin.file is None:
            raise NotEditableError("where it is written is not known")
        file = self.file(origin.file)
        wanted = file.span(origin)
        path = [file.root]
        known = file.resources.get(local_name(origin.address)) if origin.address is not None else None
        if known is not None and _holds(file.span(known.body.origin), wanted):
            path.append(known.body)
        while file.span(path[-1].origin) != wanted:
            inner = next((node for node in _inside(path[-1]) if _holds(file.span(node.origin), wanted)), None)
            if inner is None:
                raise NotEditableError(f"`{origin}` is no place of a value")
            path.append(inner)
        return file, tuple(path)


def read_file(name: str) -> TemplateFile:
    """A template as it is read now, whether or not it may be edited."""
    if name == STDIN:
        raise NotEditableError("standard input is no file")
    try:
        source = load(Path(name), name)
        return TemplateFile(source, parse_template(source))
    except SourceError as error:
        raise NotEditableError(f"`{name}` cannot be read: {error.message}") from error


def local_name(address: str) -> str:
    """The logical id in its own template."""
    return address.rpartition("/")[2]


def prefix_of(address: str) -> str:
    """What stands before the logical ids of the same stack: `Outer/`, empty in the outermost."""
    return address[: len(address) - len(local_name(address))]


def _inside(node: Node) -> Iterator[Node]:
    yield from node.items or ()
    for member in node.members or ():
        yield member.value


def _holds(span: Span, wanted: Span) -> bool:
    return span[0] <= wanted[0] and wanted[1] <= span[1]
