"""What the references of an expression lead to, through variables, outputs and `for_each`.

An expression in a plan is a list of what it refers to: how it uses that is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from auditor.iam.frozen import Frozen
from auditor.sources.terraform_json.address import Step, key_of, longest, modules_of
from auditor.sources.terraform_json.configuration import Configuration, mapping, references
from auditor.sources.terraform_json.outline import Entry, Outline, Plain

Key = int | str | None
Seen = set[tuple[str, Key, tuple[Step, ...]]]
Chosen = TypeVar("Chosen")
_MANAGED, _DATA = "managed", "data"


class Target(Frozen):
    """A resource that is referred to, and which attribute of it; None where that is not told.
    What cannot be followed is None in place of a target."""

    entry: Entry
    attribute: str | None


class _Scope(Frozen):
    """Where an expression stands: the module, and the key and `for_each` of its block there."""

    module: str
    key: Key
    each: object


class References:
    def __init__(self, outline: Outline, configuration: Configuration) -> None:
        self._configuration = configuration
        self._groups: dict[tuple[str, str, str, str], dict[Key, Entry]] = {}
        self._modules: dict[tuple[str, str], dict[Key, str]] = {}
        for entry in outline.entries.values():
            self._groups.setdefault(entry.block, {})[entry.key] = entry
            parent = ""
            for address, name, key in modules_of(entry.module):
                self._modules.setdefault((parent, name), {})[key] = address
                parent = address

    def only(self, entry: Entry, expression: object) -> Target | None:
        """The one resource that an expression in the block of `entry` refers to; None where it
        refers to several, or to a local besides, which may be anything."""
        scope = _Scope(entry.module, entry.key, self._configuration.resource(entry).get("for_each_expression"))
        found = list(dict.fromkeys(self._follow(expression, scope, set())))
        known = [target for target in found if target is not None]
        if len(known) != 1 or (None in found and known[0].attribute is not None):
            return None
        return known[0]

    def _follow(self, expression: object, scope: _Scope, seen: Seen, *, keyed: bool = False) -> Iterator[Target | None]:
        written = longest(references(expression))
        keyed = keyed or any(steps[0] in ("each", "count") for steps in written)
        for steps in written:
            if steps[0] == "local":
                yield None
                continue
            if (scope.module, scope.key, steps) in seen:
                continue
            seen.add((scope.module, scope.key, steps))
            match steps:
                case ("var", str() as name, *rest):
                    yield from self._through_variable(name, rest, scope, seen)
                case ("module", str() as name, *rest):
                    yield from self._through_output(name, rest, scope, keyed, seen)
                case ("each", "value", *rest):
                    inner = self._follow(scope.each, scope, seen, keyed=True)
                    yield from (_narrowed(target, rest) for target in inner)
                case ("data", str() as type_, str() as name, *rest):
                    yield from self._resource((scope.module, _DATA, type_, name), rest, scope, keyed)
                case (str() as type_, str() as name, *rest):
                    yield from self._resource((scope.module, _MANAGED, type_, name), rest, scope, keyed)

    def _resource(
        self, block: tuple[str, str, str, str], rest: list[Step], scope: _Scope, keyed: bool
    ) -> Iterator[Target | None]:
        found = _chosen(self._groups.get(block, {}), rest, scope, keyed)
        if found is not None:
            yield Target(found, _attribute(rest))

    def _through_variable(self, name: str, rest: list[Step], scope: _Scope, seen: Seen) -> Iterator[Target | None]:
        """What the caller hands over."""
        path = modules_of(scope.module)
        if not path:
            return
        caller = path[-2][0] if len(path) > 1 else ""
        _, called, key = path[-1]
        call = self._configuration.call(caller, called)
        outside = _Scope(caller, key, call.get("for_each_expression"))
        handed: Plain = mapping(call.get("expressions"))
        inner = self._follow(handed.get(name), outside, seen)
        yield from (_narrowed(target, rest) for target in inner)

    def _through_output(
        self, name: str, rest: list[Step], scope: _Scope, keyed: bool, seen: Seen
    ) -> Iterator[Target | None]:
        address = _chosen(self._modules.get((scope.module, name), {}), rest, scope, keyed)
        names = [step for step in rest if isinstance(step, str)]
        if address is None or not names:
            return
        output = mapping(mapping(self._configuration.module(address).get("outputs")).get(names[0]))
        inner = self._follow(output.get("expression"), _Scope(address, None, None), seen)
        yield from (_narrowed(target, rest[rest.index(names[0]) + 1 :]) for target in inner)


def _chosen(group: dict[Key, Chosen], rest: list[Step], scope: _Scope, keyed: bool) -> Chosen | None:
    """The instance with the key that stands behind a reference, else with the key of the block that
    refers where it uses its key, else the only one."""
    key = key_of(rest[0]) if rest else None
    if key is not None:
        return group.get(key)
    if keyed and scope.key in group:
        return group[scope.key]
    return next(iter(group.values())) if len(group) == 1 else None


def _narrowed(target: Target | None, rest: list[Step]) -> Target | None:
    """A target of which `rest` is asked."""
    return target if target is None or target.attribute is not None else Target(target.entry, _attribute(rest))


def _attribute(rest: list[Step]) -> str | None:
    return next((step for step in rest if isinstance(step, str) and step != "*"), None)
