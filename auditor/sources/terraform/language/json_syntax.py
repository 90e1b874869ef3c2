"""Files in Terraform's JSON syntax.

Source: Terraform's documentation, "JSON Configuration Syntax": strings are templates; a block
is an object, or a list of them, below its labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.places import file_places
from auditor.sources.source import load
from auditor.sources.terraform.language.block import Attribute, Block, Body
from auditor.sources.terraform.language.expression import (
    Embedded,
    Expression,
    Literal,
    ObjectOf,
    Piece,
    Template,
    TemplatePart,
    TupleOf,
    Unreadable,
)
from auditor.sources.terraform.language.syntax import SyntaxFile, parse_expression, parse_template

_LABELS = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
_REFERENCES = {"provider", "depends_on", "providers", "type"}
"""Arguments whose strings are references, not templates."""


def parse_json_file(path: Path) -> SyntaxFile:
    """Read and parse one `.tf.json` or `.tfvars.json` file. Raises SourceError."""
    content = load(path, display_path(path)).content
    file = SyntaxFile(path, display_path(path), content.encode())
    value = parse_json(content, file_places(content, file.file))
    if value.members is None:
        raise SourceError("a configuration file is an object", value.origin)
    if path.name.endswith(".tfvars.json"):
        attributes = {key: _attribute(key, part, file) for key, part in _named(value.members)}
        file.body = Body(attributes, ())
    else:
        file.body = Body({}, [block for key, part in _named(value.members) for block in _top_level(key, part, file)])
    return file


def _named(members: Members) -> Iterator[tuple[str, Node]]:
    for member in members:
        name = member.key.literal or ""
        if name != "//":
            yield name, member.value


def _top_level(type_: str, value: Node, file: SyntaxFile) -> Iterator[Block]:
    levels: list[tuple[tuple[str, ...], Node]] = [((), value)]
    for _ in range(_LABELS.get(type_, 0)):
        levels = [
            ((*labels, name), inner)
            for labels, outer in levels
            for part in _listed(outer)
            if part.members is not None
            for name, inner in _named(part.members)
        ]
    for labels, outer in levels:
        for part in _listed(outer):
            if part.members is not None:
                yield _block(type_, labels, part, file)


def _listed(value: Node) -> tuple[Node, ...]:
    return value.items if value.items is not None else (value,)


def _block(type_: str, labels: tuple[str, ...], value: Node, file: SyntaxFile) -> Block:
    span = _span(value.origin, file)
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for name, part in _named(value.members or Members()):
        if name == "dynamic" and part.members is not None:
            for label, inner in _named(part.members):
                blocks.extend(_block("dynamic", (label,), each, file) for each in _listed(inner) if each.members)
            continue
        attributes[name] = _attribute(name, part, file)
        if part.members is not None or (part.items and all(item.members is not None for item in part.items)):
            blocks.extend(_block(name, (), each, file) for each in _listed(part))
    return Block(type_, labels, file, span, (span[0] + 1, span[1] - 1), body=Body(attributes, blocks))


def _attribute(name: str, value: Node, file: SyntaxFile) -> Attribute:
    start, end = _span(value.origin, file)
    written = value.text.literal if value.text is not None else None
    if name in _REFERENCES and written is not None:
        expression = _reference(written, value.origin, file)
    else:
        expression = _expression(value, file)
    return Attribute(name, file, start, end, expression=expression)


def _reference(written: str, origin: Origin, file: SyntaxFile) -> Expression:
    start, end = _span(origin, file)
    try:
        inner, expression = parse_expression(written, origin)
    except SourceError:
        return Literal(written, start, end)
    return Embedded(expression, inner, start, end)


def _expression(value: Node, file: SyntaxFile) -> Expression:
    start, end = _span(value.origin, file)
    inner = value.value
    if isinstance(inner, Text):
        return _string(inner.literal or "", value.origin, file)
    if isinstance(inner, tuple):
        return TupleOf(tuple(_expression(item, file) for item in inner), start, end)
    if isinstance(inner, Members):
        items = tuple((_string(name, part.origin, file), _expression(part, file)) for name, part in _named(inner))
        return ObjectOf(items, start, end)
    return Literal(inner, start, end)


def _string(written: str, origin: Origin, file: SyntaxFile) -> Expression:
    start, end = _span(origin, file)
    if "${" not in written and "%{" not in written:
        return Literal(written, start, end)
    try:
        inner, template = parse_template(written, file.path, origin)
    except SourceError:
        return Unreadable("the template has a mistake", start, end)
    assert isinstance(template, Template)
    parts = _without_last_line_end(template.parts)
    return Embedded(Template(parts, False, template.start, template.end), inner, start, end)


def _without_last_line_end(parts: tuple[TemplatePart, ...]) -> tuple[TemplatePart, ...]:
    """Without the line end that the heredoc around the template adds."""
    last = parts[-1] if parts else None
    if not isinstance(last, Piece) or not last.text.endswith("\n"):
        return parts
    shorter = Piece(last.text[:-1], last.start, last.end - 1)
    return (*parts[:-1], shorter) if shorter.text else parts[:-1]


def _span(origin: Origin, file: SyntaxFile) -> tuple[int, int]:
    return file.offset(origin.line or 1, origin.column or 1), file.offset(origin.end_line or 1, origin.end_column or 1)
