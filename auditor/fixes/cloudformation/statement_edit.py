"""Statements of policies, edited where they stand: what stays of a statement stays as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.fixes.cloudformation.changes import Changes, is_alias, require_inside
from auditor.fixes.cloudformation.scope import Scope
from auditor.fixes.cloudformation.tree import TemplateFile, function_of, member_of
from auditor.fixes.cloudformation.writing import Kept, Written
from auditor.fixes.edit import NotEditableError
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text
from auditor.iam.writing import statement_node


class StatementEdit(Frozen):
    """Turns a statement of a file into another one. Values are edited where they are written, behind
    an alias or in a branch of `Fn::If` too; with `here` they are said in the statement instead."""

    file: TemplateFile
    scope: Scope
    changes: Changes
    values: dict[Origin, Text]
    here: bool

    def edit(self, node: Node, new: Statement) -> None:
        """Edit the statement that `node` is. Raises NotEditableError and InexpressibleError."""
        wanted = statement_node(new)
        self._object(node, wanted, keep=("Sid",))

    def _object(self, node: Node, wanted: Node, keep: Sequence[str] = ()) -> None:
        held, names = tuple(node.members or ()), [str(member.key) for member in wanted.members or ()]
        for member in held:
            if str(member.key) not in (*names, *keep):
                self.changes.remove_member(self.file, node, member)
        for member in wanted.members or ():
            name = str(member.key)
            old = member_of(node, name)
            if old is not None:
                self._member(old, member.value)
            elif name not in keep:
                self.changes.add_member(self.file, node, name, self.scope.write_node(member.value))

    def _member(self, member: Member, wanted: Node) -> None:
        node = member.value
        if self._same(node, wanted):
            return
        if self.here and (is_alias(self.file, member) or function_of(node) is not None):
            self.changes.replace_member(self.file, member, self.scope.write_node(wanted))
            return
        branch = self._branch(node)
        if branch is not None:
            self._branch_becomes(branch, wanted)
        elif node.members is not None and function_of(node) is None and wanted.members is not None:
            self._object(node, wanted)
        elif node.items is not None and wanted.members is None:
            self._list(node, wanted.items if wanted.items is not None else (wanted,))
        elif wanted.items is not None:
            self.changes.replace_member(self.file, member, [self._kept(node, item) for item in wanted.items])
        elif is_alias(self.file, member) or wanted.members is not None:
            self._replace_whole(member, wanted)
        else:
            self.changes.replace_member(self.file, member, self.scope.write_node(wanted))

    def _replace_whole(self, member: Member, wanted: Node) -> None:
        if is_alias(self.file, member) and wanted.text is not None:
            self.changes.replace_item(self.file, member.value, self.scope.write(wanted.text))
        else:
            self.changes.replace_member(self.file, member, self.scope.write_node(wanted))

    def _list(self, node: Node, wanted: Sequence[Node]) -> None:
        """Items that stay, stay; of the others, as many as there are take the place of those that go."""
        items = node.items or ()
        texts = [self._text(item) for item in items]
        new = [item for item in wanted if item.text is None or item.text not in texts]
        kept = {item.text for item in wanted if item.text is not None}
        gone = [item for item, text in zip(items, texts, strict=True) if text is None or text not in kept]
        if not new and len(gone) == len(items):
            raise NotEditableError("nothing would be left of a list")
        for item, by in zip(gone, new, strict=False):
            require_inside(self.file, node, item)
            self.changes.replace_item(self.file, item, self.scope.write_node(by))
        if len(new) > len(gone):
            self.changes.add_items(self.file, node, [self.scope.write_node(by) for by in new[len(gone) :]])
        elif len(gone) > len(new):
            self.changes.remove_items(self.file, node, gone[len(new) :])

    def _branch(self, node: Node) -> Node | None:
        """The branch of `Fn::If` that the statement's value stands in."""
        called = function_of(node)
        if called is None or called[0] != "Fn::If" or len(called[1].items or ()) != 3:
            return None
        branches = [branch for branch in (called[1].items or ())[1:] if self._known(branch)]
        return branches[0] if len(branches) == 1 else None

    def _branch_becomes(self, branch: Node, wanted: Node) -> None:
        if branch.items is not None:
            self._list(branch, wanted.items if wanted.items is not None else (wanted,))
        elif wanted.text is not None:
            self.changes.replace_item(self.file, branch, self.scope.write(wanted.text))
        else:
            raise NotEditableError("several values would stand where one is written")

    def _known(self, node: Node) -> bool:
        """Whether a value of the statement is written in a node."""
        return self._at(node) is not None or any(self._known(item) for item in node.items or ())

    def _kept(self, node: Node, item: Node) -> Written:
        if item.text is not None and item.text == self._text(node):
            return Kept(self.file.source(node.origin))
        return self.scope.write_node(item)

    def _same(self, node: Node, wanted: Node) -> bool:
        """Whether a node already says what is wanted, a single value as good as a list of one."""
        if wanted.members is not None:
            held = tuple(node.members or ())
            return [str(m.key) for m in held] == [str(m.key) for m in wanted.members] and all(
                self._same(one.value, other.value) for one, other in zip(held, wanted.members, strict=True)
            )
        mine = node.items if node.items is not None else (node,)
        others = wanted.items if wanted.items is not None else (wanted,)
        return [self._text(item) for item in mine] == [item.text for item in others]

    def _text(self, node: Node) -> Text | None:
        """What a node comes to; None where it is no value of the statement."""
        known = self._at(node)
        return known if known is not None else node.text

    def _at(self, node: Node) -> Text | None:
        return self.values.get(node.origin.at(None))


def values_of(statement: Statement) -> dict[Origin, Text]:
    """What the values of a statement come to, by where they are written."""
    return {origin.at(None): text for origin, text in _values(statement)}


def _values(statement: Statement) -> Iterator[tuple[Origin, Text]]:
    for pattern in (*statement.actions, *(statement.resources or ())):
        yield pattern.origin, pattern.text
    for principal in statement.principals or ():
        yield principal.origin, principal.text
    for condition in statement.conditions:
        for value in condition.values:
            yield value.origin, value.text
