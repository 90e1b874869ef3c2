"""Located YAML says what PyYAML says where that loses nothing, and tells where."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.node import Members, Node, Plain
from auditor.iam.origin import Origin
from auditor.iam.text import Text
from auditor.sources.errors import SourceError
from auditor.sources.located_json import DEEPEST
from auditor.sources.located_yaml import parse_yaml
from auditor.sources.places import Places, file_places, line_anchors

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc", "Cf"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
    max_leaves=20,
)


def parse(source: str) -> tuple[Node, ...]:
    return parse_yaml(source, file_places(source, "b.yaml"))


LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\x85", "\u2028", "\n\n", "\ufeff\n", "  # why\n"])
SCALARS = st.sampled_from(
    ["x", "'a b'", '"\\u00e9\U0001f600"', "|\n   one\n\n   two", ">-\n   one\n   two", "[a, {b: c}]", "", "🦜 x"]
)


@given(st.sampled_from(["", "\ufeff"]), st.lists(st.tuples(SCALARS, LINE_ENDS), max_size=6))
def test_places_are_counted_in_lines_that_end_with_a_line_feed(mark: str, values: list[tuple[str, str]]) -> None:
    """YAML ends lines elsewhere too, editors and SARIF's viewers do not (decided in `places.line_starts`)."""
    source = mark + "".join(f"key{n}: {value}{end}" for n, (value, end) in enumerate(values))
    by_offset = Places(anchors=tuple(line_anchors(source, 1, 1)), file="b.yaml")
    assert outcome(source, file_places(source, "b.yaml")) == outcome(source, by_offset)


def outcome(source: str, places: Places) -> tuple[Node, ...] | Origin:
    """What a text says, or the place where it says nothing."""
    try:
        return parse_yaml(source, places)
    except SourceError as error:
        return error.origin


def plain(node: Node) -> Plain:
    if isinstance(node.value, Members):
        return {str(member.key): plain(member.value) for member in node.value}
    if isinstance(node.value, tuple):
        return [plain(item) for item in node.value]
    return str(node.value) if isinstance(node.value, Text) else node.value


@given(VALUES, st.sampled_from([True, False, None]))
def test_it_reads_what_pyyaml_writes(value: Plain, flow: bool | None) -> None:
    source = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    (node,) = parse(source)
    assert plain(node) == value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("111122223333", 111122223333),
        ("012345678901", "012345678901"),
        ("000123456701", "000123456701"),
        ("2012-10-17", "2012-10-17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("1.5", 1.5),
        ("1.50", "1.50"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("'yes'", "yes"),
        ("!!str 12", "12"),
        ("! 12", "12"),
    ],
)
def test_a_plain_scalar_loses_none_of_its_text(written: str, expected: Plain) -> None:
    (node,) = parse(f"a: {written}\n")
    assert plain(node) == {"a": expected}


def test_a_key_is_its_own_text() -> None:
    (node,) = parse("Null: {}\n12: {}\non: {}\n")
    assert [str(member.key) for member in node.members or ()] == ["Null", "12", "on"]


def test_a_value_knows_its_line_and_columns() -> None:
    (node,) = parse("a:\n  - x: 'é'\n  - |\n    text\n\n# the end\nb: 1\n")
    assert node.members is not None
    listed = node.members.items[0]
    assert listed.origin == Origin("b.yaml", 1, 1, 4, 9)
    first, second = listed.value.items or ()
    assert first.origin == Origin("b.yaml", 2, 5, 2, 11)
    assert first.members is not None
    assert first.members.items[0].value.origin == Origin("b.yaml", 2, 8, 2, 11)
    assert second.origin == Origin("b.yaml", 3, 5, 4, 9)


def test_columns_count_a_byte_order_mark() -> None:
    (node,) = parse("\ufeffa: 1")
    assert node.members is not None
    assert node.members.items[0].origin.column == 2


def test_each_document_of_a_file_is_a_value() -> None:
    assert [plain(node) for node in parse("a: 1\n---\nb: 2\n")] == [{"a": 1}, {"b": 2}]


def test_an_empty_text_has_no_documents() -> None:
    assert parse("# nothing\n") == ()


def test_both_members_of_one_name_are_kept() -> None:
    (node,) = parse("a: 1\na: 2\n")
    assert [member.value.value for member in node.members or ()] == [1, 2]


def test_an_alias_is_what_it_names_at_the_place_of_that() -> None:
    (node,) = parse("a: &x [1]\nb: *x\n")
    assert node.members is not None
    assert node.members.get("b") == node.members.get("a")


def test_an_alias_does_not_reach_into_another_document() -> None:
    with pytest.raises(SourceError, match="names nothing above it"):
        parse("a: &x 1\n---\nb: *x\n")


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 20):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("a: !Ref b", (1, 4), "unknown tag `!Ref`"),
        ("a: !!python/object:os.system x", (1, 4), "unknown tag `!!python/object:os.system`"),
        ("a: !!binary eA==", (1, 4), "unknown tag `!!binary`"),
        ("a: !!set {b}", (1, 4), "unknown tag `!!set`"),
        ("[1]: b", (1, 1), "a key must be a text"),
        ("? {a: b}\n: c", (1, 3), "a key must be a text"),
        ("<<: {a: b}", (1, 1), "merge keys (`<<`) are not read"),
        ("a: &x [*x]", (1, 8), "the alias `*x` stands inside what it names"),
        ("a: *x", (1, 4), "the alias `*x` names nothing above it"),
        ("[" * 10_000, (1, DEEPEST + 1), f"more than {DEEPEST} lists and objects inside each other"),
        ("a: b\x00c", (1, 5), "a character that YAML forbids (U+0000)"),
        ("a: b: c", (1, 5), "no valid YAML: mapping values are not allowed in this context"),
    ],
)
def test_the_first_wrong_place_is_told(source: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse(source)
    assert (raised.value.origin.line, raised.value.origin.column) == place
    assert raised.value.message == message


def test_aliases_cannot_stand_for_ever_more_values() -> None:
    with pytest.raises(SourceError, match="the aliases stand for more than 100,000 values"):
        parse(bomb())
