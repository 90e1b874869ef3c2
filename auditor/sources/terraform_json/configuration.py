"""The `configuration` of a plan: what its modules declare, expressions by their references.

Everything in it that is not of the type that the format says counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from auditor.sources.terraform_json.address import modules_of
from auditor.sources.terraform_json.outline import Entry, Plain

_NOTHING: Plain = MappingProxyType({})


class Configuration:
    """`told` is False where there is none, as for a state."""

    def __init__(self, written: Plain) -> None:
        self.told = bool(written)
        self.providers = mapping(written.get("provider_config"))
        self._root = mapping(written.get("root_module"))
        self._modules: dict[tuple[str, ...], Plain] = {}
        self._resources: dict[tuple[str, ...], Mapping[tuple[str, str, str], Plain]] = {}

    def call(self, caller: str, name: str) -> Plain:
        """The call of a module: `expressions`, `for_each_expression`, `module`. `caller` is the
        address of the module that calls, in any of its instances."""
        return mapping(mapping(self.module(caller).get("module_calls")).get(name))

    def module(self, address: str) -> Plain:
        """What a module declares."""
        names = _names(address)
        if names not in self._modules:
            found = self._root
            for name in names:
                found = mapping(mapping(mapping(found.get("module_calls")).get(name)).get("module"))
            self._modules[names] = found
        return self._modules[names]

    def resource(self, entry: Entry) -> Plain:
        """The block that an instance comes from."""
        names = _names(entry.module)
        if names not in self._resources:
            blocks = map(mapping, listed(self.module(entry.module).get("resources")))
            self._resources[names] = {
                (str(block.get("mode")), str(block.get("type")), str(block.get("name"))): block for block in blocks
            }
        return self._resources[names].get((entry.mode, entry.type, entry.name), _NOTHING)


def _names(address: str) -> tuple[str, ...]:
    return tuple(name for _, name, _ in modules_of(address))


def mapping(value: object) -> Plain:
    return value if isinstance(value, Mapping) else _NOTHING


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def references(expression: object) -> list[str]:
    """What an expression refers to; none for a constant."""
    return [name for name in listed(mapping(expression).get("references")) if isinstance(name, str)]
