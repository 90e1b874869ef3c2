"""Finding the configuration, and putting what it says in the place of options that are not given."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from auditor.cli.reading import ReadingArguments
from auditor.sources.display import display_path
from auditor.sources.errors import UsageError
from auditor.sources.repository import repository_of

if TYPE_CHECKING:
    from auditor.triage.elsewhere import Apart

FILE = ".auditor.yaml"

Asked = TypeVar("Asked", bound=ReadingArguments)


def configured(asked: Asked, paths: Sequence[str]) -> Asked:
    """The same with its configuration, and with what that says of the sources where no option and no
    variable of the environment does. Raises UsageError."""
    file = _file(asked, paths)
    if file is None:
        return asked
    from auditor.triage.configuration import read_configuration  # noqa: PLC0415 - many runs have none

    said = read_configuration(display_path(file))
    return replace(
        asked,
        configuration=said,
        account=asked.account or said.account,
        region=asked.region or ((said.region,) if said.region else ()),
        exclude=asked.exclude or said.exclude,
    )


def _file(asked: ReadingArguments, paths: Sequence[str]) -> Path | None:
    if asked.no_config:
        if asked.config is not None and not os.environ.get("AUDITOR_CONFIG"):
            raise UsageError("`--config` and `--no-config` contradict each other", "leave one of the two out")
        return None
    return asked.config if asked.config is not None else find_configuration(paths)


def find_configuration(paths: Sequence[str]) -> Path | None:
    """The nearest configuration at or above what the paths have in common, up to the root of the
    repository; without one, up to the working directory where that is above, else there alone."""
    start = start_of(paths)
    top = _tree_of(start)
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if folder == top:
            return None
    return None


def apart_from(asked: ReadingArguments, paths: Sequence[str]) -> Apart | None:
    """The two trees, where a configuration is named that is in another one than what is audited."""
    if asked.config is None or asked.no_config:
        return None
    audited, configured = _tree_of(start_of(paths)), _tree_of(asked.config.resolve().parent)
    if audited == configured:
        return None
    from auditor.triage.elsewhere import Apart  # noqa: PLC0415 - most configurations are beside what is audited

    return Apart(audited, configured)


def _tree_of(folder: Path) -> Path:
    """The repository that holds a folder; without one, the working directory where that is above, else
    the folder itself."""
    here = Path.cwd().resolve()
    return repository_of(folder) or (here if folder.is_relative_to(here) else folder)


def start_of(paths: Sequence[str]) -> Path:
    """The folder that the paths have in common, links resolved; without a path the current one."""
    folders = [path if path.is_dir() else path.parent for path in map(Path, paths) if str(path) != "-"]
    return Path(os.path.commonpath([os.path.realpath(folder) for folder in folders or [Path()]]))
