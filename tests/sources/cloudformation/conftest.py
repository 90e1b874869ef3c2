"""Reading templates from texts in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from auditor.estate.estate import Estate, Reading, Skipped
from auditor.estate.function import Function
from auditor.sources.options import ReadOptions
from auditor.sources.read import read as read_paths

Files = Mapping[str, str]
ReadAll = Callable[..., Reading]
Read = Callable[..., Estate]


@pytest.fixture
def read_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadAll:
    """Reads `template.yaml` of some files (a text alone is that one) and all that was skipped."""

    def apply(
        files: Files | str, path: str = "template.yaml", vars: Mapping[str, str] | None = None, **options: str
    ) -> Reading:
        for name, content in ({path: files} if isinstance(files, str) else files).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        monkeypatch.chdir(tmp_path)
        chosen = ReadOptions(vars=MappingProxyType(dict(vars or {})), **options)  # type: ignore[arg-type] # from tests
        return read_paths([path], chosen)

    return apply


@pytest.fixture
def read(read_all: ReadAll) -> Read:
    """Reads a template of which nothing is skipped."""

    def apply(files: Files | str, **options: object) -> Estate:
        reading = read_all(files, **options)
        assert reading.skipped == ()
        (estate,) = reading.estates
        return estate

    return apply


@pytest.fixture
def read_wrong(read_all: ReadAll) -> Callable[..., tuple[Estate, list[tuple[str, str]]]]:
    """Reads a template with mistakes: the estate, and what was told of them."""

    def apply(files: Files | str, **options: object) -> tuple[Estate, list[tuple[str, str]]]:
        reading = read_all(files, **options)
        (estate,) = reading.estates
        return estate, told(reading.skipped)

    return apply


def told(skipped: tuple[Skipped, ...]) -> list[tuple[str, str]]:
    return [(str(entry.origin), entry.reason) for entry in skipped]


@pytest.fixture
def value(read: Read) -> Callable[..., str]:
    """What an expression is worth: the name that a function has by it. `sections` stand before."""

    def apply(expression: str, sections: str = "", resources: str = "", **options: object) -> str:
        return str(name_by(read, expression, sections, resources, **options))

    return apply


def name_by(read: Read, expression: str, sections: str = "", resources: str = "", **options: object) -> object:
    functions = [
        f for f in read(template(expression, sections, resources), **options).functions if f.address == "Asked"
    ]
    (function,) = functions
    return function.name


def template(expression: str, sections: str = "", resources: str = "") -> str:
    return (
        f"{sections}\nResources:\n  Asked:\n    Type: AWS::Lambda::Function\n    Properties:\n"
        f"      FunctionName: {expression}\n{resources}"
    )


def only(functions: tuple[Function, ...]) -> Function:
    (function,) = functions
    return function
