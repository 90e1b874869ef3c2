"""The actions or resources of a statement, edited where their values are written."""

from __future__ import annotations

from collections.abc import Callable

from auditor.estate.estate import Estate
from auditor.fixes.edit import NotEditableError
from auditor.fixes.render.hcl import Raw, Value, write_value
from auditor.fixes.render.terraform_policy import documented
from auditor.fixes.render.terraform_scope import Scope
from auditor.fixes.terraform.changes import Changes
from auditor.fixes.terraform.naming import constant, scope_of
from auditor.fixes.terraform.place import indent_at
from auditor.fixes.terraform.readers import require_audited_readers, value_at
from auditor.fixes.terraform.tree import Spot, Tree
from auditor.iam.document import Pattern
from auditor.iam.frozen import Frozen
from auditor.iam.text import Text
from auditor.sources.terraform.language.block import Attribute
from auditor.sources.terraform.language.expression import Expression, TupleOf
from auditor.sources.terraform.language.syntax import SyntaxFile


class Held(Frozen):
    """The expression that says the patterns of one element: that of the argument or key `name`
    in `file`, whose line begins with `indent`."""

    file: SyntaxFile
    name: str
    expression: Expression
    indent: str
    attribute: Attribute


class PatternEdit(Frozen):
    """Puts patterns in the place of others. `module` is that of the statement, `as_list` tells
    that its argument takes lists alone."""

    estate: Estate
    tree: Tree
    changes: Changes
    module: str
    as_list: bool

    def at_source(self, held: Held, old: tuple[Pattern, ...], new: tuple[Pattern, ...]) -> None:
        """Edit where the values that go are written, be that in a local value, the default of a
        variable or the argument of a module."""
        texts = {pattern.text for pattern in new}
        gone = [pattern for pattern in old if pattern.text not in texts]
        if not gone or all(_within(pattern, held.file, held.expression) for pattern in gone):
            self.at_statement(held, old, new)
            return
        if len(gone) != 1:
            raise NotEditableError("the values that go are written in several places")
        before = {pattern.text for pattern in old}
        self._elsewhere(gone[0], [pattern for pattern in new if pattern.text not in before])

    def at_statement(self, held: Held, old: tuple[Pattern, ...], new: tuple[Pattern, ...]) -> None:
        """Say the new values in the statement itself; items that stay, stay as they are written."""
        scope = self._scope(self.module)
        listed = held.expression.items if isinstance(held.expression, TupleOf) else (held.expression,)
        written = {
            pattern.text: Raw(held.file.source(item.start, item.end))
            for item in listed
            for pattern in old
            if pattern.origin == held.file.origin(item.start, item.end, pattern.origin.address)
        }
        items = tuple(written.get(p.text) or self._write(p.text, scope) for p in new)
        gone = [i for i in listed if not any(written.get(p.text) == Raw(held.file.source(i.start, i.end)) for p in new)]
        if isinstance(held.expression, TupleOf) and _on_lines(held) and len(gone) < len(listed):
            self._change_items(held, held.expression, gone, [i for i in items if i not in written.values()])
        else:
            self._replace(held, items)
        self._note(self.module, scope)

    def _change_items(self, held: Held, items: TupleOf, gone: list[Expression], added: list[Raw]) -> None:
        kept = [item for item in items.items if item not in gone]
        if added:
            self.changes.add_items(held.attribute, items, [new.source for new in added], kept[-1])
        if gone:
            self.changes.remove_items(held.attribute, items, gone)

    def _replace(self, held: Held, items: tuple[Raw, ...]) -> None:
        value: Value = items if self.as_list or len(items) != 1 else items[0]
        by = write_value(held.name, value, held.indent)
        self.changes.put(held.file, held.expression.start, held.expression.end, by)

    def _elsewhere(self, gone: Pattern, added: list[Pattern]) -> None:
        spot = self.tree.spot(gone.origin)
        if spot.attribute is None or not spot.expressions:
            raise NotEditableError("the value is written outside of every argument")
        own = spot.expressions[-1]
        around = spot.expressions[-2] if len(spot.expressions) > 1 else None
        if spot.file.origin(own.start, own.end, gone.origin.address) != gone.origin:
            raise NotEditableError("the value is a part of another one")
        if len(added) > 1 and not isinstance(around, TupleOf):
            raise NotEditableError("several values would stand where one is written")
        write = self._writer(spot)
        written = [write(pattern.text).source for pattern in added]
        if not written:
            if not isinstance(around, TupleOf):
                raise NotEditableError("nothing would be left where the value is written")
            self.changes.remove_items(spot.attribute, around, [own])
            return
        separator = (
            ",\n" + indent_at(spot.file, own.start) if isinstance(around, TupleOf) and _spread(spot, around) else ", "
        )
        self.changes.put(spot.file, own.start, own.end, separator.join(written))

    def _writer(self, spot: Spot) -> Callable[[Text], Raw]:
        module = self.tree.module_of(spot.file.file, self.module)
        require_audited_readers(self.tree, value_at(spot, module))
        if spot.blocks and spot.blocks[0].type == "variable":
            return constant
        scope = self._scope(module)

        def write(value: Text) -> Raw:
            written = self._write(value, scope)
            self._note(module, scope)
            return written

        return write

    def _write(self, value: Text, scope: Scope) -> Raw:
        return documented(value, scope) if self.as_list else scope.expression(value)

    def _scope(self, module: str) -> Scope:
        return scope_of(module, self.estate, self.tree)

    def _note(self, module: str, scope: Scope) -> None:
        self.changes.data |= {(module, type_) for type_ in scope.data}


def _within(pattern: Pattern, file: SyntaxFile, expression: Expression) -> bool:
    origin = pattern.origin
    if origin.file != file.file or origin.line is None or origin.column is None:
        return False
    return expression.start <= file.offset(origin.line, origin.column) < expression.end


def _on_lines(held: Held) -> bool:
    return b"\n" in held.file.content[held.expression.start : held.expression.end]


def _spread(spot: Spot, items: TupleOf) -> bool:
    return b"\n" in spot.file.content[items.start : items.items[0].start]
