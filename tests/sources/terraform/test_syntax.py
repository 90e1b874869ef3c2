"""Files are parsed with byte spans; what is broken costs its block and is told with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.estate.estate import Estate, Skipped
from auditor.iam.origin import Origin
from auditor.sources.terraform import parse_file

ReadAll = Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]
GOOD = 'resource "aws_lambda_function" "f" {\n  function_name = "good"\n  role          = var.r\n}\nvariable "r" {}\n'


def names(estate: Estate | None) -> list[str]:
    assert estate is not None
    return [str(function.name) for function in estate.functions]


@pytest.mark.parametrize(
    ("broken", "line", "column"),
    [
        ("locals {\n  a = \n  b = 1\n}\n", 2, 5),
        ("locals {\n  a = [1, 2\n  b = 1\n}\n", 3, 3),
        ("locals {\n  a = f(1,,2)\n}\n", 2, 10),
        ('locals {\n  a = "${x"\n}\n', 2, 10),
        ("locals {\n  a = { b = 1, c }\n}\n", 2, 16),
        ("locals {\n  a = 1\n}}\n", 3, 2),
    ],
)
def test_a_syntax_error_costs_its_block(read_all: ReadAll, broken: str, line: int, column: int) -> None:
    """The blocks before and behind it are read."""
    before = 'resource "aws_lambda_function" "b" {\n  function_name = "before"\n  role = var.r\n}\n'
    estate, skipped = read_all({"main.tf": before + broken + GOOD})
    assert names(estate) == ["before", "good"]
    (entry,) = skipped
    assert (entry.origin.file, entry.origin.line, entry.origin.column) == ("main.tf", 4 + line, column)
    assert "`locals` is left out" in entry.reason
    assert entry.help


def test_two_broken_blocks_are_two_entries(read_all: ReadAll) -> None:
    estate, skipped = read_all("locals {\n  a = \n}\n" + GOOD + "locals {\n  b = [\n}\n")
    assert names(estate) == ["good"]
    assert [entry.origin.line for entry in skipped] == [2, 10]


def test_a_broken_file_costs_no_other_file(read_all: ReadAll) -> None:
    estate, skipped = read_all({"a.tf": "}}} {{{ nonsense\n", "b.tf": GOOD})
    assert names(estate) == ["good"]
    assert [entry.origin.file for entry in skipped] == ["a.tf"]


def test_words_on_a_line_of_their_own_are_no_labels(read_all: ReadAll) -> None:
    """tree-sitter lets a block's type and labels stand on several lines; Terraform does not."""
    estate, skipped = read_all("hello world\n" + GOOD)
    assert names(estate) == ["good"]
    assert [(entry.origin.line, entry.origin.column) for entry in skipped] == [(1, 1)]


def test_a_merge_conflict_is_told_and_the_rest_is_read(read_all: ReadAll) -> None:
    conflict = "<<<<<<< HEAD\nlocals { a = 1 }\n=======\nlocals { a = 2 }\n>>>>>>> other\n"
    estate, skipped = read_all(conflict + GOOD)
    assert names(estate) == ["good"]
    assert [(entry.origin.line, entry.origin.end_line) for entry in skipped] == [(1, 5)]


def test_bytes_that_are_no_utf8(read_all: ReadAll, write: Callable[..., Path]) -> None:
    folder = write({"good.tf": GOOD})
    (folder / "bad.tf").write_bytes(b'locals {\n  a = "\xff"\n}\n')
    estate, skipped = read_all({})
    assert names(estate) == ["good"]
    assert [entry.origin.file for entry in skipped] == ["bad.tf"]


def test_a_byte_order_mark_is_no_error(read_all: ReadAll) -> None:
    estate, skipped = read_all("\ufeff" + GOOD)
    assert (names(estate), skipped) == (["good"], ())


