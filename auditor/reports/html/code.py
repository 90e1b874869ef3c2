"""Code with marks: source lines around a finding, and statements as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from auditor.engine.fact import Fact
from auditor.iam.document import Effect, Pattern, PrincipalPattern, Statement
from auditor.iam.filling import fill_request, fill_statement
from auditor.iam.frozen import Frozen
from auditor.iam.match.principal import match_principal
from auditor.iam.match.statement import match_action, match_resources
from auditor.iam.node import Plain
from auditor.iam.origin import Origin
from auditor.iam.writing import statement_dict
from auditor.reports.excerpt import SourceLines

MOST_LINES = 40
LONGEST_LINE = 2000
_TAB = "    "
_JSON_WIDTH = 64
_encode = json.JSONEncoder(ensure_ascii=False).encode
_EMPTY = Statement(Effect.ALLOW, ())


class Piece(NamedTuple):
    text: str
    marked: bool = False


class CodeLine(Frozen):
    """A line of a source; `inside` where the finding's place covers it."""

    number: int
    pieces: tuple[Piece, ...]
    inside: bool


class Excerpt(Frozen):
    lines: tuple[CodeLine, ...]
    left: int = 0
    """How many lines of the place are not shown."""
    through: bool = False
    """Whether what is marked is what lets the witness through."""


def quote(origin: Origin, within: Origin | None, marks: Collection[Origin], source: SourceLines) -> Excerpt | None:
    """The lines of `within` (a statement that encloses `origin`, else `origin` itself), with the spans
    of `marks` marked; None where the lines cannot be read."""
    lines = source(origin.file) if origin.file else None
    if lines is None or not origin.line or origin.line > len(lines):
        return None
    around = within if within is not None and _encloses(within, origin) else origin
    first = around.line or origin.line
    last = min(max(around.end_line or first, origin.end_line or origin.line, first), len(lines))
    shown = range(first, min(last, first + MOST_LINES - 1) + 1)
    through = spans = [mark for mark in marks if mark.file == origin.file and mark.line]
    if not spans and origin != around:
        spans = [origin]
    if not spans and origin.line == (origin.end_line or origin.line):
        spans = [origin]
    inside = range(origin.line, (origin.end_line or origin.line) + 1)
    told = tuple(CodeLine(n, tuple(_pieces(lines[n - 1], n, spans)), n in inside) for n in shown)
    marked = any(piece.marked for line in told for piece in line.pieces)
    return Excerpt(told, last - shown[-1], marked and bool(through))


def _encloses(outer: Origin, inner: Origin) -> bool:
    if outer.file != inner.file or not outer.line or not inner.line:
        return False
    return outer.line <= inner.line and (inner.end_line or inner.line) <= (outer.end_line or outer.line)


def _pieces(line: str, number: int, spans: Sequence[Origin]) -> Iterator[Piece]:
    """A line cut at the edges of the spans that touch it."""
    indent = len(line) - len(line.lstrip())
    edges: list[tuple[int, int]] = []
    for span in spans:
        assert span.line is not None
        if span.line <= number <= (span.end_line or span.line):
            begin = span.column - 1 if number == span.line and span.column else indent
            last = number == (span.end_line or span.line)
            end = span.end_column - 1 if last and span.end_column else len(line.rstrip())
            edges.append((min(begin, len(line)), min(max(end, begin + 1), len(line))))
    done = 0
    for begin, end in sorted(edges):
        if end <= done:
            continue
        if begin > done:
            yield Piece(_shown(line[done:begin]))
        yield Piece(_shown(line[max(begin, done) : end]), marked=True)
        done = end
    if done < len(line):
        yield Piece(_shown(line[done:]))


def _shown(text: str) -> str:
    text = text.replace("\t", _TAB)
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


def marks_of(fact: Fact) -> tuple[Origin, ...]:
    """Where the statement of a fact lets its witness through, as far as that is narrower than the
    whole statement."""
    statement: Statement | None = getattr(fact, "statement", None)
    if statement is None:
        return ()
    whole = statement.origin.at(None)
    origins = dict.fromkeys(pattern.origin for pattern in patterns_through(statement, fact))
    return tuple(origin for origin in origins if origin.line and origin.at(None) != whole)


def patterns_through(statement: Statement, fact: Fact) -> Iterator[Pattern | PrincipalPattern]:
    """The action, resource and principal patterns of a statement that match the fact's witness, which
    it allows: one that stands alone does."""
    witness = fact.witness
    if witness is None:
        return
    asked, value_of = fill_request(witness, fact.values.get), fact.values.get

    def alone(**part: object) -> Statement:
        return fill_statement(replace(_EMPTY, **part), value_of)

    if not statement.not_action:
        sole = len(statement.actions) == 1
        yield from (one for one in statement.actions if sole or match_action(alone(actions=(one,)), asked.action).yes)
    if not statement.not_resource and statement.resources is not None:
        sole = len(statement.resources) == 1
        for one in statement.resources:
            if sole or match_resources(alone(resources=(one,)), asked.resource, asked.context, variables=False).yes:
                yield one
    if not statement.not_principal and statement.principals is not None:
        sole = len(statement.principals) == 1
        for named in statement.principals:
            if sole or match_principal(alone(principals=(named,)), asked.principal).either.yes:
                yield named


@lru_cache(maxsize=1024)
def write_statement(statement: Statement) -> str:
    """A statement as JSON, as IAM reads it; what fits a line stands in one."""
    return _write(statement_dict(statement), 0)


def mark_statement(statement: Statement, fact: Fact) -> tuple[Piece, ...]:
    """A statement as JSON line by line, those lines marked through which the fact's witness gets."""
    through = [_encode(str(text)) for text in (pattern.text for pattern in patterns_through(statement, fact))]
    lines = write_statement(statement).split("\n")
    return tuple(Piece(line, any(text in line for text in through)) for line in lines)


def _write(value: Plain, indent: int) -> str:
    if not isinstance(value, (dict, list)) or not value:
        return _encode(value)
    if indent:
        short = _in_line(value)
        if indent + len(short) <= _JSON_WIDTH:
            return short
    inner = indent + 2
    if isinstance(value, dict):
        parts = [f"{_encode(key)}: {_write(item, inner)}" for key, item in value.items()]
    else:
        parts = [_write(item, inner) for item in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    joined = ",\n".join(" " * inner + part for part in parts)
    return f"{begin}\n{joined}\n{' ' * indent}{end}"


def _in_line(value: Plain) -> str:
    """What `_encode` writes, which takes long to begin with a list or an object."""
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_encode(key)}: {_in_line(item)}" for key, item in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([_in_line(item) for item in value]) + "]"
    return _encode(value)
