"""Everything that reading one template with its nested stacks shares."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.cloudformation.location import local_template
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.template import parse_template, take_apart
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.home import Home
from auditor.sources.options import ReadOptions
from auditor.sources.source import load

MOST_STACKS = 200
"""Nested stacks in one template beyond which no more are read."""


class Reading:
    """One template being read; nested ones are read below `limit` alone."""

    def __init__(self, limit: Path, options: ReadOptions) -> None:
        self.options = options
        self.book = HoleBook()
        self.limit = limit
        self._paths: dict[str, Path | None] = {}
        self._opened = 0

    def root(self, template: Node, file: str, path: Path | None, home: Home) -> Stack:
        """The stack of the template itself. Raises SourceError where it cannot be read."""
        given = {name: Node(text(value), Origin(file)) for name, value in self.options.vars.items()}
        return self._stack(template, file, path, home, given)

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
        self._opened += 1
        if self._opened > MOST_STACKS:
            self._tell(resource, f"more than {MOST_STACKS} nested stacks", "audit their templates one by one")
            return None
        try:
            source = load(path, display_path(path))
            given = resource.property(location.parameters)
            values = {str(member.key): member.value for member in given.members or ()} if given is not None else {}
            prefix = f"{resource.address}/"
            return self._stack(parse_template(source), source.file, path, resource.home, values, prefix, resource)
        except SourceError as error:
            self.book.skip(error.as_skipped())
            return None

    def _stack(
        self,
        value: Node,
        file: str,
        path: Path | None,
        home: Home,
        given: Mapping[str, Node],
        prefix: str = "",
        resource: Resource | None = None,
    ) -> Stack:
        self._paths[prefix] = path
        template = take_apart(value, file, self.book)
        if template.serverless:
            template = take_apart(self._translated(value, given, home), file, self.book)
        under = resource.conditions if resource is not None else frozenset()
        return Stack(self, template, home, given, prefix, under)

    def _translated(self, value: Node, given: Mapping[str, Node], home: Home) -> Node:
        from auditor.sources.cloudformation.sam import translate  # noqa: PLC0415 - loaded only where needed

        return translate(value, given, home, self.book)

    def _tell(self, resource: Resource, message: str, help: str) -> None:
        self.book.skip(SourceError(message, resource.origin, help).as_skipped())


def _outward(prefix: str) -> list[str]:
    """A stack's prefix and those of the stacks around it."""
    names = prefix.split("/")[:-1]
    return ["".join(f"{name}/" for name in names[:count]) for count in range(len(names) + 1)]


def _same_file(one: Path, other: Path | None) -> bool:
    return other is not None and os.path.realpath(one) == os.path.realpath(other)
