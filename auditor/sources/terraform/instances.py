"""`count` and `for_each`: how often a block stands, and under which names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from auditor.estate.estate import Skipped
from auditor.iam.node import Node
from auditor.iam.text import Text, text
from auditor.sources.terraform.evaluation.evaluator import Evaluator
from auditor.sources.terraform.evaluation.frame import Frame, Referent
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    Spread,
    as_integer,
    as_open_elements,
    as_string,
    describe,
    make_list,
    make_object,
    make_string,
    number_text,
)
from auditor.sources.terraform.language.block import Block

MOST = 10_000
"""Instances of one block beyond which it is read once, with its key not known."""


class Repetition(Enum):
    NONE = "none"
    COUNT = "count"
    FOR_EACH = "for_each"


@dataclass(frozen=True, slots=True)
class Turn:
    """One instance: its key (None for the only one, and where it is not known), and the frame
    that its expressions are evaluated in. `uncertain` stands for any number of instances."""

    key: int | str | None
    frame: Frame
    address: str
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    repetition: Repetition
    turns: tuple[Turn, ...]


def repeat(block: Block, frame: Frame, address: str, evaluator: Evaluator) -> Repeated:
    """The instances of a resource, data source or module call called `address`."""
    count, for_each = block.attributes.get("count"), block.attributes.get("for_each")
    if count is not None:
        number = evaluator.value(count.expression, frame)
        return Repeated(Repetition.COUNT, tuple(_counted(number, frame, address, evaluator)))
    if for_each is not None:
        collection = evaluator.value(for_each.expression, frame)
        return Repeated(Repetition.FOR_EACH, tuple(_each(collection, frame, address, evaluator)))
    return Repeated(Repetition.NONE, (Turn(None, _at(frame, address), address),))


def _counted(number: Node, frame: Frame, address: str, evaluator: Evaluator) -> Iterator[Turn]:
    try:
        count = as_integer(number) if number.value is not None else 0
    except (NotKnownError, EvaluationError):
        evaluator.book.note(number.origin, f"count of {address}: {_shown(number)}")
        yield _uncertain_count(number, frame, address, evaluator)
        return
    if count > MOST:
        _refuse(count, number, address, evaluator)
        yield _uncertain_count(number, frame, address, evaluator)
        return
    for index in range(count):
        name = f"{address}[{index}]"
        bindings = {"count": make_object({"index": Node(index, number.origin)}, number.origin)}
        yield Turn(index, _at(frame, name).bind(bindings, {"count": name}), name)


def _uncertain_count(number: Node, frame: Frame, address: str, evaluator: Evaluator) -> Turn:
    index = make_string(text(evaluator.book.hole(f"{address}.count.index", number.origin, source="count.index")))
    bindings = {"count": make_object({"index": index}, number.origin)}
    return Turn(None, _at(frame, address).bind(bindings, {"count": address}), address, uncertain=True)


def _each(collection: Node, frame: Frame, address: str, evaluator: Evaluator) -> Iterator[Turn]:
    try:
        pairs = _pairs(collection)
    except (NotKnownError, EvaluationError):
        evaluator.book.note(collection.origin, f"for_each of {address}: {_shown(collection)}")
        yield _uncertain_each(None, collection, frame, address, evaluator)
        return
    if len(pairs) > MOST:
        _refuse(len(pairs), collection, address, evaluator)
        yield _uncertain_each(None, collection, frame, address, evaluator)
        return
    for key, value in pairs:
        if isinstance(value, Spread) or key.literal is None:
            evaluator.book.note(value.origin, f"for_each of {address}: {_shown(value)}")
            yield _uncertain_each((key, value), collection, frame, address, evaluator)
            continue
        name = f'{address}["{key.literal}"]'
        bindings = {"each": make_object({"key": make_string(key, value.origin), "value": value}, collection.origin)}
        yield Turn(key.literal, _at(frame, name).bind(bindings, {"each": name}), name)


def _uncertain_each(
    pair: tuple[Text, Node] | None, collection: Node, frame: Frame, address: str, evaluator: Evaluator
) -> Turn:
    origin = collection.origin
    book = evaluator.book
    if pair is None or isinstance(pair[1], Spread):
        key = text(book.hole(f"{address}.each.key", origin, source="each.key"))
        value = make_string(text(book.hole(f"{address}.each.value", origin, source="each.value")), origin)
    else:
        key, value = pair
    bindings = {"each": make_object({"key": make_string(key, origin), "value": value}, origin)}
    return Turn(None, _at(frame, address).bind(bindings, {"each": f"{address} {key}"}), address, uncertain=True)


def _pairs(collection: Node) -> list[tuple[Text, Node]]:
    if collection.value is None:
        return []
    if collection.members is not None:
        return sorted(((m.key, m.value) for m in collection.members), key=lambda pair: str(pair[0]))
    pairs: list[tuple[Text, Node]] = []
    for element in as_open_elements(collection):
        if element.text is None:
            raise EvaluationError(f"for_each takes strings, not {describe(element)}")
        pairs.append((element.text, element))
    return pairs


def _at(frame: Frame, address: str) -> Frame:
    return Frame(frame.scope, frame.file, address, frame.bindings, frame.labels)


def _refuse(count: int, place: Node, address: str, evaluator: Evaluator) -> None:
    message = f"`{address}` has {count:,} instances, more than the {MOST:,} that are read"
    evaluator.book.skip(Skipped(place.origin, message, "it is read once, with its key not known"))


def _shown(value: Node) -> str:
    if value.text is not None:
        return str(value.text)
    return describe(value) if not isinstance(value.value, float) else number_text(value.value)


Item = TypeVar("Item", bound=Referent)


class Group(Generic[Item]):
    """All instances of one block, as references see them."""

    def __init__(self, address: str, repetition: Repetition, items: Mapping[int | str, Item], rest: Sequence[Item]):
        self.address = address
        self.repetition = repetition
        self.items = items
        self.rest = tuple(rest)

    @property
    def uncertain(self) -> bool:
        return bool(self.rest)

    def attribute(self, name: str) -> Node | Referent:
        raise EvaluationError(f"`{self.address}` has instances; one of them must be chosen before `{name}`")

    def index(self, key: Node) -> Node | Referent:
        chosen: int | str = as_integer(key) if self.repetition is Repetition.COUNT else as_string(key)
        if chosen in self.items:
            return self.items[chosen]
        if self.rest:
            return self.rest[0]
        raise EvaluationError(f"`{self.address}` has no instance {chosen}")

    def elements(self) -> Sequence[Node | Referent]:
        return (*self.items.values(), *self.rest)

    def whole(self) -> Node:
        if self.rest:
            raise NotKnownError
        if self.repetition is Repetition.COUNT:
            return make_list(item.whole() for item in self.items.values())
        return make_object({str(key): item.whole() for key, item in self.items.items()})
