"""A template, to an estate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor.estate.estate import Estate, Skipped
from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.sources.cloudformation.assembly import assemble
from auditor.sources.cloudformation.cases import Cases
from auditor.sources.cloudformation.cloud_assembly import environment
from auditor.sources.cloudformation.exports import Exports
from auditor.sources.cloudformation.mentions import tell_unknown
from auditor.sources.cloudformation.reading import Reading
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.declared.assembled import Assembled, told_by_arns
from auditor.sources.errors import SourceError
from auditor.sources.home import home_from
from auditor.sources.options import ReadOptions
from auditor.sources.repository import audited_root
from auditor.sources.running import deep_recursion, without_collector


def read_template(
    template: Node, file: str, path: Path | None, options: ReadOptions, exports: Exports | None = None
) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """The estate of a template and what could not be read of it. None where nothing of it could be
    read. `file` is its name as the user sees it, `path` is None for standard input; nested
    templates are read below the audited root, and what it imports is taken from `exports`."""
    limit = audited_root(path if path is not None else Path(), options)
    told = environment(path, options) if path is not None else options
    with deep_recursion(), without_collector():
        read = _read(template, file, path, told, limit, exports)
        more = told_by_arns(read.assembled, told) if read.assembled is not None else told
        if more != told:
            read.reading.close()
            read = _read(template, file, path, more, limit, exports)
        estate = read.estate()
        read.reading.close()
        return estate, read.skipped


class _Read(Frozen):
    """A template that was read; nothing is assembled where that could not be done."""

    reading: Reading
    stack: Stack | None = None
    assembled: Assembled | None = None
    error: SourceError | None = None

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        told = self.reading.book.skipped
        return told if self.error is None else (*told, self.error.as_skipped())

    def estate(self) -> Estate | None:
        """The estate with its other cases."""
        if self.assembled is None or self.stack is None:
            return None
        estate = self.assembled.estate
        cases = Cases(self.reading, self.stack)
        different = [replace(estate, holding=(cases.own,))]
        for case in cases.others():
            self.reading.absent.clear()
            other = assemble(Resources(case.stack), estate.root).estate
            if self.reading.absent and case.decided:
                continue
            same = next((n for n, known in enumerate(different) if _told(known) == _told(other)), None)
            if same is None:
                different.append(replace(other, holding=(case.literals,) if case.literals else ()))
            else:
                different[same] = replace(different[same], holding=(*different[same].holding, case.literals))
        alone = len(different) == len(different[0].holding) == 1
        return estate if alone else replace(different[0], cases=tuple(different[1:]))


def _told(estate: Estate) -> tuple[object, ...]:
    return estate.functions, estate.roles, estate.bots, estate.documents


def _read(
    template: Node, file: str, path: Path | None, options: ReadOptions, limit: Path, exports: Exports | None
) -> _Read:
    reading = Reading(limit, options, exports)
    try:
        stack = reading.root(template, file, path, home_from(options))
        assembled = assemble(Resources(stack), _root(path, limit))
        for each in stack.all_stacks():
            tell_unknown(each)
        return _Read(reading, stack, assembled)
    except SourceError as error:
        return _Read(reading, error=error)


def _root(path: Path | None, limit: Path) -> str:
    """The template relative to the repository."""
    if path is None:
        return ""
    real = path.resolve()
    return real.relative_to(limit).as_posix() if real.is_relative_to(limit) else path.name