@pytest.mark.parametrize(
    ("deep", "line"),
    [
        ("locals {\n  a = " + "[" * 10_000 + "]" * 10_000 + "\n}\n", 2),
        ("locals {\n" + "a {\n" * 10_000 + "}\n" * 10_000 + "}\n", 301),
        ('locals {\n  a = "' + '${"' * 3_000 + '"}' * 3_000 + '"\n}\n', 2),
    ],
    ids=["lists", "blocks", "templates"],
)
def test_brackets_inside_brackets(read_all: ReadAll, deep: str, line: int) -> None:
    estate, skipped = read_all(deep + GOOD)
    assert names(estate) == ["good"]
    assert [(entry.origin.line, "300 brackets" in entry.reason) for entry in skipped] == [(line, True)]


@pytest.mark.parametrize("deep", ["!" * 30_000 + "true", "+".join(["1"] * 30_000), "true ? 1 : " * 10_000 + "2"])
def test_operators_inside_operators_are_a_hole(read_all: ReadAll, deep: str) -> None:
    user = 'resource "aws_lambda_function" "g" {\n  function_name = local.a\n  role = "r"\n}\n'
    estate, skipped = read_all(f"locals {{\n  a = {deep}\n}}\n{GOOD}{user}")
    assert skipped == ()
    assert estate is not None
    assert estate.functions[1].name.hole is not None
    assert any(entry.origin.line == 2 for entry in estate.unresolved)


def test_a_file_that_is_too_large(read_all: ReadAll) -> None:
    estate, skipped = read_all({"a.tf": "#" * 10_500_000, "b.tf": GOOD})
    assert names(estate) == ["good"]
    assert [entry.origin.file for entry in skipped] == ["a.tf"]


def test_links_in_a_circle(read_all: ReadAll, write: Callable[..., Path]) -> None:
    folder = write({"good.tf": GOOD})
    (folder / "a.tf").symlink_to("b.tf")
    (folder / "b.tf").symlink_to("a.tf")
    estate, skipped = read_all({})
    assert names(estate) == ["good"]
    assert [entry.origin.file for entry in skipped] == ["a.tf", "b.tf"]


def test_a_block_that_is_declared_twice(read_all: ReadAll) -> None:
    estate, skipped = read_all(GOOD + GOOD)
    assert names(estate) == ["good"]
    assert ["declared twice" in entry.reason for entry in skipped] == [True, True]


def test_a_block_with_too_few_labels(read_all: ReadAll) -> None:
    estate, skipped = read_all('resource "aws_lambda_function" {\n}\n' + GOOD)
    assert names(estate) == ["good"]
    assert [entry.reason for entry in skipped] == ["a `resource` block has 2 labels, here are 1"]


def test_a_folder_without_configuration_is_no_estate(read_all: ReadAll) -> None:
    assert read_all({"notes.txt": "x"}) == (None, ())


def test_spans_are_bytes_of_the_file(write: Callable[..., Path]) -> None:
    """What an edit in place needs: blocks, their insides, attributes and expressions."""
    source = '# é\nlocals {\n  ä = ["é", x.y]\n}\n'.replace("ä", "a")
    file = parse_file(write({"x.tf": source}) / "x.tf")
    (block,) = file.blocks
    attribute = block.attributes["a"]
    assert file.source(block.start, block.end) == 'locals {\n  a = ["é", x.y]\n}'
    assert file.source(*block.inside) == '\n  a = ["é", x.y]\n'
    assert file.source(attribute.start, attribute.end) == 'a = ["é", x.y]'
    assert file.source(attribute.expression.start, attribute.expression.end) == '["é", x.y]'
    assert file.origin(attribute.expression.start, attribute.expression.end) == Origin("x.tf", 3, 7, 3, 17)
    assert file.offset(*file.position(attribute.expression.end)) == attribute.expression.end


def test_a_file_that_is_held_is_parsed_once(tmp_path: Path) -> None:
    file = tmp_path / "main.tf"
    file.write_text(GOOD)
    held = parse_file(file)
    assert parse_file(file) is held


def test_a_file_that_changed_is_parsed_anew(tmp_path: Path) -> None:
    file = tmp_path / "main.tf"
    file.write_text(GOOD)
    held = parse_file(file)
    file.write_text(GOOD.replace("good", "better"))
    changed = parse_file(file)
    assert changed is not held
    name = changed.blocks[0].attributes["function_name"]
    assert changed.source(name.start, name.end) == 'function_name = "better"'
