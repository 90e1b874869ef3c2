"""Located JSON says what JSON says, tells where, and keeps what is not known."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.node import Members, Node, Plain
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.errors import SourceError
from auditor.sources.located_json import DEEPEST, parse_json
from auditor.sources.places import Anchor, Places, everywhere, file_places

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=30,
)


def parse(source: Text | str) -> Node:
    return parse_json(source, file_places(str(source), "p.json"))


def plain(node: Node) -> Plain:
    if isinstance(node.value, Members):
        return {str(member.key): plain(member.value) for member in node.value}
    if isinstance(node.value, tuple):
        return [plain(item) for item in node.value]
    return str(node.value) if isinstance(node.value, Text) else node.value


def places_hold(node: Node, source: str) -> bool:
    """Whether the text at each value's place is that value."""
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    origin = node.origin
    start = starts[(origin.line or 0) - 1] + (origin.column or 0) - 1
    end = starts[(origin.end_line or 0) - 1] + (origin.end_column or 0) - 1
    inner = list(node.items or ()) + [member.value for member in node.members or ()]
    return json.loads(source[start:end]) == plain(node) and all(places_hold(item, source) for item in inner)


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_it_reads_what_the_standard_library_writes(value: Plain, indent: int | None, ascii_only: bool) -> None:
    source = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    node = parse(source)
    assert plain(node) == value
    assert places_hold(node, source)


@given(st.text(st.sampled_from('{}[]",:0123456789.eE+-truefalsn\\ \n\t'), max_size=12))
def test_it_refuses_what_the_standard_library_refuses(source: str) -> None:
    try:
        expected = json.loads(source)
    except ValueError:
        with pytest.raises(SourceError):
            parse(source)
        return
    if "Infinity" in repr(expected) or "inf" in repr(expected):
        with pytest.raises(SourceError, match="too large"):
            parse(source)
    else:
        assert plain(parse(source)) == expected


def test_a_value_knows_its_line_and_columns() -> None:
    node = parse('{\n  "é": [1,\n    "two"]\n}')
    assert node.members is not None
    member = node.members.items[0]
    assert member.origin == Origin("p.json", 2, 3, 3, 11)
    assert member.value.origin == Origin("p.json", 2, 8, 3, 11)
    assert member.value.items is not None
    assert member.value.items[1].origin == Origin("p.json", 3, 5, 3, 10)


def test_both_members_of_one_name_are_kept() -> None:
    node = parse('{"Effect": "Allow", "Effect": "Deny"}')
    assert [str(member.value.text) for member in node.members or ()] == ["Allow", "Deny"]


def test_a_byte_order_mark_is_passed_over() -> None:
    node = parse_json("\ufeff[1]", file_places("\ufeff[1]", "p.json"))
    assert plain(node) == [1]
    assert node.origin.column == 2


def test_a_hole_in_a_string_stays_in_it() -> None:
    account = Hole("account", HoleType.ACCOUNT)
    node = parse(text('["arn:aws:lex:r:', account, ':intent:*"]'))
    assert node.items is not None
    assert node.items[0].text == text("arn:aws:lex:r:", account, ":intent:*")


def test_a_hole_where_a_value_is_expected_is_unknown() -> None:
    hole = Hole("var.statement")
    node = parse(text('{"Statement": ', hole, ', "Version": "2012-10-17"}'))
    assert node.members is not None
    statement = node.members.get("Statement")
    assert statement is not None
    assert statement.unknown == hole
    assert len(node.members) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [("[", "]"), ("[1, ", "]"), ("[1 ", "]"), ("[", ", 1]"), ("[1, ", " ]")],
)
def test_a_hole_between_items_is_an_unknown_item(before: str, after: str) -> None:
    node = parse(text(before, Hole("var.more"), after))
    assert [item.unknown for item in node.items or () if item.unknown] == [Hole("var.more")]


@pytest.mark.parametrize(("before", "after"), [("{", "}"), ('{"a": 1 ', "}"), ('{"a": 1, ', ', "b": 2}')])
def test_a_hole_between_members_is_an_unknown_member(before: str, after: str) -> None:
    node = parse(text(before, Hole("var.more"), after))
    assert [member.key.hole for member in node.members or () if member.value.unknown] == [Hole("var.more")]


def test_a_hole_may_be_a_key() -> None:
    node = parse(text("{", Hole("var.operator"), ": {}}"))
    assert node.members is not None
    assert node.members.items[0].key == text(Hole("var.operator"))
    assert node.members.items[0].value.members is not None


def test_a_number_with_a_hole_in_it_is_unknown_under_the_name_of_all_of_it() -> None:
    node = parse(text("[1", Hole("n"), "5]"))
    assert node.items is not None
    assert node.items[0].unknown == Hole("1${n}5")


def test_a_character_that_looks_like_a_hole_is_text() -> None:
    assert plain(parse('"a\ufffcb"')) == "a\ufffcb"


def test_the_places_of_a_text_inside_another_follow_its_anchors() -> None:
    # As a heredoc of Terraform: the lines of the text stand at column 5 of lines 10 and 11.
    places = Places((Anchor(0, 10, 5), Anchor(2, 11, 5)), "m.tf", "aws_iam_role.r")
    node = parse_json("[\n1]", places)
    assert node.items is not None
    assert node.items[0].origin == Origin("m.tf", 11, 5, 11, 6, "aws_iam_role.r")


def test_without_places_every_part_is_at_the_whole() -> None:
    whole = Origin("m.tf", 3, 1, 3, 9)
    node = parse_json("[1]", everywhere(whole))
    assert node.items is not None
    assert node.items[0].origin == whole


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("", (1, 1), "expected a value, found the end"),
        ('{"a" 1}', (1, 6), "expected `:` after the key, found `1`"),
        ('{"a": 1,\n}', (1, 8), "a comma with nothing after it"),
        ("[1 2]", (1, 4), "expected `,` or `]`, found `2`"),
        ("[1}", (1, 3), "expected `,` or `]`, found `}`"),
        ("{a: 1}", (1, 2), "expected a key in double quotes, found `a`"),
        ('"abc', (1, 1), "a string that never ends"),
        ('"a\nb"', (1, 3), "a control character (U+000A) inside a string"),
        ('"\\x"', (1, 2), "`\\x` is no escape of JSON"),
        ('"\\ud800"', (1, 2), "`\\ud800` is half of a character"),
        ('"\\u12"', (1, 2), "`\\u` without four hexadecimal digits"),
        ("nul", (1, 1), "`nul` is no JSON value"),
        ("[] []", (1, 4), "unexpected `[` after the end of the value"),
        ("1e999", (1, 1), "the number `1e999` is too large"),
        ("9" * 401, (1, 1), "a number of more than 400 digits"),
        ("[" * 10_000, (1, DEEPEST + 1), f"more than {DEEPEST} lists and objects inside each other"),
        ('{"a":' * 10_000, (1, 5 * DEEPEST + 1), f"more than {DEEPEST} lists and objects inside each other"),
    ],
)
def test_the_first_wrong_place_is_told(source: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse(source)
    assert (raised.value.origin.line, raised.value.origin.column) == place
    assert raised.value.message == message


def test_the_deepest_value_that_is_allowed_is_read() -> None:
    node = parse("[" * DEEPEST + "]" * DEEPEST)
    assert node.items is not None
