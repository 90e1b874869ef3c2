"""Event sources that call functions, as the table of links tells what makes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from auditor.estate.function import Invoker
from auditor.estate.service import Link
from auditor.estate.services import PARTS
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.declared.declaration import Declaration
from auditor.sources.declared.function_name import NamedFunction, behind_gateway, named_function
from auditor.sources.declared.hole_book import HoleBook

_FIELD = re.compile(r"\{([@?$*!]?)(\w+)\}")
_FUNCTION = {2: "lambda", 5: "function"}
"""Components of a function's ARN that tell it is one."""
_NAMES = ("lambda_function_name", "LambdaFunctionName")
"""Arguments that hold a function's name or its ARN; all others hold an ARN."""

Items = Callable[[Node], Iterable[Node]]
"""The items of a list; of a value that is no list, itself."""


class FoundInvoker(Frozen):
    """An event source and the function that it calls."""

    invoker: Invoker
    function: NamedFunction


@dataclass(slots=True)
class Callers:
    """The event sources of a configuration. `missed` are the services that may call functions which
    are not known."""

    found: list[FoundInvoker] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)

    def known(self, invokers: Iterable[Invoker]) -> frozenset[str]:
        """The services of which `invokers`, those of one function, are all that call it: whoever
        wrote one of them here wrote the others here too."""
        return frozenset(invoker.service for invoker in invokers) - self.missed


class LinkReader:
    """Reads the resources of one configuration. `part` gives what a field of a link's `source` is
    for a resource: its mark (`@`, `$`, `!` or none) and its name."""

    def __init__(self, book: HoleBook, items: Items) -> None:
        self.callers = Callers()
        self._book = book
        self._items = items

    def read(
        self,
        service: str,
        link: Link,
        declaration: Declaration,
        value: Node,
        part: Callable[[str, str], Text],
        sure: bool,
    ) -> None:
        """What a resource, as one value, calls. Where it is not `sure` that it is there, that is noted."""
        if link.grants:
            return
        for way in link.functions:
            for found in self._along(value, tuple(way.split(".")), Members(), declaration.origin):
                self._one(service, link, declaration, found, part, sure)

    def _one(
        self,
        service: str,
        link: Link,
        declaration: Declaration,
        found: _Place,
        part: Callable[[str, str], Text],
        sure: bool,
    ) -> None:
        if any(_is_given(found.beside.get(name)) for name in link.unless):
            return
        for name, wanted in link.where:
            beside = found.beside.get(name)
            written = beside.text if beside is not None else None
            if written is not None and written.literal is None:
                self.callers.missed.add(service)
                return
            if written is None or written.literal is None or written.literal.lower() != wanted.lower():
                return
        origin = found.origin.at(declaration.address)
        written = found.value.text
        if written is None or not written:
            return
        if written.hole is not None:
            self.callers.missed.add(service)
            self._book.note(origin, str(written))
            return
        if not _may_be_function(written, found.name in _NAMES):
            return
        if not sure:
            self.callers.missed.add(service)
        named = named_function(written, declaration.home)
        source, within = (_arn(recipe, part) for recipe in (link.source, link.within))
        invoker = Invoker(service, source, None, named.qualifier, origin, within)
        self.callers.found.append(FoundInvoker(invoker, named))

    def _along(
        self, value: Node, way: tuple[str, ...], beside: Members, origin: Origin, name: str = ""
    ) -> Iterator[_Place]:
        """The values at the end of a way, each with what stands beside it."""
        if value.unknown is not None or not way:
            for item in self._items(value):
                yield _Place(item, beside, origin, name)
            return
        for item in self._items(value):
            if item.members is not None:
                yield from self._inside(item.members, way)
            elif item.unknown is not None:
                yield _Place(item, beside, origin, name)

    def _inside(self, members: Members, way: tuple[str, ...]) -> Iterator[_Place]:
        first, *rest = way
        if first == "**":
            yield from self._inside(members, tuple(rest))
            for member in members:
                for item in self._items(member.value):
                    if item.members is not None:
                        yield from self._inside(item.members, way)
            return
        for member in members:
            if first in ("*", member.key.literal):
                yield from self._along(member.value, tuple(rest), members, member.origin, first)


class _Place(Frozen):
    value: Node
    beside: Members
    origin: Origin
    name: str


def each_once(found: Iterable[Invoker]) -> tuple[Invoker, ...]:
    """Without those that send the same to the same version or alias."""
    kept: dict[tuple[object, ...], Invoker] = {}
    for invoker in found:
        kept.setdefault((invoker.service, invoker.source_arn, invoker.qualifier), invoker)
    return tuple(kept.values())


def recipe(written: str, part: Callable[[str, str], Text]) -> Text:
    """A recipe with every field filled. The same unknown part of the same thing is one hole."""
    made, done, about = text(), 0, text()
    for match in _FIELD.finditer(written):
        made = made + written[done : match.start()]
        mark, name = match.groups()
        if mark in ("?", "*"):
            made = made + _hole(name, mark == "*", about)
        else:
            about = part(mark, name)
            made = made + about
        done = match.end()
    return made + written[done:]


def _hole(name: str, each: bool, about: Text) -> Hole:
    kind = HoleType.ANYTHING if each else PARTS.get(name, (HoleType.NAME, ""))[0]
    return Hole(f"{name} of {about.hole.name if about.hole is not None else about}", kind, each)


def _arn(written: str, part: Callable[[str, str], Text]) -> Text | None:
    """A source ARN; None where the link tells none, or what it is made of is no ARN."""
    made = recipe(written, part)
    return made if made.startswith("arn:") or (made.parts and isinstance(made.parts[0], Hole)) else None


def _is_given(value: Node | None) -> bool:
    return value is not None and value.value is not None and value.value != Text()


def _may_be_function(written: Text, names: bool) -> bool:
    """Whether a text is the ARN of a function, or as far as is known may be one."""
    pieces = (behind_gateway(written) or written).split(":")
    if len(pieces) == 1:
        return names
    return len(pieces) > max(_FUNCTION) and all(
        pieces[place].literal in (word, None) for place, word in _FUNCTION.items()
    )
