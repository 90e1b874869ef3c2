"""From tree-sitter's nodes to expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from auditor.sources.terraform.language.depth import DEEPEST, TooDeepError
from auditor.sources.terraform.language.expression import (
    AttributeStep,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    IndexStep,
    Literal,
    Name,
    ObjectOf,
    SplatStep,
    Step,
    Template,
    Traversal,
    TupleOf,
    Unary,
    Unreadable,
)
from auditor.sources.terraform.language.template_syntax import heredoc_parts, quoted_parts, unescape

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_MOST_SPLATS = 20
"""How many splats may follow each other; each stands inside the one before."""
_POSTFIX = frozenset({"get_attr", "index", "splat"})
_WRAPPERS = frozenset({"expression", "literal_value", "collection_value", "operation", "template_expr", "for_expr"})


class Converter:
    """Converts the syntax nodes of one text. Raises TooDeepError."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.depth = 0

    def convert(self, node: SyntaxNode) -> Expression:
        while (kind := node.type) in _WRAPPERS:
            children = node.children
            if len(children) != 1:
                children = _significant(node)
                if len(children) != 1:
                    return self._sequence(children, node)
            node = children[0]
        handler = _HANDLERS.get(kind)
        if handler is None:
            return Unreadable(f"`{self._text(node)[:40]}` is not understood", node.start_byte, node.end_byte)
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeepError(node.start_byte)
        try:
            return handler(self, node)
        finally:
            self.depth -= 1

    def _text(self, node: SyntaxNode) -> str:
        return self.content[node.start_byte : node.end_byte].decode()

    def _sequence(self, children: Sequence[SyntaxNode], whole: SyntaxNode) -> Expression:
        """A primary with the accesses after it: `( e )`, `name.attribute[0]`, `f(x)[*].y`."""
        if not children:
            return Unreadable("an expression is missing", whole.start_byte, whole.end_byte)
        if children[0].type == "(" and len(children) > 2:
            base = self.convert(children[1])
            rest = children[3:]
        else:
            base = self.convert(children[0])
            rest = children[1:]
        if not rest:
            return base
        splats = sum(child.type == "splat" for child in rest)
        if splats > _MOST_SPLATS or any(child.type not in _POSTFIX for child in rest):
            return Unreadable("the expression is not understood", whole.start_byte, whole.end_byte)
        return Traversal(base, self._steps(rest), children[0].start_byte, rest[-1].end_byte)

    def _steps(self, nodes: Sequence[SyntaxNode]) -> tuple[Step, ...]:
        steps: list[Step] = []
        for position, node in enumerate(nodes):
            inner = _significant(node)
            match node.type:
                case "get_attr":
                    steps.append(AttributeStep(self._text(inner[-1])))
                case "index":
                    steps.append(self._index(inner[0]))
                case _:
                    splat = inner[0]
                    each = self._steps(_significant(splat)[1:])
                    full = splat.type == "full_splat"
                    if full:
                        # All that follows is asked of each element, further splats too.
                        steps.append(SplatStep((*each, *self._steps(nodes[position + 1 :]))))
                        break
                    own = _leading_attributes(each)
                    steps.append(SplatStep(each[:own]))
                    steps.extend(each[own:])
        return tuple(steps)

    def _index(self, node: SyntaxNode) -> IndexStep:
        inner = _significant(node)
        if node.type == "legacy_index":
            digits = self._text(node).lstrip(".")
            return IndexStep(Literal(int(digits), node.start_byte, node.end_byte))
        return IndexStep(self.convert(inner[1]))

    def _constant(self, node: SyntaxNode) -> Expression:
        value = None if node.type == "null_lit" else self._text(node) == "true"
        return Literal(value, node.start_byte, node.end_byte)

    def _quoted(self, node: SyntaxNode) -> Expression:
        parts = quoted_parts(node, self.content, self.convert)
        return Template(parts, False, node.start_byte, node.end_byte)

    def _heredoc(self, node: SyntaxNode) -> Expression:
        parts = heredoc_parts(node, self.content, self.convert)
        return Template(parts, True, node.start_byte, node.end_byte)

    def _name(self, node: SyntaxNode) -> Expression:
        return Name(self._text(node), node.start_byte, node.end_byte)

    def _string(self, node: SyntaxNode) -> Expression:
        raw = self.content[node.start_byte + 1 : node.end_byte - 1].decode()
        return Literal(unescape(raw), node.start_byte, node.end_byte)

    def _number(self, node: SyntaxNode) -> Expression:
        written = self._text(node)
        value = int(written) if written.isdigit() and len(written) <= 400 else float(written)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e300:
            value = int(value)
        return Literal(value, node.start_byte, node.end_byte)

    def _tuple(self, node: SyntaxNode) -> Expression:
        items = tuple(self.convert(child) for child in node.children if child.type == "expression")
        return TupleOf(items, node.start_byte, node.end_byte)

    def _object(self, node: SyntaxNode) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        for child in node.children:
            if child.type != "object_elem":
                continue
            key, value = (part for part in child.children if part.type == "expression")
            converted = self.convert(key)
            if isinstance(converted, Name) and not self._text(key).startswith("("):
                converted = Literal(converted.name, converted.start, converted.end)
            items.append((converted, self.convert(value)))
        return ObjectOf(tuple(items), node.start_byte, node.end_byte)

    def _call(self, node: SyntaxNode) -> Expression:
        arguments: tuple[Expression, ...] = ()
        expand = False
        for child in node.children:
            if child.type == "function_arguments":
                arguments = tuple(self.convert(part) for part in child.children if part.type == "expression")
                expand = any(part.type == "ellipsis" for part in child.children)
        name = "".join(self._text(node.children[0]).split())
        return Call(name, arguments, expand, node.start_byte, node.end_byte)

    def _for(self, node: SyntaxNode) -> Expression:
        children = _significant(node)
        intro = next(child for child in children if child.type == "for_intro")
        words = [self._text(child) for child in intro.children if child.type == "identifier"]
        collection = next(child for child in intro.children if child.type == "expression")
        results = [child for child in children if child.type == "expression"]
        condition = next((child for child in children if child.type == "for_cond"), None)
        tested = next((c for c in condition.children if c.type == "expression"), None) if condition else None
        return For(
            words[0] if len(words) > 1 else None,
            words[-1],
            self.convert(collection),
            self.convert(results[0]) if len(results) > 1 else None,
            self.convert(results[-1]),
            self.convert(tested) if tested else None,
            any(child.type == "ellipsis" for child in children),
            node.start_byte,
            node.end_byte,
        )

    def _unary(self, node: SyntaxNode) -> Expression:
        operator, *operand = _significant(node)
        return Unary(self._text(operator), self._sequence(operand, node), node.start_byte, node.end_byte)

    def _binary(self, node: SyntaxNode) -> Expression:
        children = _significant(node)
        at = next(i for i, child in enumerate(children) if not child.is_named and child.type not in ("(", ")"))
        left = self._sequence(children[:at], node)
        right = self._sequence(children[at + 1 :], node)
        return Binary(children[at].type, left, right, node.start_byte, node.end_byte)

    def _conditional(self, node: SyntaxNode) -> Expression:
        condition, then, otherwise = (child for child in _significant(node) if child.type == "expression")
        return Conditional(
            self.convert(condition), self.convert(then), self.convert(otherwise), node.start_byte, node.end_byte
        )


_HANDLERS: dict[str, Callable[[Converter, SyntaxNode], Expression]] = {
    "string_lit": Converter._string,
    "numeric_lit": Converter._number,
    "bool_lit": Converter._constant,
    "null_lit": Converter._constant,
    "quoted_template": Converter._quoted,
    "heredoc_template": Converter._heredoc,
    "variable_expr": Converter._name,
    "tuple": Converter._tuple,
    "object": Converter._object,
    "function_call": Converter._call,
    "for_tuple_expr": Converter._for,
    "for_object_expr": Converter._for,
    "unary_operation": Converter._unary,
    "binary_operation": Converter._binary,
    "conditional": Converter._conditional,
}


def _significant(node: SyntaxNode) -> list[SyntaxNode]:
    children = node.children
    return [child for child in children if child.type != "comment"] if len(children) > 1 else children


def _leading_attributes(steps: Sequence[Step]) -> int:
    """How many of the steps after `.*` belong to it: attributes, up to the first index."""
    for position, step in enumerate(steps):
        if not isinstance(step, AttributeStep):
            return position
    return len(steps)
