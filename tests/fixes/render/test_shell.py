"""Shell words give back the exact argument, whatever it holds."""

from __future__ import annotations

import json
import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.shell import Command, write_commands, write_json, write_word
from auditor.iam.node import node
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, text

HOSTILE = [
    "",
    "'",
    '"',
    "$(touch x)",
    "`touch x`",
    "a\nb",
    "../../etc/passwd",
    "${HOME}",
    "é ☃ 𝄞",
    "!!",
    "a;b&c|d>e",
    "\\",
    "*?[a]",
    "~",
    "\t",
    "#",
]
ARGUMENTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_characters="\0", codec="utf-8")))


def through_sh(words: list[str], **variables: str) -> list[str]:
    """What a POSIX shell makes of the words."""
    program = "printf '%s\\0' " + " ".join(words)
    done = subprocess.run(["sh", "-c", program], env=variables, capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@settings(max_examples=15)
@given(st.lists(ARGUMENTS, min_size=1, max_size=60))
def test_a_shell_reads_back_the_exact_arguments(arguments):
    words = [write_word(text(argument)) for argument in arguments]
    assert arguments == through_sh(words)
    assert arguments == shlex.split(" ".join(words))


@settings(max_examples=15)
@given(st.lists(st.tuples(ARGUMENTS, ARGUMENTS), min_size=1, max_size=40))
def test_a_hole_is_a_variable_and_nothing_beside_it_is_expanded(pairs):
    words = [write_word(text(before, ACCOUNT, after)) for before, after in pairs]
    assert [f"{before}1 2*{after}" for before, after in pairs] == through_sh(words, ACCOUNT="1 2*")


def test_every_variable_is_set_up_once_and_first():
    arn = text("arn:aws:sqs:", REGION, ":", ACCOUNT, ":q")
    commands = write_commands([Command("aws a b", (("x", arn),)), Command("aws a c", (("x", arn),))])
    assert [c[: len(p)] for c, p in zip(commands, ["ACCOUNT=", 'REGION="', "aws a b ", "aws a c "], strict=True)] == [
        "ACCOUNT=",
        'REGION="',
        "aws a b ",
        "aws a c ",
    ]


def test_a_value_that_begins_like_an_option_stays_a_value():
    assert write_commands([Command("aws lambda x", (("statement-id", text("-rf")),))]) == (
        "aws lambda x --statement-id=-rf",
    )


@pytest.mark.parametrize("value", ["file:///etc/passwd", "fileb://x", "http://x", "https://x"])
def test_a_value_that_the_aws_cli_would_load_from_elsewhere_is_refused(value):
    """AWS CLI user guide, "Loading a parameter from a file": these prefixes are followed."""
    with pytest.raises(InexpressibleError):
        write_commands([Command("aws iam x", (("policy-name", text(value)),))])


@pytest.mark.parametrize(
    "value",
    [text("a", Hole("var.env"), "b"), text("a\0b"), text("\ud800"), text(Hole("other account", HoleType.ACCOUNT))],
    ids=["unknown hole", "zero byte", "lone surrogate", "another account"],
)
def test_what_a_shell_cannot_say_is_refused(value):
    with pytest.raises(InexpressibleError):
        write_word(value)


def test_a_hole_for_every_value_is_the_wildcard():
    assert write_word(text("a:", Hole("version", HoleType.LEX_VERSION, each=True))) == "'a:*'"


JSON = st.recursive(
    st.one_of(ARGUMENTS, st.booleans(), st.none(), st.integers()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(ARGUMENTS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=60)
@given(JSON)
def test_json_is_read_back_as_it_was(value):
    written = write_json(node(value))
    assert value == json.loads(str(written))
    assert str(written).isascii()


def test_holes_in_json_become_variables():
    written = write_word(write_json(node({"a'b": [text("x:", ACCOUNT, '"')]})))
    assert through_sh([written], ACCOUNT="111122223333") == ['{"a\'b":["x:111122223333\\""]}']
