"""Evaluates expressions symbolically: what is not known becomes a hole and all else stays.

Every evaluation ends in a node. Where Terraform would refuse an expression, the smallest part
that can be told apart (an element, a member, an interpolation) becomes a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace

from auditor.estate.estate import Skipped
from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.display import display_path
from auditor.sources.terraform.evaluation.frame import Frame, Referent
from auditor.sources.terraform.evaluation.loops import evaluate_for
from auditor.sources.terraform.evaluation.operators import apply_binary, apply_unary
from auditor.sources.terraform.evaluation.template import evaluate_template
from auditor.sources.terraform.evaluation.unify import unify
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    SetOf,
    Spread,
    as_bool,
    as_integer,
    as_open_elements,
    as_string,
    as_text,
    describe,
    fingerprint,
    is_null,
)
from auditor.sources.terraform.language import expression as ast
from auditor.sources.terraform.language.expression import Expression

if TYPE_CHECKING:
    from auditor.sources.terraform.evaluation.files import FileReader

DEEPEST = 400
"""How many expressions may be evaluated inside each other, through all references."""

MOST_STEPS = 200_000
"""Steps of one reading, beside one for every few bytes of its files and some for each module that is
called. A thousand functions take about fifty thousand; one call of a large public module takes a
few hundred."""
_BYTES_A_STEP = 4
_LARGEST_SIDE = 1_000
"""Parts of the largest value that a condition changes to the type of its other side."""
_LONGEST_NAME = 200

_REFERENCE = re.compile(r'[\w.\-"\[\]*]+')


class Evaluator:
    """Evaluates in frames. `book` takes the holes; `files` reads for functions."""

    def __init__(self, book: HoleBook, files: FileReader) -> None:
        self.book = book
        self.files = files
        self._depth = 0
        self._steps = 0
        self._most = MOST_STEPS
        self._strict = False
        self._handlers: dict[type, Callable[[Any, Frame], Node]] = {
            ast.Literal: self._literal,
            ast.Template: self._template,
            ast.TupleOf: self._tuple,
            ast.ObjectOf: self._object,
            ast.Name: self._name,
            ast.Traversal: self._traversal,
            ast.Call: self._call,
            ast.For: lambda part, frame: evaluate_for(self, part, frame),
            ast.Conditional: self._conditional,
            ast.Unary: self._unary,
            ast.Binary: self._binary,
            ast.Embedded: lambda part, frame: self.evaluate(part.expression, replace(frame, file=part.file)),
            ast.Unreadable: self._unreadable,
        }

    def value(self, part: Expression, frame: Frame) -> Node:
        """The value of an expression, a hole where it has none. Never raises."""
        before, self._strict = self._strict, False
        try:
            return self.part(part, frame)
        finally:
            self._strict = before

    def part(self, part: Expression, frame: Frame) -> Node:
        """The value of a part of something larger: a failure costs this part alone, but inside
        `try` it raises EvaluationError."""
        if self._strict:
            return self.evaluate(part, frame)
        try:
            return self.evaluate(part, frame)
        except EvaluationError:
            return self.unknown(part, frame)

    def attempt(self, part: Expression, frame: Frame) -> Node:
        """The value of an expression. Raises EvaluationError for a mistake anywhere in it."""
        before, self._strict = self._strict, True
        try:
            return self.evaluate(part, frame)
        finally:
            self._strict = before

    def evaluate(self, part: Expression, frame: Frame) -> Node:
        """The value of an expression. Raises EvaluationError where Terraform would refuse it as a whole."""
        if self._depth >= DEEPEST:
            raise EvaluationError("too many expressions inside each other")
        self._depth += 1
        try:
            self._steps += 1
            if self._steps > self._most:
                self._stop()
            return self._handlers[type(part)](part, frame)
        except NotKnownError:
            return self.unknown(part, frame)
        finally:
            self._depth -= 1

    def allow(self, bytes_read: int) -> None:
        """Let the evaluation take as long as so much source more deserves."""
        self._most += bytes_read // _BYTES_A_STEP

    def spend(self) -> None:
        """Count a step. Raises NotKnownError when there were too many, so that no configuration
        keeps us for ever."""
        self._steps += 1
        if self._steps > self._most:
            self._stop()

    def _stop(self) -> NoReturn:
        message = f"evaluation stops after {self._most:,} steps; what is left is not known"
        self.book.skip(Skipped(Origin(display_path(self.files.base)), message, "audit smaller parts one by one"))
        raise NotKnownError

    def unknown(self, part: Expression, frame: Frame, type_: HoleType = HoleType.ANYTHING) -> Node:
        """A hole for an expression, named by its source text. Where the text means another thing
        in each instance or module, the name says which."""
        origin = frame.origin(part)
        if frame.file.wrapped:
            return Node(text(self.book.hole(str(origin), origin, type_)), origin)
        source = " ".join(frame.file.source(part.start, part.end).split())
        bound = ast.names(part) & frame.labels.keys()
        marks = ", ".join(f"{name} {frame.labels[name]}" for name in sorted(bound))
        prefix = frame.scope.prefix
        if prefix and _REFERENCE.fullmatch(source) is None:
            prefix = f"{prefix[:-1]}: "
        if len(source) > _LONGEST_NAME:
            source = f"{source[:_LONGEST_NAME]}... at {frame.file.file}:{origin.line}:{origin.column}"
        name = prefix + source
        return Node(text(self.book.hole(f"{name} ({marks})" if marks else name, origin, type_, source)), origin)

    def fresh(self, part: Expression, frame: Frame) -> Node:
        """A hole for an expression that has another value each time it is evaluated."""
        origin = frame.origin(part)
        source = frame.file.source(part.start, part.end)
        bound = ", ".join(frame.labels[name] for name in sorted(frame.labels))
        name = f"{frame.scope.prefix}{source} at {origin}" + (f" ({bound})" if bound else "")
        return Node(text(self.book.hole(name, origin, source=source)), origin)

    def _literal(self, part: ast.Literal, frame: Frame) -> Node:
        value = part.value
        return Node(text(value) if isinstance(value, str) else value, frame.origin(part))

    def _unreadable(self, part: ast.Unreadable, frame: Frame) -> Node:  # noqa: ARG002 - a handler's signature
        raise EvaluationError(part.reason)

    def _template(self, part: ast.Template, frame: Frame) -> Node:
        return evaluate_template(self, part, frame)

    def _tuple(self, part: ast.TupleOf, frame: Frame) -> Node:
        return Node(tuple(self.part(item, frame) for item in part.items), frame.origin(part))

    def _object(self, part: ast.ObjectOf, frame: Frame) -> Node:
        members: dict[Text, Member] = {}
        for key, value in part.items:
            name = as_text(self.part(key, frame))
            place = frame.file.origin(key.start, value.end, frame.address)
            members[name] = Member(name, self.part(value, frame), place)
        return Node(Members(tuple(members.values())), frame.origin(part))

    def _name(self, part: ast.Name, frame: Frame) -> Node:
        return self._follow(part, part, (), frame)

    def _traversal(self, part: ast.Traversal, frame: Frame) -> Node:
        return self._follow(part, part.base, part.steps, frame)

    def _follow(self, whole: Expression, base: Expression, steps: Sequence[ast.Step], frame: Frame) -> Node:
        value: Node | Referent
        if isinstance(base, ast.Name):
            bound = frame.bindings.get(base.name)
            value, steps = (bound, steps) if bound is not None else frame.scope.resolve(base.name, steps)
        else:
            value = self.evaluate(base, frame)
        for step in steps:
            value = self._step(value, step, whole, frame)
        found = value if isinstance(value, Node) else value.whole()
        return found if found.origin.file else replace(found, origin=frame.origin(whole))

    def _step(self, value: Node | Referent, step: ast.Step, whole: Expression, frame: Frame) -> Node | Referent:
        match step:
            case ast.AttributeStep(name):
                return self._attribute(value, name, whole, frame) if isinstance(value, Node) else value.attribute(name)
            case ast.IndexStep(expression):
                key = self.evaluate(expression, frame)
                return self._index(value, key, whole, frame) if isinstance(value, Node) else value.index(key)
            case ast.SplatStep(steps):
                found: list[Node] = []
                for element in _splatted(value):
                    reached: Node | Referent = element
                    for inner in steps:
                        reached = self._step(reached, inner, whole, frame)
                    node = reached if isinstance(reached, Node) else reached.whole()
                    spread = element.uncertain if not isinstance(element, Node) else isinstance(element, Spread)
                    found.append(Spread(node.value, node.origin) if spread else node)
                return Node(tuple(found), frame.origin(whole))

    def _attribute(self, value: Node, name: str, whole: Expression, frame: Frame) -> Node:
        if value.unknown is not None:
            return self._inside(value.unknown, f".{name}", whole, frame)
        if value.members is None:
            raise EvaluationError(f"{describe(value)} has no attribute `{name}`")
        found = value.members.get(name)
        if found is None:
            if any(member.key.literal is None for member in value.members):
                raise NotKnownError
            raise EvaluationError(f"there is no attribute `{name}`")
        return found

    def _index(self, value: Node, key: Node, whole: Expression, frame: Frame) -> Node:
        if value.unknown is not None:
            return self._inside(value.unknown, f"[{_shown_key(key)}]", whole, frame)
        if value.members is not None:
            return self._attribute(value, as_string(key), whole, frame)
        elements = as_open_elements(value)
        if isinstance(elements, SetOf):
            raise EvaluationError("a set has no order")
        position = as_integer(key)
        spread = next((i for i, element in enumerate(elements) if isinstance(element, Spread)), len(elements))
        if not 0 <= position < len(elements) and spread == len(elements):
            raise EvaluationError(f"there is no element {position}")
        if not 0 <= position < spread:
            raise NotKnownError
        return elements[position]

    def _inside(self, hole: Hole, step: str, whole: Expression, frame: Frame) -> Node:
        """A part of something unknown: a hole named after it."""
        origin = frame.origin(whole)
        base = hole.name if _REFERENCE.fullmatch(hole.name) else f"({hole.name})"
        return Node(text(self.book.hole(base + step, origin)), origin)

    def _conditional(self, part: ast.Conditional, frame: Frame) -> Node:
        condition = self.part(part.condition, frame)
        if condition.value is None:
            raise EvaluationError("the condition is null")
        try:
            chosen = part.then if as_bool(condition) else part.otherwise
        except NotKnownError:
            then, otherwise = self.part(part.then, frame), self.part(part.otherwise, frame)
            if fingerprint(then) == fingerprint(otherwise):
                return then
            raise
        value = self.evaluate(chosen, frame)
        other = part.otherwise if chosen is part.then else part.then
        return value if is_null(value) or value.text is not None else self._as_either(value, other, frame)

    def _as_either(self, value: Node, other: Expression, frame: Frame) -> Node:
        """The chosen side of a condition as the type of both sides takes it; a string stays one."""
        try:
            return unify([value, self._example(other, frame)], _LARGEST_SIDE)[0]
        except NotKnownError:
            return value
        except EvaluationError:
            if self._strict:
                raise
            return value

    def _example(self, part: Expression, frame: Frame) -> Node:
        """A value of the type that an expression has, also where it has a mistake: what a mistake
        leaves open is a hole."""
        match part:
            case ast.TupleOf(items):
                return Node(tuple(self._example(item, frame) for item in items), frame.origin(part))
            case ast.ObjectOf(items):
                names = [as_text(self.value(key, frame)) for key, _ in items]
                values = [self._example(value, frame) for _, value in items]
                members = (Member(name, value) for name, value in zip(names, values, strict=True))
                return Node(Members(tuple(members)), frame.origin(part))
            case ast.Template() if ast.interpolated(part) is None:
                return Node(text(), frame.origin(part))
        try:
            return self.attempt(part, frame)
        except EvaluationError:
            return self.unknown(part, frame)

    def _unary(self, part: ast.Unary, frame: Frame) -> Node:
        return apply_unary(part.operator, self.part(part.operand, frame), frame.origin(part))

    def _binary(self, part: ast.Binary, frame: Frame) -> Node:
        left, right = self.part(part.left, frame), self.part(part.right, frame)
        return apply_binary(part.operator, left, right, frame.origin(part))

    def _call(self, part: ast.Call, frame: Frame) -> Node:
        from auditor.sources.terraform.evaluation.functions import call  # noqa: PLC0415 - functions evaluate templates in turn

        return call(self, part, frame)


def _splatted(value: Node | Referent) -> Sequence[Node | Referent]:
    if not isinstance(value, Node):
        return value.elements()
    if value.value is None:
        return ()
    if value.unknown is not None:
        raise NotKnownError
    return value.value if isinstance(value.value, tuple) else (value,)


def _shown_key(key: Node) -> str:
    return str(key.value) if isinstance(key.value, int) else f'"{as_text(key)}"'
