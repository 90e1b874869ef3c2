"""Everything that reading one template with its nested stacks shares."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.cloudformation.exported import Imported, exported_beside
from auditor.sources.cloudformation.location import local_template
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.template import Template, bare, parse_template, take_apart
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.home import Home
from auditor.sources.options import ReadOptions
from auditor.sources.source import load

if TYPE_CHECKING:
    from auditor.sources.cloudformation.exports import Exports

MOST_STACKS = 200
"""Nested stacks in one template beyond which no more are read."""


class Reading:
    """One template being read; nested ones are read below `limit` alone. `exports` are those of the
    templates that are read in the same run."""

    def __init__(self, limit: Path, options: ReadOptions, exports: Exports | None = None) -> None:
        self.options = options
        self._exports = exports
        self._file = ""
        self.imported_values: dict[Text, str] = {}
        """What other templates export, and the names that give it."""
        self._importing: set[Text] = set()
        self.book = HoleBook()
        self.limit = limit
        self.stacks: list[Stack] = []
        """All that were made of it."""
        self._paths: dict[str, Path | None] = {}
        self.absent: set[str] = set()
        """What values refer to though its condition fails: CloudFormation refuses such a template."""
        self._templates: dict[str, Template] = {}
        """Of each stack, by its prefix: it is read once, whatever its conditions are."""
        self._bare: dict[str, Template] = {}

    def root(self, template: Node, file: str, path: Path | None, home: Home, prefix: str = "") -> Stack:
        """The stack of the template itself. Raises SourceError where it cannot be read."""
        self._file = file
        given = {name: Node(text(value), Origin(file)) for name, value in self.options.parameters.items()}
        return Stack(self, self._open(template, file, path, home, given, prefix), home, given, prefix)

    def imported(self, name: Text, importer: Stack) -> Imported | None:
        """What is exported under a name by another stack of the estate, else by another template; None
        where none of the run does."""
        if name in self._importing:
            return None
        self._importing.add(name)
        try:
            found = exported_beside(name, importer)
        finally:
            self._importing.discard(name)
        if found is None and self._exports is not None:
            found = self._exports.find(name, importer.home, self._file)
        if found is not None:
            self.book.adopt(found.book)
            value = text_of(found.value)
            if value is not None and name.literal is not None:
                self.imported_values.setdefault(value, name.literal)
        return found

    def close(self) -> None:
        """Let go of what was read, when nothing more is asked. Stacks and their resources refer to each
        other, so that otherwise the template stays until Python looks for cycles."""
        for stack in self.stacks:
            vars(stack).clear()

    def again(self, root: Stack, values: Mapping[str, Node], template: Template | None = None) -> Stack:
        """The outermost stack once more with other values of some parameters; `template` is what is
        read of it, all if None."""
        return Stack(self, template or root.template, root.home, {**root.given, **values}, root.prefix)

    def decided_by(self, root: Stack, decider: Stack) -> Stack:
        """The outermost stack once more where its conditions are those of `decider`."""
        return Stack(self, root.template, root.home, root.given, root.prefix, decider=decider)

    def open_nested(self, resource: Resource) -> Stack | None:
        """The stack that a resource makes of a template; None where it makes none, or the template
        is not read, which is noted."""
        location = local_template(resource)
        if location is None:
            return None
        folder = self._paths.get(resource.stack.prefix)
        path = folder.parent / location.path if folder is not None and location.path else None
        shown = f"{resource.address}: the template `{location.shown}`"
        if path is None or not path.is_file() or not path.resolve().is_relative_to(self.limit):
            self.book.note(resource.origin, shown)
            return None
        if any(_same_file(path, self._paths.get(prefix)) for prefix in _outward(resource.stack.prefix)):
            self._tell(resource, f"`{resource.address}` nests its own template", "a stack cannot contain itself")
            return None
        prefix = f"{resource.address}/"
        if prefix not in self._templates and len(self._templates) > MOST_STACKS:
            self._tell(resource, f"more than {MOST_STACKS} nested stacks", "audit their templates one by one")
            return None
        given = resource.property(location.parameters)
        values = {str(member.key): member.value for member in given.members or ()} if given is not None else {}
        try:
            if prefix not in self._templates:
                source = load(path, display_path(path))
                self._open(parse_template(source), source.file, path, resource.home, values, prefix)
        except SourceError as error:
            self.book.skip(error.as_skipped())
            return None
        decider = _decider(resource)
        template = self._templates[prefix]
        if resource.stack.template.others is not None:
            if prefix not in self._bare:
                self._bare[prefix] = bare(template)
            template = self._bare[prefix]
        return Stack(self, template, resource.home, values, prefix, resource.conditions, decider, resource.stack)

    def _open(
        self, value: Node, file: str, path: Path | None, home: Home, given: Mapping[str, Node], prefix: str = ""
    ) -> Template:
        self._paths[prefix] = path
        template = take_apart(value, file, self.book)
        if template.serverless:
            template = take_apart(self._translated(value, given, home), file, self.book)
        self._templates[prefix] = template
        return template

    def _translated(self, value: Node, given: Mapping[str, Node], home: Home) -> Node:
        from auditor.sources.cloudformation.sam import translate  # noqa: PLC0415 - loaded only where needed

        return translate(value, given, home, self.book)

    def _tell(self, resource: Resource, message: str, help: str) -> None:
        self.book.skip(SourceError(message, resource.origin, help).as_skipped())


def _decider(resource: Resource) -> Stack | None:
    """The same nested stack of the stack that decides the conditions."""
    outer = resource.stack.decider
    same = outer.resource(resource.name) if outer is not None else None
    return outer.nested(same) if outer is not None and same is not None else None


def _outward(prefix: str) -> list[str]:
    """A stack's prefix and those of the stacks around it."""
    names = prefix.split("/")[:-1]
    return ["".join(f"{name}/" for name in names[:count]) for count in range(len(names) + 1)]


def _same_file(one: Path, other: Path | None) -> bool:
    return other is not None and os.path.realpath(one) == os.path.realpath(other)
