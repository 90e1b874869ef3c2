"""A file is read once, safely, and a text inside it keeps its places."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.source import LARGEST, Source, decode, load, parse_values


def source(content: str, file: str) -> Source:
    return decode(content.encode(), file)


def first_value(read: Source) -> Node:
    (value,) = parse_values(read)
    assert value.members is not None
    return value.members.items[0].value


def inner(read: Source) -> Node:
    """The JSON that the first member of the file holds as text."""
    held = first_value(read)
    assert held.text is not None
    return parse_json(held.text, read.places_inside(held))


def cut(read: Source, origin: Origin) -> str:
    lines = read.content.split("\n")
    assert origin.line == origin.end_line
    return lines[(origin.line or 0) - 1][(origin.column or 0) - 1 : (origin.end_column or 0) - 1]


def test_places_inside_an_escaped_text_of_json() -> None:
    policy = json.dumps({"Sid": 'a"\\\n\u00e9\U0001f600', "Effect": "Allow"})
    read = source('{\n  "Policy": ' + json.dumps(policy) + "\n}", "p.json")
    node = inner(read)
    assert node.members is not None
    effect = node.members.items[1]
    assert cut(read, effect.value.origin) == '\\"Allow\\"'
    assert cut(read, effect.origin) == '\\"Effect\\": \\"Allow\\"'


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ('Policy: \'{"Effect": "it\'\'s", "b": 1}\'\n', "1"),
        ('Policy: "{\\"a\\": [], \\"b\\": 1}"\n', "1"),
        ('Policy: |\n  {"a": [],\n   "b": 1}\n', "1"),
        ('Policy: |-\n    {"a": [],\n\n      "b": 1}', "1"),
    ],
)
def test_places_inside_a_text_of_yaml(content: str, seen: str) -> None:
    read = source(content, "p.yaml")
    node = inner(read)
    assert node.members is not None
    assert cut(read, node.members.items[1].value.origin) == seen


@pytest.mark.parametrize(
    "content",
    ['Policy: >\n  {"a": [],\n  "b": 1}\n', 'Policy: "{\\x22a\\x22: [], \\x22b\\x22: 1}"\n', 'Policy: "{\\n \\\n  }"'],
)
def test_a_text_that_cannot_be_followed_is_at_its_whole(content: str) -> None:
    read = source(content, "p.yaml")
    assert inner(read).origin == first_value(read).origin


def test_a_name_tells_the_language() -> None:
    with pytest.raises(SourceError):
        parse_values(source("a: 1", "x.json"))
    assert len(parse_values(source("a: 1\n---\nb: 2", "x.yml"))) == 2
    assert len(parse_values(source("{a: 1}", "<stdin>"))) == 1


def test_without_a_name_broken_json_is_told_as_json() -> None:
    with pytest.raises(SourceError, match="a comma with nothing after it"):
        parse_values(source('{"a": [1,]}x', "<stdin>"))


def test_bytes_that_are_no_utf8_are_told_with_their_offset(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(SourceError) as raised:
        load(file, "a.json")
    assert str(raised.value) == "a.json: not UTF-8: the byte at offset 7 is 0xff"


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    with file.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(SourceError) as raised:
        load(file, "a.json")
    assert raised.value.message == "too large to read: 10,485,761 bytes, the limit is 10,485,760"


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        load(tmp_path / "p", "p")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        load(tmp_path / "p", "p")


def test_a_circle_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "p").symlink_to("p")
    with pytest.raises(SourceError, match="cannot be read: too many levels of symbolic links"):
        load(tmp_path / "p", "p")
