"""The evaluator agrees with the real Terraform on random, well-typed expressions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from auditor.iam.origin import Origin
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.language.syntax import parse_expression
from auditor.sources.terraform.reading import RootReading

WORDS = ["", "a", "Ab", "x-y_z", "hello world", "é", "1", "a,b,,c", "/aws/lambda/f", "arn:aws:s3:::b"]
EACH = 400


class Writer:
    """Writes expressions of a wanted type: strings, numbers, bools, lists of strings, maps."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self, *choices: Callable[[int], str], depth: int) -> str:
        return self.random.choice(choices)(depth - 1)

    def string(self, depth: int) -> str:
        word = json.dumps(self.random.choice(WORDS), ensure_ascii=False)
        if depth <= 0:
            return word
        return self.one(
            lambda _: word,
            lambda d: f'"<${{{self.string(d)}}}-${{{self.number(d)}}}>"',
            lambda d: f"upper({self.string(d)})",
            lambda d: f"lower({self.string(d)})",
            lambda d: f"title({self.string(d)})",
            lambda d: f"trimspace({self.string(d)})",
            lambda d: f'trimprefix({self.string(d)}, "a")',
            lambda d: f'trimsuffix({self.string(d)}, "c")',
            lambda d: f'trim({self.string(d)}, "a/")',
            lambda d: f"join({self.string(0)}, {self.strings(d)})",
            lambda d: f'replace({self.string(d)}, "a", {self.string(0)})',
            lambda d: f'replace({self.string(d)}, "/[a-c]+/", "<$0>")',
            lambda d: f'format("%s|%d|%v|%q", {self.string(d)}, {self.whole(d)}, {self.truth(d)}, {self.string(0)})',
            lambda d: f'format("%5s|%-4s|%03d", {self.string(0)}, {self.string(0)}, {self.whole(d)})',
            lambda d: f"substr({self.string(d)}, 0, {self.random.randint(0, 5)})",
            lambda d: f"({self.truth(d)} ? {self.string(d)} : {self.string(d)})",
            lambda d: f'coalesce({self.string(d)}, "last")',
            lambda d: f"try({self.strings(d)}[{self.random.randint(0, 3)}], {self.string(d)})",
            lambda d: f'lookup({self.map(d)}, "k", {self.string(d)})',
            lambda d: f"jsonencode({self.map(d)})",
            lambda d: f"base64encode({self.string(d)})",
            lambda d: f'"%{{ for s in {self.strings(d)} }}[${{s}}]%{{ endfor }}"',
            lambda d: f'"%{{ if {self.truth(d)} }}y%{{ else }}n%{{ endif }}"',
            depth=depth,
        )

    def whole(self, depth: int) -> str:
        if depth <= 0:
            return str(self.random.randint(0, 99))
        return self.one(
            lambda _: str(self.random.randint(0, 99)),
            lambda d: f"length({self.strings(d)})",
            lambda d: f"length({self.string(d)})",
            lambda d: f"({self.whole(d)} + {self.whole(d)})",
            lambda d: f"({self.whole(d)} * {self.whole(d)})",
            lambda d: f"max({self.whole(d)}, {self.whole(d)})",
            lambda d: f"({self.whole(d)} % 7)",
            depth=depth,
        )

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(["0", "7", "2.5", "100"])
        return self.one(
            self.whole,
            lambda d: f"({self.number(d)} - {self.number(d)})",
            lambda d: f"floor({self.number(d)})",
            lambda d: f"abs({self.number(d)})",
            depth=depth,
        )

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(["true", "false"])
        return self.one(
            lambda d: f"({self.string(d)} == {self.string(d)})",
            lambda d: f"({self.whole(d)} < {self.whole(d)})",
            lambda d: f"!{self.truth(d)}",
            lambda d: f"({self.truth(d)} && {self.truth(d)})",
            lambda d: f"({self.truth(d)} || {self.truth(d)})",
            lambda d: f"contains({self.strings(d)}, {self.string(0)})",
            lambda d: f'startswith({self.string(d)}, "a")',
            lambda d: f"can({self.strings(d)}[1])",
            lambda d: f'anytrue([for s in {self.strings(d)} : s == "a"])',
            depth=depth,
        )

    def strings(self, depth: int) -> str:
        if depth <= 0:
            return "[" + ", ".join(self.string(0) for _ in range(self.random.randint(0, 3))) + "]"
        return self.one(
            lambda d: f"[{self.string(d)}, {self.string(d)}]",
            lambda d: f"concat({self.strings(d)}, {self.strings(d)})",
            lambda d: f"[for s in {self.strings(d)} : upper(s)]",
            lambda d: f'[for i, s in {self.strings(d)} : "${{i}}${{s}}" if s != "a"]',
            lambda d: f"[for k, v in {self.map(d)} : k]",
            lambda d: f'split(",", {self.string(d)})',
            lambda d: f"distinct({self.strings(d)})",
            lambda d: f"compact({self.strings(d)})",
            lambda d: f"sort({self.strings(d)})",
            lambda d: f"reverse({self.strings(d)})",
            lambda d: f"tolist(toset({self.strings(d)}))",
            lambda d: f"keys({self.map(d)})",
            lambda d: f"values({self.map(d)})",
            lambda d: f"flatten([{self.strings(d)}, [{self.strings(d)}]])",
            lambda d: f"[for m in [{self.map(d)}, {self.map(d)}] : m][*].k",
            lambda d: f'formatlist("%s!", {self.strings(d)})',
            lambda d: f"tolist(setunion({self.strings(d)}, {self.strings(d)}))",
            lambda d: f'regexall("[a-z]+", {self.string(d)})',
            depth=depth,
        )

    def map(self, depth: int) -> str:
        """A map that always has the key `k`."""
        if depth <= 0:
            return f"{{ k = {self.string(0)}, b = {self.string(0)} }}"
        return self.one(
            lambda d: f'{{ k = {self.string(d)}, "b-c" = {self.string(d)}, (upper("q")) = {self.string(d)} }}',
            lambda d: f"merge({self.map(d)}, {self.map(d)})",
            lambda d: f"{{ for k, v in {self.map(d)} : k => lower(v) }}",
            lambda d: f'zipmap(["k", "l"], [{self.string(d)}, {self.string(d)}])',
            depth=depth,
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_random_expressions(terraform: Callable[..., str], tmp_path: Path, seed: int) -> None:
    writer = Writer(seed)
    makers = [writer.string, writer.whole, writer.truth, writer.strings, writer.map]
    expressions = [makers[i % len(makers)](3) for i in range(EACH)]
    attempts = ", ".join(f'try(jsonencode({text}), "refused")' for text in expressions)
    expected = json.loads(json.loads(terraform(tmp_path, "console", input=f"jsonencode([{attempts}])\n")))
    reading = RootReading(tmp_path, ReadOptions(), tmp_path)
    actual = []
    for text, answer in zip(expressions, expected, strict=True):
        file, expression = parse_expression(text, Origin("console"))
        value = reading.evaluator.value(expression, Frame(reading.root, file))
        actual.append("refused" if answer == "refused" and value.unknown is not None else str(json_text(value)))
    differing = {text: (e, a) for text, e, a in zip(expressions, expected, actual, strict=True) if e != a}
    assert differing == {}
    assert expected.count("refused") < EACH / 4
