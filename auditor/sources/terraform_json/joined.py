"""A root module together with a plan or state of it, to one estate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.estate.estate import Estate, Skipped
from auditor.iam.node import Node, node
from auditor.iam.origin import Origin
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.home import Home
from auditor.sources.options import ReadOptions
from auditor.sources.overlay import is_changed
from auditor.sources.terraform.computed import COMPUTED
from auditor.sources.terraform.configuration import DATA, MANAGED
from auditor.sources.terraform.interface import View
from auditor.sources.terraform.module import Module
from auditor.sources.terraform.reader import read_module
from auditor.sources.terraform.resource import DOCUMENT, Resource
from auditor.sources.terraform_json.address import modules_of
from auditor.sources.terraform_json.configuration import mapping
from auditor.sources.terraform_json.deployment import Deployment
from auditor.sources.terraform_json.joined_view import JoinedView
from auditor.sources.terraform_json.outline import Outline
from auditor.sources.terraform_json.reader import gaps

_RENDERED = frozenset({"json", "minified_json"})


def read_joined(
    folder: Path, options: ReadOptions, root: Path, outline: Outline
) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """The estate of the root module at `folder`, with the values of a plan or state at the places
    of the source, and what could not be read. Raises SourceError where the plan or state cannot."""
    errored = outline.head.get("errored") is True
    estate, skipped = read_module(folder, options, root, lambda book: Joined(outline, options, book))
    return estate, (*(gaps(outline) if errored else ()), *skipped)


class Joined:
    """What a plan or state tells of a configuration. A plan decides what there is and what it is
    like; a state only tells what the source leaves open."""

    def __init__(self, outline: Outline, options: ReadOptions, book: HoleBook) -> None:
        self.deployment = Deployment(outline, options, book)
        # A plan does not know of a change that is not on disk yet.
        self.decides = outline.planned and not is_changed()
        self.whole = self.decides and not gaps(outline)
        self._keys: dict[str, dict[int | str | None, None]] = {}
        self._modules: set[str] = set()
        for entry in outline.entries.values():
            parent = ""
            for address, name, key in modules_of(entry.module):
                self._keys.setdefault(f"{parent}module.{name}", {}).setdefault(key)
                self._modules.update((f"{parent}module.{name}", address))
                parent = f"{address}."
            kind = "data." if entry.mode == "data" else ""
            self._keys.setdefault(f"{parent}{kind}{entry.type}.{entry.name}", {}).setdefault(entry.key)

    @property
    def home(self) -> Home:
        return self.deployment.homes.default

    def variable(self, name: str, place: Origin) -> Node | None:
        given = mapping(self.deployment.outline.variables.get(name))
        return node(given["value"], place) if "value" in given else None  # type: ignore[arg-type]  # it is JSON

    def keys(self, block: str, *, managed: bool) -> tuple[int | str, ...] | None:
        told = self._keys.get(block)
        if told is None:
            return () if self.whole and managed else None
        return None if None in told else tuple(key for key in told if key is not None)

    def over(self, view: View, type_: str, address: str) -> View:
        entry = self.deployment.outline.entries.get(address)
        if entry is None:
            return view
        data = type_.startswith("data.")
        planned = self.deployment.resource(entry).planned
        computed = None if data else COMPUTED.get(type_, {"arn": "", "id": ""})
        hidden = _RENDERED if type_ == DOCUMENT else frozenset[str]()
        return JoinedView(view, planned, decides=self.decides, computed=computed, hidden=hidden)

    def tells_module(self, address: str) -> bool:
        return address in self._modules

    def resources(self, root: Module) -> JoinedResources:
        return JoinedResources(root, self)


class JoinedResources:
    """The resources of a root module, as far as a plan has them too, and those that the plan or
    state alone knows: of modules that are not there."""

    def __init__(self, root: Module, joined: Joined) -> None:
        self.root = root
        self.joined = joined
        self.book = root.book
        self._read = {module.address for module in _modules(root)}

    def instances(self, mode: str, type_: str) -> Iterator[Resource]:
        entries = self.joined.deployment.outline.entries
        seen: set[str] = set()
        for instance in self.root.instances(mode, type_):
            seen.add(instance.address)
            if mode == DATA or not self.joined.whole or instance.uncertain or instance.address in entries:
                yield instance
        for planned in self.joined.deployment.instances(mode, type_):
            unread = planned.entry.module not in self._read
            if planned.address not in seen and (unread or (self.joined.decides and mode == MANAGED)):
                yield planned


def _modules(module: Module) -> Iterator[Module]:
    yield module
    for child in module.children():
        yield from _modules(child)
