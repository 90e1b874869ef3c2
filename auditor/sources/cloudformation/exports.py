"""What templates hand to one another: an output with `Export`, and `Fn::ImportValue` of its name.

Source: the CloudFormation user guide, "Fn::ImportValue" and "Outputs": the name of an export is unique in
an account and region, and only stacks of the same account and region import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from auditor.iam.node import Node
from auditor.iam.text import Text
from auditor.sources.cloudformation.cases import Cases
from auditor.sources.cloudformation.cloud_assembly import environment
from auditor.sources.cloudformation.common_names import named_behind
from auditor.sources.cloudformation.exported import Imported, exported
from auditor.sources.cloudformation.location import NESTED
from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.reading import Reading
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.perhaps import may_be
from auditor.sources.errors import SourceError
from auditor.sources.home import Home, home_from
from auditor.sources.options import ReadOptions
from auditor.sources.repository import audited_root


class Exporter(NamedTuple):
    """A template that is read in the same run, with those that it nests."""

    value: Node
    file: str
    path: Path | None


class _Offer(NamedTuple):
    """One output in one case of a template; `decided` tells that no condition of the case is open."""

    file: str
    reading: Reading
    stack: Stack
    value: Node
    decided: bool


class Exports:
    """The exports of all templates of a run. Nothing is evaluated before it is asked for."""

    def __init__(self, templates: Sequence[Exporter], options: ReadOptions) -> None:
        self._templates = templates
        self._options = options
        self._offers: dict[Home, dict[Text, list[_Offer]]] = {}
        self._running: set[Text] = set()

    def find(self, name: Text, home: Home, importer: str) -> Imported | None:
        """What an import of `name` gives to the template `importer`, where another one exports it."""
        offers = [offer for offer in self._at(home).get(name, ()) if offer.file != importer]
        if not offers or name in self._running:
            return None
        self._running.add(name)
        try:
            values = {text_of(value): value for offer in offers if (value := _value(offer)) is not None}
        finally:
            self._running.discard(name)
        files = tuple(dict.fromkeys(offer.file for offer in offers))
        (value,) = values.values() if len(values) == 1 else (None,)
        return Imported(value, files, offers[0].reading.book) if values else None

    def _at(self, home: Home) -> dict[Text, list[_Offer]]:
        if home not in self._offers:
            found = self._offers[home] = {}
            for template in self._templates:
                if _may_export(template.value) and self._deployed_to(template, home):
                    for name, offer in self._of(template, home):
                        found.setdefault(name, []).append(offer)
        return self._offers[home]

    def _deployed_to(self, template: Exporter, home: Home) -> bool:
        """Whether a template may be deployed to an account and region, as far as is told."""
        if template.path is None:
            return True
        own = home_from(environment(template.path, self._options))
        return may_be(own.account, home.account) and may_be(own.region, home.region)

    def _of(self, template: Exporter, home: Home) -> Iterator[tuple[Text, _Offer]]:
        """The exports of a template in each of its cases. Its logical ids are named behind its file, so
        that those of two templates are told apart."""
        limit = audited_root(template.path if template.path is not None else Path(), self._options)
        reading = Reading(limit, self._options, self)
        try:
            root = reading.root(template.value, template.file, template.path, home, named_behind(template.file))
        except SourceError:
            return  # It is told where the template itself is read.
        cases = [(root, True), *((case.stack, case.decided) for case in Cases(reading, root, outputs=True).others())]
        for outermost, decided in cases:
            for stack in outermost.all_stacks():
                for name, value in exported(stack):
                    yield name, _Offer(template.file, reading, stack, value, decided)


def _may_export(template: Node) -> bool:
    """Whether a template, or one that it nests, may export something."""
    members = template.members
    outputs = members.get("Outputs") if members is not None else None
    resources = members.get("Resources") if members is not None else None
    if outputs is not None and any(key == "Export" for key, _ in every_member(outputs)):
        return True
    declared = (resources.members if resources is not None else None) or ()
    types = (member.value.members.get("Type") for member in declared if member.value.members is not None)
    return any(type_ is not None and str(type_.text) in NESTED for type_ in types)


def _value(offer: _Offer) -> Node | None:
    """The value of an output; None where CloudFormation would refuse it in this case."""
    absent = offer.reading.absent
    absent.clear()
    value = offer.stack.evaluator.value(offer.value)
    return None if text_of(value) is None or (absent and offer.decided) else value
