"""Statements of policies that are written as JSON: in a heredoc, or in a file of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence

from auditor.fixes.edit import NotEditableError
from auditor.fixes.render.inexpressible import settle
from auditor.fixes.render.terraform_scope import Scope
from auditor.fixes.terraform.changes import Changes
from auditor.fixes.terraform.place import indent_at
from auditor.iam.document import Pattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.iam.text import Text
from auditor.iam.writing import statement_node
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.places import Anchor, Places
from auditor.sources.terraform.language.expression import Piece, Template
from auditor.sources.terraform.language.syntax import SyntaxFile

_STEP = "  "
_WIDTH = 90


class JsonText(Frozen):
    """A JSON text inside a file: `start` is its first byte. In a heredoc `scope` tells what can be
    named in it; in a file of its own (None) nothing can."""

    file: SyntaxFile
    start: int
    text: str
    scope: Scope | None

    def offset(self, characters: int) -> int:
        return self.start + len(self.text[:characters].encode())

    def span(self, node: Node) -> tuple[int, int]:
        """The bytes of a value."""
        return self.offset((node.origin.column or 1) - 1), self.offset((node.origin.end_column or 1) - 1)

    def source(self, node: Node) -> str:
        start, end = self.span(node)
        return self.file.source(start, end)

    def string(self, value: Text) -> str:
        """A text as a JSON string. Raises NotEditableError where it cannot be named here."""
        if self.scope is None:
            literal = settle(value).literal
            if literal is None:
                raise NotEditableError(f"`{self.file.file}` can name only what is known")
            return json.dumps(literal, ensure_ascii=False)
        written = self.scope.expression(value).source
        if "\\" in written:
            raise NotEditableError("a name with characters that JSON and Terraform escape differently")
        return written if written.startswith('"') else '"${' + written + '}"'


def heredoc_text(file: SyntaxFile, template: Template, scope: Scope) -> JsonText:
    """The JSON text of a heredoc; its interpolations are masked by values of the same length."""
    first = file.content.index(b"\n", template.start) + 1
    masked = bytearray(file.content[first : template.end])
    last = masked.rindex(b"\n")
    del masked[last:]
    for part in template.parts:
        if isinstance(part, Piece):
            continue
        start, end = _interpolation(file, part.start, part.end)
        inside = _in_string(masked, start - first)
        masked[start - first : end - first] = b"x" * (end - start) if inside else b"0".ljust(end - start)
    return JsonText(file, first, masked.decode(), scope)


def _interpolation(file: SyntaxFile, start: int, end: int) -> tuple[int, int]:
    """The bytes of `${ ... }` around an expression."""
    opening, closing = file.content.rfind(b"${", 0, start), file.content.find(b"}", end)
    if opening < 0 or closing < 0:
        raise NotEditableError("the heredoc has directives")
    return opening, closing + 1


def _in_string(masked: bytearray, at: int) -> bool:
    inside, index = False, 0
    while index < at:
        if masked[index] == ord("\\"):
            index += 1
        elif masked[index] == ord('"'):
            inside = not inside
        index += 1
    return inside


class JsonEdit(Frozen):
    """Edits a statement of a JSON text."""

    text: JsonText
    changes: Changes

    def edit(self, old: Statement, at: int, by: Sequence[Statement], nearest: Statement | None) -> None:
        """Put `by` in the place of the statement that begins at byte `at`; `nearest` is the one
        of them that it becomes by other actions and resources alone. Raises NotEditableError."""
        found, around = self._find(at)
        rest = [statement for statement in by if statement is not nearest]
        file, (start, end) = self.text.file, self.text.span(found)
        indent = indent_at(file, start)
        if nearest is not None:
            self._change(found, "Action", old.not_action, old.actions, nearest.actions)
            self._change(found, "Resource", old.not_resource, old.resources or (), nearest.resources or ())
        elif rest:
            self.changes.put(file, start, end, self._dump(statement_node(rest.pop(0)), indent))
        else:
            self._remove(found, around)
        written = [self._dump(statement_node(statement), indent) for statement in rest]
        if written and around is None:
            self.changes.put(file, start, start, "[")
            self.changes.put(file, end, end, "".join(f", {one}" for one in written) + "]")
        elif written:
            self.changes.put(file, end, end, "".join(f",\n{indent}{one}" for one in written))

    def _find(self, at: int) -> tuple[Node, Node | None]:
        """The object that begins at a byte, and the list around it."""
        try:
            document = parse_json(self.text.text, Places((Anchor(0, 1, 1),)))
        except SourceError as error:
            raise NotEditableError("its JSON cannot be followed through the template") from error
        waiting: list[tuple[Node, Node | None]] = [(document, None)]
        while waiting:
            node, around = waiting.pop()
            if node.members is not None and self.text.span(node)[0] == at:
                return node, around
            waiting += [(item, node) for item in node.items or ()]
            waiting += [(member.value, None) for member in node.members or ()]
        raise NotEditableError("the statement is made by the template")

    def _change(
        self, found: Node, name: str, negated: bool, old: tuple[Pattern, ...], new: tuple[Pattern, ...]
    ) -> None:
        if {pattern.text for pattern in old} == {pattern.text for pattern in new}:
            return
        held = found.members.get(f"Not{name}" if negated else name) if found.members is not None else None
        if held is None:
            raise NotEditableError(f"the statement has no `{name}`")
        items = held.items if held.items is not None else (held,)
        kept = {old[i].text: self.text.source(item) for i, item in enumerate(items)} if len(items) == len(old) else {}
        written = [kept.get(pattern.text) or self.text.string(pattern.text) for pattern in new]
        start, end = self.text.span(held)
        if held.items is None and len(written) == 1:
            by = written[0]
        else:
            on_lines = b"\n" in self.text.file.content[start:end]
            by = self._list(written, indent_at(self.text.file, start), on_lines=on_lines)
        self.changes.put(self.text.file, start, end, by)

    def _list(self, written: Sequence[str], indent: str, *, on_lines: bool = False) -> str:
        """A list on one line where it is short, else an item a line."""
        line = f"[{', '.join(written)}]"
        if not on_lines and len(indent) + len(line) <= _WIDTH:
            return line
        return "[\n" + ",\n".join(f"{indent}{_STEP}{one}" for one in written) + f"\n{indent}]"

    def _remove(self, found: Node, around: Node | None) -> None:
        items = around.items if around is not None and around.items is not None else ()
        if len(items) < 2:
            raise NotEditableError("nothing would be left in the policy")
        index = items.index(found)
        if index + 1 < len(items):
            span = self.text.span(found)[0], self.text.span(items[index + 1])[0]
        else:
            span = self.text.span(items[index - 1])[1], self.text.span(found)[1]
        self.changes.put(self.text.file, *span, "")

    def _dump(self, node: Node, indent: str) -> str:
        """A value as JSON, its further lines behind `indent`; lists of one line where they are short."""
        value, inner = node.value, indent + _STEP
        if isinstance(value, Text):
            return self.text.string(value)
        if isinstance(value, Members):
            members = (f"{inner}{self.text.string(m.key)}: {self._dump(m.value, inner)}" for m in value)
            return "{\n" + ",\n".join(members) + f"\n{indent}}}"
        if isinstance(value, tuple):
            return self._list([self._dump(item, inner) for item in value], indent)
        return json.dumps(value)
