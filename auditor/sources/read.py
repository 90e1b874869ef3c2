"""From the paths that a user names to everything that was found there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from auditor.estate.estate import Reading, Skipped
from auditor.iam.origin import Origin
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.found import Found
from auditor.sources.home import home_from
from auditor.sources.join import join
from auditor.sources.kind import Kind
from auditor.sources.modules import root_modules
from auditor.sources.options import ReadOptions, check_options
from auditor.sources.reads import noting_reads
from auditor.sources.repository import audited_root
from auditor.sources.roots import Module, Output, Root, Template, read_roots
from auditor.sources.source import LARGEST_OUTPUT, STDIN, decode, load, unreadable
from auditor.sources.walk import is_terraform, walk

if TYPE_CHECKING:
    from auditor.sources.content import Content

_DEFAULTS = ReadOptions()


def read(paths: Sequence[str | Path], options: ReadOptions = _DEFAULTS, stdin: bytes | None = None) -> Reading:
    """Read files and folders; `-` is standard input (`stdin`, else that of the process).

    Each Terraform root module is one estate, and so is each plan and state, which is joined with
    the root module that it is of, and each template with those that it nests; all bundles, AWS
    outputs and policy documents together are one, the last. What could not be looked at is in the
    Reading's `skipped`, and never stops the rest. Raises UsageError where an option has a value that cannot be.
    """
    check_options(options)
    reader = _Reader(options)
    for path in paths:
        if str(path) == "-":
            reader.add_stdin(sys.stdin.buffer.read(LARGEST_OUTPUT + 1) if stdin is None else stdin)
        else:
            reader.add(Path(path))
    return reader.reading()


class _Reader:
    """Gathers what the paths tell, in their order, each file and folder once."""

    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self.kind = Kind(options.as_kind) if options.as_kind is not None else None
        self.home = home_from(options)
        self.roots: list[Root] = []
        self.found: list[Found] = []
        self.skipped: list[Skipped] = []
        self.sources: list[str] = []
        self.seen: set[str] = set()
        self.named: set[str] = set()
        self.met: dict[str, Content] = {}
        """Policy documents that were met in folders, by file."""

    def reading(self) -> Reading:
        with noting_reads() as used:
            read = read_roots(self.roots, self.options)
        parts = {id(part) for path in used - self.named for part in self._told_by(path)}
        estate, skipped = join([part for part in self.found if id(part) not in parts], self.options)
        estates = [*read.estates, estate] if estate is not None else read.estates
        own = [entry for entry in self.skipped if id(entry) not in parts]
        return Reading(tuple(estates), (*own, *read.skipped, *skipped), tuple(self.sources))

    def _told_by(self, path: str) -> Iterator[Found | Skipped]:
        """What a file that a configuration reads told by itself: it is told where it is used."""
        content = self.met.get(path)
        if content is not None:
            yield from content.found
            yield from content.skipped

    def add_stdin(self, data: bytes) -> None:
        try:
            self.take(_content().read_named(decode(data, STDIN), self.kind, self.home), None)
        except SourceError as error:
            self.skipped.append(error.as_skipped())

    def add(self, path: Path) -> None:
        file = display_path(path)
        try:
            folder = path.is_dir()
            if folder:
                self.add_folder(path)
            elif is_terraform(path.name) and path.is_file() and self.kind in (None, Kind.TERRAFORM):
                self.add_module(path.parent, audited_root(path, self.options))
            else:
                self.named.add(os.path.realpath(path))
                if self.first_sight(path):
                    self.take(_content().read_named(load(path, file), self.kind, self.home), path)
        except SourceError as error:
            self.skipped.append(error.as_skipped())
        except OSError as error:
            self.skipped.append(unreadable(error, Origin(file)).as_skipped())

    def add_folder(self, folder: Path) -> None:
        met = walk(folder, self.options.exclude)
        self.skipped.extend(met.skipped)
        if met.modules and self.kind in (None, Kind.TERRAFORM):
            # The grammar takes time to load, and a run over JSON does not need it.
            from auditor.sources.terraform import called_modules  # noqa: PLC0415 - loaded only where needed

            root = audited_root(folder, self.options)
            for module in root_modules(met.modules, called_modules):
                self.add_module(module, root)
        if self.kind is not Kind.TERRAFORM:
            for path in met.files:
                if self.first_sight(path):
                    file = display_path(path)
                    content = _content().read_met(path, file, self.kind, self.home)
                    self.take(content, path)
                    if content.bare:
                        self.met[os.path.realpath(path)] = content

    def add_module(self, folder: Path, root: Path) -> None:
        if self.first_sight(folder):
            files = sorted(path for path in folder.iterdir() if is_terraform(path.name))
            self.roots.append(Module(folder, root))
            self.sources.extend(display_path(path) for path in files)

    def take(self, content: Content, path: Path | None) -> None:
        """Keep what a file tells; None is standard input."""
        self.found.extend(content.found)
        self.skipped.extend(content.skipped)
        if content.outline is not None:
            self.roots.append(Output(content.outline, path))
        if content.template is not None:
            self.roots.append(Template(*content.template, path))
        if content.found or content.outline is not None or content.template is not None:
            self.sources.append(display_path(path) if path is not None else STDIN)

    def first_sight(self, path: Path) -> bool:
        # Path.resolve raises where links lead in a circle.
        real = os.path.realpath(path)
        new = real not in self.seen
        self.seen.add(real)
        return new


def _content() -> ModuleType:
    """The readers of everything but Terraform source, loaded where there is something for them."""
    from auditor.sources import content  # noqa: PLC0415 - as the docstring says

    return content
