"""No configuration keeps the reader for ever, or fills the memory."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate, Skipped
from auditor.sources.terraform.evaluation import evaluator

ReadAll = Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]
USER = 'resource "aws_lambda_function" "f" {\n  function_name = %s\n  role = "r"\n}\n'


def doubled(expression: str, first: str) -> str:
    """Sixty locals, each twice as large as the one before."""
    steps = "".join(f"  a{i + 1} = {expression.replace('A', f'local.a{i}')}\n" for i in range(60))
    return f"locals {{\n  a0 = {first}\n{steps}}}\n"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (doubled('"${A}${A}"', '"x"'), "local.a60"),
        (doubled("[A, A]", '"x"'), "sha256(jsonencode(local.a60))"),
        (doubled("[A, A]", '"x"'), "join(local.a60 == local.a59 ? 1 : 2, flatten(local.a60))"),
        (doubled("concat(A, A)", '["x"]'), 'join(",", local.a60)'),
        (doubled('format("%s%s", A, A)', '"x"'), "local.a60"),
        (doubled('join(A, ["", "", ""])', '"x"'), "local.a60"),
        (doubled('replace(A, "x", "xx")', '"x"'), "local.a60"),
        (doubled("merge({ l = A }, { r = A })", "{}"), "md5(jsonencode(local.a60))"),
        ("", f'regex("(a*)*b|(a|a)*c", "{"a" * 40}")'),
        ("", f'replace("{"a" * 400}", "/a*a*a*a*a*b/", "")'),
        ("", "pow(10, 300) * pow(10, 300)"),
        ("", 'format("%999d", 1) == "" ? "a" : strrev(format("%1000d", 1))'),
    ],
)
def test_values_that_grow(read_all: ReadAll, source: str, name: str) -> None:
    start = time.monotonic()
    estate, skipped = read_all(source + USER % name)
    assert estate is not None
    assert skipped == ()
    assert estate.functions[0].name.literal is None
    # It ends at all: what is meant is no speed.
    assert time.monotonic() - start < 60


def test_loops_inside_loops(read_all: ReadAll, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evaluation stops after a number of steps, and says so."""
    monkeypatch.setattr(evaluator, "MOST_STEPS", 20_000)
    loops = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a * b * c]]]"
    estate, skipped = read_all(USER % f"md5(jsonencode({loops}))")
    assert estate is not None
    assert estate.functions[0].name.literal is None
    assert ["evaluation stops after" in entry.reason for entry in skipped] == [True]


def test_a_chain_of_locals(read_all: ReadAll) -> None:
    """Four hundred references deep is enough; what is deeper is not known."""
    chain = "".join(f'  a{i} = "${{local.a{i + 1}}}x"\n' for i in range(3000))
    estate, skipped = read_all(
        f'locals {{\n{chain}  a3000 = "end"\n}}\n' + USER % "local.a0" + USER.replace('"f"', '"g"') % "local.a2950"
    )
    assert estate is not None
    assert skipped == ()
    assert [function.name.literal is None for function in estate.functions] == [True, False]


def test_a_deep_value(read_all: ReadAll) -> None:
    chain = "".join(f"  a{i + 1} = [local.a{i}]\n" for i in range(3000))
    uses = "".join((USER % f"md5(jsonencode(local.a{i}))").replace('"f"', f'"f{i}"') for i in range(150, 3000, 150))
    estate, skipped = read_all(f'locals {{\n{chain}  a0 = "end"\n}}\n{uses}')
    assert estate is not None
    assert skipped == ()
    assert estate.functions[0].name.literal is not None
    assert estate.functions[-1].name.literal is None
