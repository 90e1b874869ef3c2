"""All resources of a plan or state."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.configuration import DATA
from auditor.sources.terraform_json.configuration import Configuration
from auditor.sources.terraform_json.homes import Homes
from auditor.sources.terraform_json.outline import Entry, Outline
from auditor.sources.terraform_json.references import References
from auditor.sources.terraform_json.resource import PlannedResource
from auditor.sources.terraform_json.role import Attached, attached


class Deployment:
    """A plan or state as resources; `book` collects the holes of it."""

    def __init__(self, outline: Outline, options: ReadOptions, book: HoleBook) -> None:
        self.outline = outline
        self.book = book
        self.configuration = Configuration(outline.configuration)
        self.references = References(outline, self.configuration)
        self.homes = Homes(outline, self.configuration, options, book)
        self._attached: Attached | None = None
        self._resources: dict[str, PlannedResource] = {}
        self._by_type: dict[tuple[str, str], list[Entry]] = {}
        for entry in outline.entries.values():
            self._by_type.setdefault((entry.mode, entry.type), []).append(entry)

    def instances(self, mode: str, type_: str) -> Iterator[PlannedResource]:
        """In the order of the file. Raises SourceError where one nests deeper than is read."""
        for entry in self._by_type.get(("data" if mode == DATA else "managed", type_), ()):
            yield self.resource(entry)

    def resource(self, entry: Entry) -> PlannedResource:
        if entry.address not in self._resources:
            self._resources[entry.address] = PlannedResource(entry, self)
        return self._resources[entry.address]

    def attached(self) -> Attached:
        """What resources of their own put on roles."""
        if self._attached is None:
            self._attached = attached(self)
        return self._attached
