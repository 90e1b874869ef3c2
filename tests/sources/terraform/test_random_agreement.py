"""The evaluator agrees with the real Terraform on random expressions, values and mistakes alike.

`TERRAFORM_EXPRESSIONS` in the environment asks for more expressions than the quick run compares.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.iam.origin import Origin
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.evaluation.value import EvaluationError, is_known
from auditor.sources.terraform.language.syntax import parse_expression
from auditor.sources.terraform.reading import RootReading
from tests.sources.terraform.expression_writer import FILES, Writer

EACH = 1_500
"""Expressions of one configuration, which one console answers."""
SEEDS = range(1, 1 + max(2, -(-int(os.environ.get("TERRAFORM_EXPRESSIONS", "0")) // EACH)))
REFUSED = "refused"


@pytest.mark.parametrize("seed", SEEDS)
def test_random_expressions(terraform: Callable[..., str], tmp_path: Path, seed: int) -> None:
    """Each has the value that Terraform gives it, and is refused where Terraform refuses it. Nothing
    in them is unknown, so none may have a hole."""
    folder = tmp_path / "module"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content)
    writer = Writer(seed)
    expressions = [writer.expression(depth=3) for _ in range(EACH)]
    attempts = ",\n".join(f'    try(jsonencode({text}), "{REFUSED}")' for text in expressions)
    (folder / "asked.tf").write_text(f"locals {{\n  asked = [\n{attempts}\n  ]\n}}\n")
    shown = terraform(folder, "console", input="jsonencode(local.asked)\n")
    expected = json.loads(json.loads(shown))
    (folder / "asked.tf").unlink()
    reading = RootReading(folder, ReadOptions(), folder)
    actual = [ours(reading, text) for text in expressions]
    differing = {text: (e, a) for text, e, a in zip(expressions, expected, actual, strict=True) if e != a}
    assert differing == {}
    assert EACH / 20 < expected.count(REFUSED) < EACH / 2


def ours(reading: RootReading, source: str) -> str:
    file, expression = parse_expression(source, Origin("console"))
    try:
        value = reading.evaluator.attempt(expression, Frame(reading.root, file))
    except EvaluationError:
        return REFUSED
    return str(json_text(value)) if is_known(value) else f"not known: {value.value}"
