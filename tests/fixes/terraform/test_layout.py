"""`line_up` agrees with the real `terraform fmt`."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.fixes.edit import Edit, edited, moved
from auditor.fixes.terraform.layout import line_up

WORDS = ["a", "id", "name", "role", "source_arn", "größe", "statement_id", "日本", "a_rather_long_name"]
VALUES = [
    "1",
    "true",
    "var.x",
    '"text"',
    '"größe 日本 🍕"',
    '"a # b // c"',
    '"${var.x}-[{("',
    "[1, 2]",
    "{ a = 1 }",
    '{ a = 1, "b" = [2] }',
    "f(1, 2)",
    'var.x ? "[" : "]"',
    "[for k in var.x : k]",
    "{ for k, v in var.x : k => v }",
]
COMMENTS = ["# why", "// 日本", "/* é */", "#", '# = "no"']


class Writer:
    """A random configuration, indented as `terraform fmt` does, with nothing lined up."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0

    def file(self) -> bytes:
        lines = [line for _ in range(3) for line in [*self.block(0), ""]]
        return ("\n".join(lines) + "\n").encode()

    def block(self, depth: int) -> Iterator[str]:
        indent = "  " * depth
        yield f'{indent}resource "a" "b" {{{self.behind()}'
        yield from self.body(depth + 1, blocks=True)
        yield f"{indent}}}{self.behind()}"

    def body(self, depth: int, *, blocks: bool = False) -> Iterator[str]:
        indent = "  " * depth
        for _ in range(self.random.randrange(1, 7)):
            match self.random.randrange(12):
                case 0:
                    yield ""
                case 1:
                    yield f"{indent}# alone"
                case 2 if blocks and depth < 4:
                    yield from self.block(depth)
                case 3 if depth < 4:
                    yield f"{indent}{self.name()}{{"
                    yield from self.body(depth + 1)
                    yield f"{indent}}}{self.behind()}"
                case 4 if depth < 4:
                    yield f"{indent}{self.name()}["
                    yield from self.items(depth + 1)
                    yield f"{indent}]{self.behind()}"
                case 5:
                    yield f"{indent}{self.name()}<<-EOT"
                    yield f"{indent}  a   =   1   # no"
                    yield f"{indent}EOT"
                case 6 if blocks:
                    yield f"{indent}{self.random.choice(WORDS)} {{ b = 1 }}{self.behind()}"
                case 7 if depth < 4:
                    yield f"{indent}{self.name()}[{{"
                    yield from self.body(depth + 1)
                    yield f"{indent}  }}, {{"
                    yield from self.body(depth + 1)
                    yield f"{indent}}}]{self.behind()}"
                case _:
                    yield f"{indent}{self.name()}{self.random.choice(VALUES)}{self.behind()}"

    def items(self, depth: int) -> Iterator[str]:
        for _ in range(self.random.randrange(1, 5)):
            match self.random.randrange(5):
                case 0:
                    yield "  " * depth + "# alone"
                case 1 if depth < 4:
                    yield "  " * depth + "{"
                    yield from self.body(depth + 1)
                    yield "  " * depth + "}," + self.behind()
                case _:
                    yield "  " * depth + self.random.choice(VALUES) + "," + self.behind()

    def name(self) -> str:
        self.names += 1
        return f"{self.random.choice(WORDS)}{self.names}{self.spaces(0)}={self.spaces(0)}"

    def behind(self) -> str:
        if self.random.randrange(3):
            return ""
        comment = self.random.choice(COMMENTS)
        return f" {comment}" if comment.startswith("/*") else self.spaces(1) + comment

    def spaces(self, least: int) -> str:
        return " " * self.random.randrange(least, 5)


@pytest.fixture(scope="module")
def formatted(terraform_program: str, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[bytes, bytes]]:
    """Random files, and what `terraform fmt` makes of each: one run for all."""
    folder = tmp_path_factory.mktemp("layout")
    written = {folder / f"{seed:03}.tf": Writer(seed).file() for seed in range(300)}
    for path, content in written.items():
        path.write_bytes(content)
    subprocess.run([terraform_program, "fmt", str(folder)], check=True, capture_output=True)
    return [(content, path.read_bytes()) for path, content in written.items()]


def test_all_is_lined_up_as_terraform_does(formatted: list[tuple[bytes, bytes]]) -> None:
    """With everything touched, a file becomes what `terraform fmt` makes of it."""
    for content, wanted in formatted:
        assert wanted.decode() == line_up(content, [(0, len(content))]).decode()


def test_what_is_lined_up_stays(formatted: list[tuple[bytes, bytes]]) -> None:
    """Whatever is touched of a file that is as `terraform fmt` leaves it, it stays as it is."""
    for _, wanted in formatted:
        middle = len(wanted) // 2
        assert wanted == line_up(wanted, [(middle, middle)])


def test_one_changed_line_is_lined_up_with_its_neighbours(
    formatted: list[tuple[bytes, bytes]], terraform_program: str, tmp_path: Path
) -> None:
    """A line that comes between others moves them as `terraform fmt` does."""
    changes: dict[Path, bytes] = {}
    for number, (_, wanted) in enumerate(formatted):
        lines = wanted.decode().split("\n")
        places = [i for i, line in enumerate(lines) if line.startswith("  ") and " = " in line and "EOT" not in line]
        starts = [i for i in places if "   =   " not in lines[i] and not lines[i].rstrip().endswith(("{", "["))]
        if not starts:
            continue
        place = starts[len(starts) // 2]
        indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        new = f"{indent}an_even_longer_name_than_all = 1 # new"
        before = "\n".join([*lines[:place], ""]).encode()
        content = before + new.encode() + b"\n" + "\n".join(lines[place:]).encode()
        changes[tmp_path / f"{number:03}.tf"] = line_up(content, [(len(before), len(before) + len(new.encode()))])
    for path, content in changes.items():
        path.write_bytes(content)
    command = [terraform_program, "fmt", "-check", str(tmp_path)]
    changed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (changed.stdout, len(changes) > 100) == ("", True)


@pytest.mark.parametrize("seed", range(40))
def test_known_blocks_are_lined_up_like_found_ones(seed: int) -> None:
    """Where the top-level blocks of a file are told, no other part of it is looked at, and nothing else
    comes of it."""
    chance = random.Random(seed)
    blocks = [f'resource "a" "b{n}" {{\n  x = 1 # one\n  longer = [\n    2,\n  ]\n}}\n'.encode() for n in range(4)]
    content = b"\n".join(blocks)
    starts = [content.index(block) for block in blocks]
    spans = [(start, start + len(block) - 1) for start, block in zip(starts, blocks, strict=True)]
    chosen = chance.sample(range(4), 2)
    edits = [Edit("", at, at, "  the_longest = 3 # three\n") for at in (starts[n] + 18 for n in chosen)]
    after, touched = edited(content, edits)
    known = moved(content, edits, spans)
    assert known
    assert line_up(after, touched, known) == line_up(after, touched)
