"""Strings and layout of HCL, judged by Terraform itself."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.fixes.render.hcl import Attribute, Blank, Block, Call, Comment, Object, Raw, key, template, write_items

from .conftest import Terraform

PIECES = st.sampled_from(
    ["$", "%", "{", "}", "${", "%{", "$${", "%%{", '"', "\\", "\n", "\r\n", "\t", "~", "a", "é", "𝄞"]
)
# Terraform brings every string to Unicode's form NFC, whatever the source says.
NFC = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(st.characters(codec="utf-8"), max_size=12)).map(
    lambda value: unicodedata.normalize("NFC", value)
)


def values(folder: Path, terraform: Terraform, source: str) -> dict[str, object]:
    """The outputs of a configuration."""
    (folder / "main.tf").write_text(source + "\n", "utf-8", newline="")
    for stale in folder.glob("terraform.tfstate*"):
        stale.unlink()
    done = terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color")
    assert done.returncode == 0, done.stderr + source
    return {name: entry["value"] for name, entry in json.loads(terraform(folder, "output", "-json").stdout).items()}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NFC, NFC), min_size=60, max_size=60))
def test_terraform_reads_back_the_exact_string(terraform, tmp_path, pairs):
    """Alone, before and after an expression, and as the key of an object."""
    known = Raw("local.known")
    items = [Block("locals", (Attribute("known", Raw('"KNOWN"')),))]
    listed = tuple(template([before]) for before, _ in pairs)
    mixed = tuple(template([part for part in (a, known, b) if part]) for a, b in pairs)
    keyed = tuple(Object((Attribute(key([before]), Raw("1")),)) for before, _ in pairs)
    for name, value in (("listed", listed), ("mixed", mixed), ("keyed", keyed)):
        items.append(Block(f'output "{name}"', (Attribute("value", value),)))
    found = values(tmp_path, terraform, write_items(items))
    assert [before for before, _ in pairs] == found["listed"]
    assert [unicodedata.normalize("NFC", f"{a}KNOWN{b}") for a, b in pairs] == found["mixed"]
    assert [{before: 1} for before, _ in pairs] == found["keyed"]


LAYOUT = [
    Comment("one\ntwo"),
    Block(
        'resource "x" "y"',
        (
            Attribute("a", Raw("1")),
            Attribute("longer", Raw('"two"')),
            Attribute("list", tuple(Raw(f'"{"x" * 30}{number}"') for number in range(4))),
            Attribute("b", Raw("1")),
            Attribute(
                "policy",
                Call(
                    "jsonencode",
                    Object(
                        (
                            Attribute("Version", Raw('"2012-10-17"')),
                            Attribute(
                                "Statement", (Object((Attribute("Sid", Raw('""')), Attribute("Effect", Raw("1")))),)
                            ),
                            Attribute('"aws:SourceArn"', Raw('"x"')),
                            Attribute("short", (Raw("1"), Raw("2"))),
                            Attribute("none", Object(())),
                        )
                    ),
                ),
            ),
            Blank(),
            Attribute("after", Raw("1")),
            Comment("between"),
            Attribute("afterwards", Raw("1")),
            Block("lifecycle", (Attribute("create_before_destroy", Raw("true")),)),
        ),
    ),
    Blank(),
    Block('data "z" "current"', ()),
]


def test_terraform_fmt_has_nothing_to_change(terraform, tmp_path):
    (tmp_path / "main.tf").write_text(write_items(LAYOUT) + "\n")
    done = terraform(tmp_path, "fmt", "-check", "-diff")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_no_name_ends_the_comment_that_holds_it():
    assert write_items([Comment("a\nresource {}\u2028b")]).splitlines() == ["# a\\nresource {}\\u2028b"]
