"""A template, to an estate."""

from __future__ import annotations

from pathlib import Path

from auditor.estate.estate import Estate, Skipped
from auditor.iam.node import Node
from auditor.sources.cloudformation.assembly import assemble
from auditor.sources.cloudformation.cloud_assembly import environment
from auditor.sources.cloudformation.reading import Reading
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.declared.assembled import Assembled, told_by_arns
from auditor.sources.errors import SourceError
from auditor.sources.home import home_from
from auditor.sources.options import ReadOptions
from auditor.sources.repository import audited_root
from auditor.sources.running import deep_recursion, without_collector


def read_template(
    template: Node, file: str, path: Path | None, options: ReadOptions
) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """The estate of a template and what could not be read of it. None where nothing of it could be
    read. `file` is its name as the user sees it, `path` is None for standard input; nested
    templates are read below the audited root."""
    limit = audited_root(path if path is not None else Path(), options)
    told = environment(path, options) if path is not None else options
    with deep_recursion(), without_collector():
        assembled, skipped = _read(template, file, path, told, limit)
        more = told_by_arns(assembled, told) if assembled is not None else told
        if more != told:
            assembled, skipped = _read(template, file, path, more, limit)
    return assembled.estate if assembled is not None else None, skipped


def _read(
    template: Node, file: str, path: Path | None, options: ReadOptions, limit: Path
) -> tuple[Assembled | None, tuple[Skipped, ...]]:
    reading = Reading(limit, options)
    try:
        stack = reading.root(template, file, path, home_from(options))
        assembled = assemble(Resources(stack), _root(path, limit))
    except SourceError as error:
        return None, (*reading.book.skipped, error.as_skipped())
    return assembled, reading.book.skipped


def _root(path: Path | None, limit: Path) -> str:
    """The template relative to the repository."""
    if path is None:
        return ""
    real = path.resolve()
    return real.relative_to(limit).as_posix() if real.is_relative_to(limit) else path.name
