"""`count` and `for_each`: how often a block stands, and under which names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Generic, TypeVar

from auditor.estate.estate import Skipped
from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.display import display_path
from auditor.sources.instance_key import write_key
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
    make_object,
    make_string,
    make_tuple,
    number_text,
)
from auditor.sources.terraform.language.block import Block

MOST = 10_000
"""Instances of one block beyond which it is read once, with its key not known."""

MOST_IN_ALL = 30_000
"""Instances of all repeated blocks beyond which each block is read once."""


class Repetition(Enum):
    NONE = "none"
    COUNT = "count"
    FOR_EACH = "for_each"


class Turn(Frozen):
    """One instance: its key (None for the only one, and where it is not known), and the frame
    that its expressions are evaluated in. `uncertain` stands for any number of instances;
    `condition` is what decides whether there is one at all, None where there surely is."""

    key: int | str | None
    frame: Frame
    address: str
    uncertain: bool = False
    condition: str | None = None


class Repeated(Frozen):
    repetition: Repetition
    turns: tuple[Turn, ...]


class Room:
    """How many instances of repeated blocks, and of blocks in repeated modules, are read in all."""

    def __init__(self, most: int = MOST_IN_ALL) -> None:
        self._left = most

    def take(self, count: int, evaluator: Evaluator) -> bool:
        """Whether so many more are read. Where they are not, that is told once."""
        if count > self._left:
            message = f"more than {MOST_IN_ALL:,} instances of blocks; what is beyond is not told apart"
            place = Origin(display_path(evaluator.files.base))
            evaluator.book.skip(Skipped(place, message, "audit smaller parts one by one"))
            return False
        self._left -= count
        return True


def repeat(block: Block, frame: Frame, address: str, evaluator: Evaluator, room: Room) -> Repeated:
    """The instances of a resource, data source or module call called `address`."""
    count, for_each = block.attributes.get("count"), block.attributes.get("for_each")
    if count is not None:
        number = evaluator.value(count.expression, frame)
        return Repeated(Repetition.COUNT, tuple(_counted(number, frame, address, evaluator, room)))
    if for_each is not None:
        collection = evaluator.value(for_each.expression, frame)
        return Repeated(Repetition.FOR_EACH, tuple(_each(collection, frame, address, evaluator, room)))
    return Repeated(Repetition.NONE, (Turn(None, _at(frame, address), address),))


def with_keys(repeated: Repeated, keys: tuple[int | str, ...] | None, address: str) -> Repeated:
    """The same with an instance for each of these keys in place of those whose key is not known;
    None changes nothing."""
    open_ = [turn for turn in repeated.turns if turn.uncertain]
    if keys is None or not open_:
        return repeated
    certain = [turn for turn in repeated.turns if not turn.uncertain]
    known = {turn.key for turn in certain}
    frame = open_[0].frame
    made = [_keyed(key, frame, address) for key in keys if key not in known]
    return Repeated(repeated.repetition, (*certain, *made))


def _keyed(key: int | str, frame: Frame, address: str) -> Turn:
    name = f"{address}[{key}]" if isinstance(key, int) else f"{address}[{write_key(key)}]"
    if isinstance(key, int):
        return Turn(key, _at(frame, name).bind({"count": make_object({"index": Node(key)})}, {"count": name}), name)
    value = frame.bindings["each"].members
    old = value.get("value") if value is not None else None
    each = make_object({"key": make_string(key), "value": old or Node(None)})
    return Turn(key, _at(frame, name).bind({"each": each}, {"each": name}), name)


def _counted(number: Node, frame: Frame, address: str, evaluator: Evaluator, room: Room) -> Iterator[Turn]:
    try:
        count = as_integer(number) if number.value is not None else 0
    except (NotKnownError, EvaluationError):
        evaluator.book.note(number.origin, f"count of {address}: {_shown(number)}")
        yield _uncertain_count(number, frame, address, evaluator, f"count = {_shown(number)}")
        return
    if _is_too_many(count, number, address, evaluator, room):
        yield _uncertain_count(number, frame, address, evaluator)
        return
    for index in range(count):
        name = f"{address}[{index}]"
        bindings = {"count": make_object({"index": Node(index, number.origin)}, number.origin)}
        yield Turn(index, _at(frame, name).bind(bindings, {"count": name}), name)


def _uncertain_count(
    number: Node, frame: Frame, address: str, evaluator: Evaluator, condition: str | None = None
) -> Turn:
    index = make_string(text(evaluator.book.hole(f"{address}.count.index", number.origin, source="count.index")))
    bindings = {"count": make_object({"index": index}, number.origin)}
    inner = _at(frame, address).bind(bindings, {"count": address})
    return Turn(None, inner, address, uncertain=True, condition=condition)


def _each(collection: Node, frame: Frame, address: str, evaluator: Evaluator, room: Room) -> Iterator[Turn]:
    try:
        pairs = _pairs(collection)
    except (NotKnownError, EvaluationError):
        evaluator.book.note(collection.origin, f"for_each of {address}: {_shown(collection)}")
        yield _uncertain_each(None, collection, frame, address, evaluator, f"for_each = {_shown(collection)}")
        return
    if _is_too_many(len(pairs), collection, address, evaluator, room):
        yield _uncertain_each(None, collection, frame, address, evaluator)
        return
    for key, value in pairs:
        if isinstance(value, Spread) or key.literal is None:
            evaluator.book.note(value.origin, f"for_each of {address}: {_shown(value)}")
            condition = f"for_each = {_shown(value)}" if isinstance(value, Spread) else None
            yield _uncertain_each((key, value), collection, frame, address, evaluator, condition)
            continue
        name = f"{address}[{write_key(key.literal)}]"
        bindings = {"each": make_object({"key": make_string(key, value.origin), "value": value}, collection.origin)}
        yield Turn(key.literal, _at(frame, name).bind(bindings, {"each": name}), name)


def _uncertain_each(
    pair: tuple[Text, Node] | None,
    collection: Node,
    frame: Frame,
    address: str,
    evaluator: Evaluator,
    condition: str | None = None,
) -> Turn:
    origin = collection.origin
    book = evaluator.book
    if pair is None or isinstance(pair[1], Spread):
        key = text(book.hole(f"{address}.each.key", origin, source="each.key"))
        value = make_string(text(book.hole(f"{address}.each.value", origin, source="each.value")), origin)
    else:
        key, value = pair
    bindings = {"each": make_object({"key": make_string(key, origin), "value": value}, origin)}
    inner = _at(frame, address).bind(bindings, {"each": f"{address} {key}"})
    return Turn(None, inner, address, uncertain=True, condition=condition)


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


def _is_too_many(count: int, place: Node, address: str, evaluator: Evaluator, room: Room) -> bool:
    """Whether there are more instances than are told apart, which is told."""
    if count <= MOST:
        return not room.take(count, evaluator)
    message = f"`{address}` has {count:,} instances, more than the {MOST:,} that are read"
    evaluator.book.skip(Skipped(place.origin, message, "it is read once, with its key not known"))
    return True


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
            return make_tuple(item.whole() for item in self.items.values())
        return make_object({str(key): item.whole() for key, item in self.items.items()})
