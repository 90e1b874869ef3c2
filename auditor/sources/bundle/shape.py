"""Shapes of values, as data, and the check of a value against one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.sources.errors import SourceError
from auditor.sources.fields import shown, written, wrong_type


class Leaf(Enum):
    """What a single value must be; the value is how a message calls it."""

    TEXT = "a text"
    FLAG = "true or false"
    POLICY = "a policy document"
    """Anything: what is wrong with it is a finding, not an unreadable input."""


class Choice(Frozen):
    """One of a few words, in any case."""

    words: tuple[str, ...]


class ListOf(Frozen):
    item: Shape


class OneOrMore(Frozen):
    """One of a shape, or a list of them."""

    item: Shape


class Record(Frozen):
    """An object with these keys and no other; of the keys in `one_of` at least one is required.
    `what` is how a message calls it."""

    what: str
    keys: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


class Cases(Frozen):
    """A record whose keys depend on the word that stands under `key`."""

    what: str
    key: str
    cases: Mapping[str, Record]


Shape: TypeAlias = "Leaf | Choice | ListOf | OneOrMore | Record | Cases"


def check_shape(node: Node, shape: Shape, what: str) -> None:
    """Raise SourceError with the first place where `node`, called `what`, is not of `shape`."""
    if isinstance(shape, Record):
        _check_record(node, shape, what)
    elif isinstance(shape, Cases):
        _check_cases(node, shape)
    elif isinstance(shape, ListOf):
        if node.items is None:
            raise _wrong_type(node, what, "a list")
        for item in node.items:
            check_shape(item, shape.item, f"an entry of {what}")
    elif isinstance(shape, OneOrMore):
        check_shape(node, shape.item if node.items is None else ListOf(shape.item), what)
    elif isinstance(shape, Choice):
        _check_choice(node, shape, what)
    else:
        _check_leaf(node, shape, what)


def _check_leaf(node: Node, shape: Leaf, what: str) -> None:
    match shape:
        case Leaf.TEXT:
            fits = written(node) is not None
        case Leaf.FLAG:
            fits = isinstance(node.value, bool)
        case Leaf.POLICY:
            fits = True
    if not fits:
        raise _wrong_type(node, what, shape.value)


def _check_record(node: Node, shape: Record, what: str) -> None:
    members = node.members
    if members is None:
        raise _wrong_type(node, what, "an object")
    seen: set[str] = set()
    for member in members:
        key = str(member.key)
        if key not in shape.keys:
            raise SourceError(f"unknown key `{key}` in {shape.what}", member.origin, _suggestion(key, shape))
        if key in seen:
            raise SourceError(f"the key `{key}` stands twice in {shape.what}", member.origin, "remove one of them")
        seen.add(key)
        check_shape(member.value, shape.keys[key], f"`{key}`")
    for key in shape.required:
        if key not in seen:
            raise SourceError(f"{shape.what} has no `{key}`", node.origin, f"add `{key}`")
    if shape.one_of and not seen.intersection(shape.one_of):
        names = " nor ".join(f"`{key}`" for key in shape.one_of)
        raise SourceError(f"{shape.what} has neither {names}", node.origin, "add one of them")


def _check_cases(node: Node, shape: Cases) -> None:
    members = node.members
    if members is None:
        raise _wrong_type(node, shape.what, "an object")
    chosen = members.get(shape.key)
    words = ", ".join(f"`{word}`" for word in shape.cases)
    if chosen is None:
        raise SourceError(f"{shape.what} has no `{shape.key}`", node.origin, f"one of {words}")
    case = shape.cases.get(written(chosen) or "")
    if case is None:
        raise SourceError(f"{shown(chosen)} is no `{shape.key}` of {shape.what}", chosen.origin, f"one of {words}")
    _check_record(node, case, shape.what)


def _check_choice(node: Node, shape: Choice, what: str) -> None:
    word = written(node)
    if word is None or word.lower() not in {known.lower() for known in shape.words}:
        help = "one of " + ", ".join(f"`{known}`" for known in shape.words)
        raise SourceError(f"{shown(node)} is no value of {what}", node.origin, help)


def _wrong_type(node: Node, what: str, wanted: str) -> SourceError:
    help = ""
    if node.value is None:
        help = "leave the key out, or write `[]` for none" if wanted == "a list" else "leave the key out"
    elif isinstance(node.value, bool) and wanted == Leaf.TEXT.value:
        help = "a word that YAML reads as true or false stands in quotes"
    return wrong_type(node, what, wanted, help)


def _suggestion(key: str, shape: Record) -> str:
    near = difflib.get_close_matches(key.lower().replace("-", "_"), shape.keys, 1)
    return f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(shape.keys)
