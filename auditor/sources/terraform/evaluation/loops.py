"""`for` expressions on values with holes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Text
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.value import EvaluationError, NotKnownError, Spread, as_bool, as_text, entries
from auditor.sources.terraform.language import expression as ast

if TYPE_CHECKING:
    from auditor.sources.terraform.evaluation.evaluator import Evaluator

_MOST = 100_000
"""How many turns one loop may take."""


class Span(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def loop_frames(key: str | None, item: str, collection: Node, loop: Span, frame: Frame) -> Iterator[tuple[Frame, Node]]:
    """One frame for each turn of a loop, with the element that it is for. Raises NotKnownError where
    the elements are not known."""
    pairs = entries(collection)
    if len(pairs) > _MOST:
        raise NotKnownError
    for turn, (key_value, item_value) in enumerate(pairs):
        bindings = {item: item_value}
        labels = {item: turn_label(turn, loop, frame)}
        if key is not None:
            bindings[key] = key_value
            labels[key] = labels[item]
        yield frame.bind(bindings, labels), item_value


def turn_label(turn: int, loop: Span, frame: Frame) -> str:
    """What tells a turn of a loop from all other turns of all loops."""
    place = ":".join(str(number) for number in frame.file.position(loop.start))
    outer = ", ".join(frame.labels[name] for name in sorted(frame.labels))
    return f"#{turn} of {frame.file.file}:{place}" + (f" {outer}" if outer else "")


def evaluate_for(evaluator: Evaluator, loop: ast.For, frame: Frame) -> Node:
    """A list, or with a result key an object. Raises EvaluationError or NotKnownError."""
    collection = evaluator.part(loop.collection, frame)
    if collection.value is None:
        raise EvaluationError("null has no elements")
    turns = loop_frames(loop.key, loop.item, collection, loop, frame)
    origin = frame.origin(loop)
    if loop.result_key is not None:
        return Node(_object(evaluator, loop, loop.result_key, turns), origin)
    items: list[Node] = []
    for inner, element in turns:
        evaluator.spend()
        kept = _is_kept(evaluator, loop, inner)
        if kept is False:
            continue
        value = evaluator.part(loop.value, inner)
        if kept is None:
            value = evaluator.unknown(loop.value, inner)
        spread = kept is None or (isinstance(element, Spread) and value.unknown is not None)
        items.append(Spread(value.value, value.origin) if spread else value)
    return Node(tuple(items), origin)


def _is_kept(evaluator: Evaluator, loop: ast.For, frame: Frame) -> bool | None:
    """Whether the condition lets a turn pass; None where that is not known."""
    if loop.condition is None:
        return True
    try:
        return as_bool(evaluator.part(loop.condition, frame))
    except NotKnownError:
        return None


def _object(
    evaluator: Evaluator, loop: ast.For, result_key: ast.Expression, turns: Iterator[tuple[Frame, Node]]
) -> Members:
    members: dict[Text, list[Node]] = {}
    for inner, element in turns:
        evaluator.spend()
        kept = _is_kept(evaluator, loop, inner)
        if kept is None or isinstance(element, Spread):
            raise NotKnownError
        if kept:
            key = as_text(evaluator.part(result_key, inner))
            members.setdefault(key, []).append(evaluator.part(loop.value, inner))
    if loop.group:
        return Members(tuple(Member(key, Node(tuple(v), v[0].origin), v[0].origin) for key, v in members.items()))
    if any(len(values) > 1 for values in members.values()):
        raise EvaluationError("two elements have the same key")
    return Members(tuple(Member(key, values[0], values[0].origin) for key, values in members.items()))
