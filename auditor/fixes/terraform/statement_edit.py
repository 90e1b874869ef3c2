"""Statements of policies, edited where they stand: a `statement` block of an
aws_iam_policy_document, an object in `jsonencode`, or JSON."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.estate.estate import Estate
from auditor.fixes.edit import NotEditableError
from auditor.fixes.operation import ReplaceStatement, ReplaceTrust
from auditor.fixes.render.address import parse_address
from auditor.fixes.render.hcl import Block as NewBlock
from auditor.fixes.render.hcl import Value, write_items, write_value
from auditor.fixes.render.terraform_policy import statement_block, written_node
from auditor.fixes.terraform.changes import Changes, indent_inside
from auditor.fixes.terraform.json_edit import JsonEdit, JsonText, heredoc_text
from auditor.fixes.terraform.naming import scope_of
from auditor.fixes.terraform.pattern_edit import Held, PatternEdit
from auditor.fixes.terraform.place import indent_at
from auditor.fixes.terraform.readers import require_audited_readers, require_audited_readers_of_file, value_at
from auditor.fixes.terraform.tree import Spot, Tree
from auditor.iam.document import Pattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.writing import statement_node
from auditor.sources.terraform.language.block import Block
from auditor.sources.terraform.language.expression import Literal, Name, ObjectOf, Template, TupleOf
from auditor.sources.terraform.language.syntax import SyntaxFile

_DOCUMENT = "aws_iam_policy_document"


class StatementEdit(Frozen):
    """Edits statements. With `at_statement` values are said in the statement itself, also where
    they are written elsewhere now: in a local value that others share, say."""

    estate: Estate
    tree: Tree
    changes: Changes
    at_statement: bool = False

    def edit(self, operation: ReplaceStatement | ReplaceTrust) -> None:
        """Carry an operation out. Raises NotEditableError and InexpressibleError."""
        old = operation.statement
        if old is not None:
            self._edit(old, operation.by, _nearest(old, operation.by))
            return
        trust = operation.role.trust
        beside = trust.statements[-1] if trust is not None and trust.statements else None
        if beside is None:
            raise NotEditableError("the trust policy has no statement to stand beside")
        self._edit(beside, (beside, *operation.by), beside)

    def _edit(self, old: Statement, by: tuple[Statement, ...], nearest: Statement | None) -> None:
        if old.origin.file is not None and not old.origin.file.endswith(".tf"):
            self._edit_file(old, by, nearest)
            return
        spot = self.tree.spot(old.origin)
        module = self._module(spot, old)
        innermost = spot.expressions[-1] if spot.expressions else None
        require_audited_readers(self.tree, value_at(spot, module))
        if isinstance(innermost, ObjectOf):
            self._edit_object(spot, module, old, by, nearest)
        elif isinstance(innermost, Template) and innermost.heredoc:
            scope = scope_of(module, self.estate, self.tree)
            text = heredoc_text(spot.file, innermost, scope)
            JsonEdit(text, self.changes).edit(old, _start(spot.file, old), by, nearest)
            self.changes.data |= {(module, type_) for type_ in scope.data}
        elif innermost is None and _is_statement(spot.blocks):
            self._edit_block(spot.blocks, module, old, by, nearest)
        else:
            raise NotEditableError(f"the statement at `{old.origin}` is no block and no object of its own")

    def _edit_file(self, old: Statement, by: tuple[Statement, ...], nearest: Statement | None) -> None:
        assert old.origin.file is not None, "_edit looked"
        file = self.tree.file(old.origin.file)
        require_audited_readers_of_file(self.tree, file.file)
        text = JsonText(file, 0, file.content.decode(), None)
        JsonEdit(text, self.changes).edit(old, _start(file, old), by, nearest)

    def _module(self, spot: Spot, old: Statement) -> str:
        return self.tree.module_of(spot.file.file, parse_address(old.origin.address or "").module)

    def _edit_block(
        self, blocks: Sequence[Block], module: str, old: Statement, by: tuple[Statement, ...], nearest: Statement | None
    ) -> None:
        block, document = blocks[-1], blocks[-2]
        rest = [self._block(statement, module) for statement in by if statement is not nearest]
        indent = indent_at(block.file, block.start)
        if nearest is not None:
            for name, before, after in _elements(old, nearest, ("actions", "resources")):
                self._change(_argument(block, name), module, before, after, as_list=True)
        elif not rest:
            if sum(1 for _ in document.blocks_of("statement")) == 1:
                raise NotEditableError("nothing would be left in the policy")
            self.changes.remove(block.file, block.start, block.end)
        else:
            written = write_items([rest.pop(0)], indent)[len(indent) :]
            self.changes.put(block.file, block.start, block.end, written)
        for new in rest:
            self.changes.insert_behind(block.file, block.end, [new], indent)

    def _edit_object(
        self, spot: Spot, module: str, old: Statement, by: tuple[Statement, ...], nearest: Statement | None
    ) -> None:
        held = spot.expressions[-1]
        around = spot.expressions[-2] if len(spot.expressions) > 1 else None
        assert isinstance(held, ObjectOf), "edit looked"
        assert spot.attribute is not None, "an object stands in an argument"
        rest = [statement for statement in by if statement is not nearest]
        indent = indent_at(spot.file, held.start)
        if nearest is not None:
            for name, before, after in _elements(old, nearest, ("Action", "Resource")):
                self._change(_member(spot, held, name), module, before, after, as_list=False)
        elif not rest:
            if not isinstance(around, TupleOf) or len(around.items) == 1:
                raise NotEditableError("nothing would be left in the policy")
            self.changes.remove_items(spot.attribute, around, [held])
            return
        else:
            self.changes.put(spot.file, held.start, held.end, self._object(rest.pop(0), module, indent))
        more = [self._object(statement, module, indent) for statement in rest]
        if more and isinstance(around, TupleOf):
            self.changes.add_items(spot.attribute, around, more, held)
        elif more:
            self.changes.put(spot.file, held.start, held.start, "[")
            self.changes.put(spot.file, held.end, held.end, f", {', '.join(more)}]")

    def _change(
        self, held: Held, module: str, old: tuple[Pattern, ...], new: tuple[Pattern, ...], *, as_list: bool
    ) -> None:
        edit = PatternEdit(self.estate, self.tree, self.changes, module, as_list)
        if self.at_statement:
            edit.at_statement(held, old, new)
        else:
            edit.at_source(held, old, new)

    def _block(self, statement: Statement, module: str) -> NewBlock:
        scope = scope_of(module, self.estate, self.tree)
        made = statement_block(statement, scope)
        self.changes.data |= {(module, type_) for type_ in scope.data}
        return made

    def _object(self, statement: Statement, module: str, indent: str) -> str:
        scope = scope_of(module, self.estate, self.tree)
        value: Value = written_node(statement_node(statement), scope)
        self.changes.data |= {(module, type_) for type_ in scope.data}
        return write_value("", value, indent)


def _start(file: SyntaxFile, statement: Statement) -> int:
    origin = statement.origin
    if origin.line is None or origin.column is None:
        raise NotEditableError("where it is written is not known")
    return file.offset(origin.line, origin.column)


def _is_statement(blocks: Sequence[Block]) -> bool:
    types = [block.type for block in blocks]
    return types == ["data", "statement"] and blocks[0].labels[:1] == (_DOCUMENT,)


def _nearest(old: Statement, by: Sequence[Statement]) -> Statement | None:
    """The statement that the old one is edited into: one that differs from it in actions and
    resources alone, and shares the most actions with it."""
    alike = [statement for statement in by if _frame(statement) == _frame(old)]
    actions = {pattern.text for pattern in old.actions}
    return max(alike, key=lambda s: len(actions & {p.text for p in s.actions}), default=None)


def _frame(statement: Statement) -> tuple[object, ...]:
    principals = statement.principals and frozenset((p.kind, p.text) for p in statement.principals)
    conditions = frozenset((str(c.operator), c.key, frozenset(v.text for v in c.values)) for c in statement.conditions)
    negated = (statement.not_action, statement.not_resource, statement.not_principal)
    return (statement.effect, principals, conditions, negated, statement.resources is None)


def _elements(
    old: Statement, new: Statement, names: tuple[str, str]
) -> list[tuple[str, tuple[Pattern, ...], tuple[Pattern, ...]]]:
    """The elements that change, by the names that the source gives them."""
    action, resource = names
    negation = ("not_", "not_") if action.islower() else ("Not", "Not")
    pairs = [((negation[0] if old.not_action else "") + action, old.actions, new.actions)]
    if old.resources is not None and new.resources is not None:
        pairs.append(((negation[1] if old.not_resource else "") + resource, old.resources, new.resources))
    return [pair for pair in pairs if {p.text for p in pair[1]} != {p.text for p in pair[2]}]


def _argument(block: Block, name: str) -> Held:
    held = block.attributes.get(name)
    if held is None:
        raise NotEditableError(f"the statement has no `{name}`")
    return Held(held.file, name, held.expression, indent_inside(block), held)


def _member(spot: Spot, held: ObjectOf, name: str) -> Held:
    assert spot.attribute is not None, "an object stands in an argument"
    for key, value in held.items:
        written = key.name if isinstance(key, Name) else key.value if isinstance(key, Literal) else None
        if written == name:
            return Held(spot.file, name, value, indent_at(spot.file, value.start), spot.attribute)
    raise NotEditableError(f"the statement has no `{name}`")
