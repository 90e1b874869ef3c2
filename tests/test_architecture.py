"""The house: floors, rooms, and the size and names of files."""

from __future__ import annotations

import ast
import io
import re
import statistics
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "auditor"
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = [*MODULES, *(path for name in ("tests", "bench", "tools") for path in sorted((ROOT / name).rglob("*.py")))]

FLOOR = {
    "version": 0,
    "iam": 0,
    "estate": 1,
    "sources": 2,
    "needs": 2,
    "engine": 3,
    "fixes": 4,
    "triage": 4,
    "reports": 5,
    "cli": 6,
    "pipeline": 6,
    "question": 6,
    "__init__": 6,
    "__main__": 6,
}
ONE_ROOM = {"cli", "pipeline", "question", "__init__", "__main__"}
"""The rooms of the top floor, which make up one program."""
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "constants", "misc"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The full names of the modules that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module is not None
            names.add(node.module)
            if node.module == "auditor":
                names |= {f"auditor.{alias.name}" for alias in node.names}
    return names


def test_every_room_has_a_floor() -> None:
    """A new folder or module must be given its place here."""
    assert {room_of(path) for path in MODULES} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_uses_only_the_floors_below(path: Path) -> None:
    """Nor does it know another room of its own floor."""
    room = room_of(path)
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("auditor.")}
    wrong = {
        other
        for other in ours
        if other != room and FLOOR[other] >= FLOOR[room] and not {room, other} <= ONE_ROOM and other != "version"
    }
    assert set() == wrong


def test_only_the_reader_of_accounts_imports_boto3() -> None:
    users = {
        path.relative_to(ROOT) for path in MODULES if {"boto3", "botocore"} & {n.split(".")[0] for n in imported(path)}
    }
    assert {path for path in users if not str(path).startswith(("auditor/sources/aws", "auditor/fixes/aws"))} == set()


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in CODE}
    assert {path for path, length in lengths.items() if length > 450} == set()
    assert statistics.median(lengths[path] for path in MODULES) <= 130


def test_no_file_is_named_after_nothing() -> None:
    assert {path for path in CODE if FORBIDDEN_NAMES & {*path.parts, path.stem}} == set()


def comments(path: Path) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_ignore_carries_a_reason(path: Path) -> None:
    """`# noqa: X - why`, `# type: ignore[x]  # why`: without a reason nobody can tell when it may go."""
    ignores = [comment for comment in comments(path) if re.search(r"noqa|type:\s*ignore|pragma", comment)]
    reasoned = re.compile(r"(noqa: [A-Z0-9, ]+|type: ignore\[[a-z0-9, -]+\]|pragma: no cover)\s*(-|#)\s*\S.{3,}")
    assert [comment for comment in ignores if not reasoned.search(comment)] == []
