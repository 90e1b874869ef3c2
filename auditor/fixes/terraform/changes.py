"""Changes to blocks of Terraform source, gathered as edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.fixes.edit import Edit, NotEditableError
from auditor.fixes.render.hcl import Attribute as NewAttribute
from auditor.fixes.render.hcl import Item, Raw, Value, write_items, write_value
from auditor.fixes.terraform import list_edit
from auditor.fixes.terraform.place import above_comments, indent_at, is_comment, line_end, line_start, without_gap
from auditor.sources.terraform.language.block import Attribute, Block
from auditor.sources.terraform.language.expression import Expression, TupleOf
from auditor.sources.terraform.language.syntax import SyntaxFile

_STEP = "  "


@dataclass(slots=True)
class Changes:
    """What one fix changes. `blocks` are the top-level blocks and arguments that were touched, as
    (file, start); `data` the data sources that modules must declare, as (module, type); `gap`
    tells that applying it in one go interrupts access."""

    edits: list[Edit] = field(default_factory=list)
    blocks: set[tuple[str, int]] = field(default_factory=set)
    data: set[tuple[str, str]] = field(default_factory=set)
    gap: bool = False

    def put(self, file: SyntaxFile, start: int, end: int, by: str) -> None:
        self.edits.append(Edit(file.file, start, end, by))
        self.blocks.add((file.file, top_level(file, start)))

    def set_argument(self, block: Block, name: str, value: Value, after: Sequence[str] = ()) -> None:
        """Give an argument a value: in its place, else behind the last of the arguments `after`
        that stand in the block, else at the block's start."""
        held = block.attributes.get(name)
        indent = indent_inside(block)
        if held is not None:
            self.put(held.file, held.expression.start, held.expression.end, write_value(name, value, indent))
            return
        anchor = next((block.attributes[n] for n in reversed(after) if n in block.attributes), None)
        at = line_end(block.file, anchor.end) if anchor is not None else block.inside[0]
        self.put(block.file, at, at, "\n" + write_items([NewAttribute(name, value)], indent))

    def remove(self, file: SyntaxFile, start: int, end: int) -> None:
        """Take whole lines out, with the comments that belong to them and the empty lines that would
        be left over."""
        content = file.content
        first, last = line_start(file, start), line_end(file, end, whole=True)
        behind = content[end:last].strip(b" \t\r\n,")
        if content[first:start].strip() or (behind and not is_comment(behind)):
            raise NotEditableError("it shares its line with something else")
        # What a file says at its start is about all of it.
        self.put(file, *without_gap(content, above_comments(content, first) or first, last), "")

    def append(self, block: Block, items: Sequence[Item]) -> None:
        """Put items at the end of a block, behind an empty line."""
        require_lines(block)
        end = len(block.file.content[: block.inside[1]].rstrip())
        gap = "\n\n" if end > block.inside[0] else "\n"
        self.put(block.file, end, end, gap + write_items(items, indent_inside(block)))

    def insert_behind(self, file: SyntaxFile, end: int, items: Sequence[Item], indent: str = "") -> None:
        """Put items behind what ends at `end`, with an empty line between."""
        at = line_end(file, end)
        self.put(file, at, at, "\n\n" + write_items(items, indent))

    def add_dependency(self, block: Block, reference: str) -> None:
        """Make a block wait for `reference`."""
        held = block.attributes.get("depends_on")
        if held is None:
            self.append(block, [NewAttribute("depends_on", (Raw(reference),))])
        elif not isinstance(held.expression, TupleOf):
            raise NotEditableError("`depends_on` is no list")
        elif not any(held.file.source(item.start, item.end) == reference for item in held.expression.items):
            self.add_items(held, held.expression, [reference])

    def add_items(
        self, attribute: Attribute, items: TupleOf, written: Sequence[str], after: Expression | None = None
    ) -> None:
        """Put expressions behind `after`, else at the end of a list."""
        for start, end, by in list_edit.add_items(attribute.file, items, written, after):
            self.put(attribute.file, start, end, by)

    def remove_items(self, attribute: Attribute, items: TupleOf, gone: Sequence[Expression]) -> None:
        """Take expressions out of a list, with the commas, lines and comments that were their own."""
        for start, end, by in list_edit.remove_items(attribute.file, items, gone):
            self.put(attribute.file, start, end, by)


def top_level(file: SyntaxFile, offset: int) -> int:
    """Where the top-level block begins that holds a byte; the byte itself outside of all."""
    for block in file.blocks:
        if block.start <= offset <= block.end:
            if block.type == "locals":
                inner = (a.start for a in block.attributes.values() if a.start <= offset <= a.end)
                return next(inner, block.start)
            return block.start
    return offset


def require_lines(block: Block) -> None:
    """Raises NotEditableError for a block that stands on one line."""
    if b"\n" not in block.file.content[slice(*block.inside)]:
        raise NotEditableError("its block stands on one line")


def indent_inside(block: Block) -> str:
    """How far the arguments of a block are indented."""
    require_lines(block)
    starts = [a.start for a in block.attributes.values() if a.file is block.file]
    starts += [inner.start for inner in block.body.blocks if inner.file is block.file]
    first = min(starts, default=None)
    return indent_at(block.file, first) if first is not None else indent_at(block.file, block.start) + _STEP
