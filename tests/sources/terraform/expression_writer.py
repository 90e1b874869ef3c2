"""Random expressions over the functions and operators of the language, most of them well typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

FILES = {
    "main.tf": 'locals {\n  template = "<$${k}>%%{ if true }y%%{ endif }"\n}\n',
    "a.txt": "one\n${two}\n",
    "t.tftpl": "%{ for s in l ~}\n- ${s}\n%{ endfor ~}\n${upper(k)}\n",
}
"""What the expressions read."""

WORDS = [
    "",
    "a",
    "Ab",
    "x-y_z",
    "hello world",
    "é",
    "ǆo",
    "ßİΣ",
    "1",
    "-7",
    "a,b,,c",
    "/aws/lambda/f",
    "arn:aws:s3:::b",
]
MORE_WORDS = [
    "true",
    "tab\there",
    "line\nbreak",
    'say "hi"',
    "50%",
    "back\\slash",
    "<&>",
    "0x1F",
    " padded ",
    "Zz\U0001f600",
]
PATTERNS = ["[a-z]+", "^a", "(a)(b)?", "(?P<first>[a-z])(?P<rest>[^,]*)", "[0-9]{2,}", "b|c", "\\\\s", "[^/]+$", "l+o"]
NUMBERS = ["0", "1", "7", "2.5", "100", "0.125", "1e3", "3.75"]
Make = Callable[[int], str]


def quoted(word: str) -> str:
    """A literal of the language: JSON's escapes, and its own for what begins a template."""
    return json.dumps(word, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


class Writer:
    """Writes expressions of a wanted type: strings, numbers, bools, lists, sets, maps, objects."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.bound: list[str] = []
        """Names of strings that loops around the place have bound."""

    def expression(self, depth: int) -> str:
        makers = (
            self.string, self.string, self.whole, self.number, self.truth, self.strings, self.numbers, self.set,
            self.map, self.object, self.lists, self.mixed,
        )  # fmt: skip
        return self.random.choice(makers)(depth)

    def one(self, depth: int, *choices: Make) -> str:
        return self.random.choice(choices)(depth - 1)

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def small(self, least: int = 0, most: int = 4) -> int:
        return self.random.randint(least, most)

    def word(self) -> str:
        if self.bound and self.random.random() < 0.4:
            return self.random.choice(self.bound)
        return quoted(self.random.choice(WORDS if self.random.random() < 0.7 else MORE_WORDS))

    def inside(self, name: str, make: Make, depth: int) -> str:
        """What `make` writes where a loop binds `name` to a string."""
        self.bound.append(name)
        try:
            return make(depth)
        finally:
            self.bound.pop()

    def string(self, depth: int) -> str:
        if depth <= 0:
            return self.word()
        return self.one(
            depth,
            lambda _: self.word(),
            lambda d: f'"<${{{self.string(d)}}}-${{{self.number(d)}}}>"',
            lambda d: f'"a ${{~ {self.string(d)} ~}} b"',
            lambda d: f"{self.pick('upper', 'lower', 'title', 'trimspace', 'chomp', 'strrev')}({self.string(d)})",
            lambda d: f"{self.pick('trimprefix', 'trimsuffix', 'trim')}({self.string(d)}, {self.word()})",
            lambda d: (
                f"{self.pick('md5', 'sha1', 'sha256', 'sha512', 'base64sha256', 'base64sha512')}({self.string(d)})"
            ),
            lambda d: f"{self.pick('base64encode', 'urlencode', 'jsonencode')}({self.string(d)})",
            lambda d: f"base64decode(base64encode({self.string(d)}))",
            lambda d: f"base64decode({self.string(d)})",
            lambda d: f"join({self.word()}, {self.strings(d)})",
            lambda d: f"join({self.word()}, {self.strings(d)}, {self.strings(d)})",
            lambda d: f"join({self.word()}, {self.set(d)})",
            lambda d: f"replace({self.string(d)}, {self.word()}, {self.word()})",
            lambda d: (
                f'replace({self.string(d)}, "/{self.pick("[a-c]+", "(.)b", "[0-9]", "l+")}/", {self.replacement()})'
            ),
            lambda d: f'format("%s|%d|%v|%q", {self.string(d)}, {self.whole(d)}, {self.truth(d)}, {self.word()})',
            lambda d: f'format("%5s|%-4s|%03d|%%", {self.word()}, {self.word()}, {self.whole(d)})',
            lambda d: f'format("%[2]s-%[1]s-%[2]v", {self.string(d)}, {self.string(d)})',
            lambda d: f'format("{self.verb()}", {self.number(d)})',
            lambda d: f'format("%v", [{self.mixed(d)}])',
            lambda _: f"format({self.word()}, {self.word()})",
            lambda d: f"substr({self.string(d)}, {self.small(-3)}, {self.small(-1, 5)})",
            lambda d: f"({self.truth(d)} ? {self.string(d)} : {self.string(d)})",
            lambda d: f"({self.truth(d)} ? {self.number(d)} : {self.string(d)})",
            lambda d: f"({self.strings(d)})[{self.small()}]",
            lambda d: f'{self.map(d)}["{self.pick("k", "b", "q", "missing")}"]',
            lambda d: f"{self.map(d)}.k",
            lambda d: f"element({self.strings(d)}, {self.whole(d)})",
            lambda d: f'coalesce({self.string(d)}, "", {self.string(d)})',
            lambda d: f"coalesce(null, {self.string(d)})",
            lambda d: f"try(({self.strings(d)})[{self.small()}], {self.string(d)})",
            lambda d: f'lookup({self.map(d)}, "{self.pick("k", "zz")}", {self.string(d)})',
            lambda d: f"one([{self.pick(self.string(d), self.word() + ', ' + self.word())}])",
            lambda d: f"tostring({self.pick(self.number(d), self.truth(d), self.string(d))})",
            lambda d: f"jsonencode({self.mixed(d)})",
            lambda d: f"regex({quoted_pattern(self.pick(*PATTERNS[:2], *PATTERNS[4:]))}, {self.string(d)})",
            lambda d: f"indent({self.small()}, {self.string(d)})",
            lambda d: f"{self.pick('basename', 'dirname')}({self.string(d)})",
            self.for_directive,
            lambda d: f'"%{{ if {self.truth(d)} }}y%{{ else }}${{{self.string(d)}}}%{{ endif }}"',
            lambda d: f"templatestring(local.template, {{ k = {self.string(d)} }})",
            lambda d: f"jsondecode(jsonencode({self.string(d)}))",
            lambda d: f"yamldecode(jsonencode({{ k = {self.string(d)} }})).k",
            lambda _: f'file("{self.pick("a.txt", "missing.txt")}")',
            lambda d: f'templatefile("t.tftpl", {{ k = {self.string(d)}, l = {self.strings(d)} }})',
            lambda _: 'trimspace(file(abspath("${path.module}/a.txt")))',
        )

    def replacement(self) -> str:
        return self.pick('"<$0>"', '"$1"', '"${1}x"'.replace("${", "$${"), '"-"', '""')

    def verb(self) -> str:
        flag = self.pick("", "", "-", "+", " ", "0", "#")
        width = self.pick("", "", "3", "8")
        precision = self.pick("", "", ".0", ".2", ".5")
        letter = self.pick("d", "d", "b", "o", "x", "X", "e", "f", "f", "g", "G", "E", "s", "v", "t", "q")
        return f"[%{flag}{width}{precision if letter in 'efgEGsv' else ''}{letter}]"

    def for_directive(self, depth: int) -> str:
        name = f"s{len(self.bound)}"
        body = self.inside(name, self.string, depth)
        return f'"%{{ for {name} in {self.strings(depth)} }}[${{{body}}}]%{{ endfor }}"'

    def whole(self, depth: int) -> str:
        if depth <= 0:
            return str(self.random.randint(-9, 99))
        return self.one(
            depth,
            lambda _: str(self.random.randint(0, 99)),
            lambda d: f"length({self.strings(d)})",
            lambda d: f"length({self.pick(self.string(d), self.map(d), self.set(d))})",
            lambda d: f"({self.whole(d)} {self.pick('+', '-', '*')} {self.whole(d)})",
            lambda d: f"{self.pick('max', 'min')}({self.whole(d)}, {self.whole(d)}, {self.whole(d)})",
            lambda d: f"({self.whole(d)} % {self.pick('7', '-3', '0', '2')})",
            lambda d: f"-{self.whole(d)}",
            lambda d: f"{self.pick('floor', 'ceil', 'abs', 'signum')}({self.number(d)})",
            lambda _: f"parseint({self.word()}, {self.pick('10', '16', '2', '36', '62')})",
            lambda d: f"index({self.strings(d)}, {self.string(d)})",
            lambda d: f"sum({self.numbers(d)})",
            lambda _: f"pow({self.small(0, 9)}, {self.small(0, 9)})",
            lambda d: f"tonumber({self.string(d)})",
            lambda d: f"({self.numbers(d)})[{self.small(0, 2)}]",
        )

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(*NUMBERS)
        return self.one(
            depth,
            self.whole,
            lambda d: f"({self.number(d)} {self.pick('+', '-', '*')} {self.number(d)})",
            lambda d: f"({self.number(d)} / {self.pick('2', '4', '-8')})",
            lambda d: f"{self.pick('floor', 'abs', 'ceil')}({self.number(d)})",
            lambda d: f"max({self.number(d)}, {self.number(d)})",
            lambda d: f"({self.truth(d)} ? {self.number(d)} : {self.number(d)})",
            lambda _: f"tonumber({quoted(self.pick(*NUMBERS))})",
        )

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("true", "false")
        return self.one(
            depth,
            lambda d: f"({self.string(d)} {self.pick('==', '!=')} {self.string(d)})",
            lambda d: f"({self.number(d)} {self.pick('<', '<=', '>', '>=', '==', '!=')} {self.number(d)})",
            lambda d: f"({self.mixed(d)} == {self.mixed(d)})",
            lambda d: f"([{self.string(d)}] {self.pick('==', '!=')} [{self.string(d)}])",
            lambda d: f"([{self.string(d)}] == tolist([{self.string(d)}]))",
            lambda d: f"({self.map(d)} == {self.map(d)})",
            lambda d: f"({self.mixed(d)} != null)",
            lambda d: f"!{self.truth(d)}",
            lambda d: f"({self.truth(d)} {self.pick('&&', '||')} {self.truth(d)})",
            lambda d: f"contains({self.pick(self.strings(d), self.set(d))}, {self.string(d)})",
            lambda d: f"{self.pick('startswith', 'endswith', 'strcontains')}({self.string(d)}, {self.word()})",
            lambda d: f"can(({self.strings(d)})[1])",
            lambda d: f"can({self.pick('tonumber(' + self.string(d) + ')', self.map(d) + '.b')})",
            lambda d: f'{self.pick("anytrue", "alltrue")}([for s in {self.strings(d)} : s == "a"])',
            lambda _: f'fileexists("{self.pick("a.txt", "missing.txt")}")',
            lambda d: f"tobool({self.pick(quoted('true'), self.word(), self.truth(d))})",
        )

    def strings(self, depth: int) -> str:
        if depth <= 0:
            return "[" + ", ".join(self.word() for _ in range(self.small(0, 3))) + "]"
        return self.one(
            depth,
            lambda d: f"[{self.string(d)}, {self.string(d)}]",
            lambda d: f"concat({self.strings(d)}, {self.strings(d)})",
            lambda d: f"{self.pick('distinct', 'compact', 'sort', 'reverse', 'tolist')}({self.strings(d)})",
            lambda d: f"tolist({self.set(d)})",
            lambda d: f"{self.pick('sort', 'reverse', 'flatten')}({self.set(d)})",
            lambda d: f"keys({self.pick(self.map(d), self.object(d))})",
            lambda d: f"values({self.map(d)})",
            lambda d: f"flatten([{self.strings(d)}, [{self.strings(d)}], {self.set(d)}])",
            lambda d: f"flatten({self.lists(d)})",
            lambda d: f"[for m in [{self.map(d)}, {self.map(d)}] : m][*].k",
            lambda d: f"[{self.string(d)}, {self.string(d)}][*]",
            lambda d: f'formatlist("%s!", {self.strings(d)})',
            lambda d: f'formatlist("%s-%s", {self.strings(d)}, {self.pick(self.string(d), self.strings(d))})',
            lambda d: f"split({self.word()}, {self.string(d)})",
            lambda d: f"regexall({quoted_pattern(self.pick(PATTERNS[0], *PATTERNS[4:]))}, {self.string(d)})",
            lambda d: f"slice({self.strings(d)}, {self.small(0, 1)}, {self.small(0, 3)})",
            lambda d: f"coalescelist({self.strings(d)}, {self.strings(d)})",
            lambda d: f"matchkeys({self.strings(d)}, {self.strings(d)}, {self.strings(d)})",
            lambda d: f"({self.truth(d)} ? {self.strings(d)} : {self.strings(d)})",
            lambda d: f"try(({self.lists(d)})[1], {self.strings(d)})",
            lambda d: f"[for k, v in {self.map(d)} : k{self.pick('', ' if v != ' + self.word())}]",
            self.for_list,
        )

    def for_list(self, depth: int) -> str:
        name = f"s{len(self.bound)}"
        collection = self.pick(self.strings(depth), self.set(depth), self.map(depth))
        value = self.inside(name, self.string, depth)
        # A mistake in it would be told by Terraform even where no element is asked.
        test = self.pick(f"{name} != {self.word()}", f"length({name}) > 1", f'startswith({name}, "a")', self.truth(0))
        condition = f" if {test}" if self.random.random() < 0.4 else ""
        index = self.pick("", "i, ")
        shown = f'"${{i}}${{{value}}}"' if index else value
        return f"[for {index}{name} in {collection} : {shown}{condition}]"

    def numbers(self, depth: int) -> str:
        if depth <= 0:
            return "[" + ", ".join(self.number(0) for _ in range(self.small(0, 3))) + "]"
        return self.one(
            depth,
            lambda d: f"[{self.number(d)}, {self.number(d)}]",
            lambda _: f"range({self.small(-2, 5)})",
            lambda _: f"range({self.small(-2, 5)}, {self.small(-2, 5)})",
            lambda _: f"range({self.small(-2, 5)}, {self.small(-2, 9)}, {self.pick('2', '-1', '0.5', '0')})",
            lambda d: f"[for s in {self.strings(d)} : length(s)]",
            lambda d: f"reverse({self.numbers(d)})",
            lambda d: f"concat({self.numbers(d)}, {self.numbers(d)})",
            lambda d: f"tolist(toset({self.numbers(d)}))",
        )

    def set(self, depth: int) -> str:
        if depth <= 0:
            return f"toset({self.strings(0)})"
        return self.one(
            depth,
            lambda d: f"toset({self.strings(d)})",
            lambda d: f"{self.pick('setunion', 'setintersection', 'setsubtract')}({self.strings(d)}, {self.set(d)})",
            lambda d: f"setunion({self.set(d)})",
            lambda d: f"setintersection({self.set(d)}, {self.strings(d)}, {self.strings(d)})",
        )

    def lists(self, depth: int) -> str:
        """A list of lists of strings."""
        if depth <= 0:
            return f"[{self.strings(0)}, {self.strings(0)}]"
        return self.one(
            depth,
            lambda d: f"chunklist({self.strings(d)}, {self.small(-1, 3)})",
            lambda d: f"setproduct({self.strings(d)}, {self.strings(d)})",
            lambda d: f"setproduct({self.set(d)}, {self.set(d)})",
            lambda d: f"[{self.strings(d)}, {self.strings(d)}]",
            lambda d: f"regexall({quoted_pattern(PATTERNS[2])}, {self.string(d)})",
            lambda d: f"values({{ for s in {self.strings(d)} : substr(s, 0, 1) => s... }})",
            lambda d: f'[for s in {self.strings(d)} : split(",", s)]',
        )

    def map(self, depth: int) -> str:
        """A map of strings that has the key `k`, but for mistakes."""
        if depth <= 0:
            return f"{{ k = {self.word()}, b = {self.word()} }}"
        return self.one(
            depth,
            lambda d: f'{{ k = {self.string(d)}, "b-c" = {self.string(d)}, (upper("q")) = {self.string(d)} }}',
            lambda d: f"merge({self.map(d)}, {self.map(d)})",
            lambda d: f"merge({self.map(d)}, {{}}, null)",
            lambda d: f"{{ for k, v in {self.map(d)} : k => lower(v) }}",
            lambda d: f"{{ for s in {self.strings(d)} : s => upper(s) }}",
            lambda d: f'zipmap(["k", "l"], [{self.string(d)}, {self.string(d)}])',
            lambda d: f"zipmap({self.strings(d)}, {self.strings(d)})",
            lambda d: f"tomap({self.map(d)})",
            lambda d: f"({self.truth(d)} ? {self.map(d)} : {self.map(d)})",
            lambda d: f"regex({quoted_pattern(PATTERNS[3])}, {self.string(d)})",
            lambda d: f"jsondecode(jsonencode({self.map(d)}))",
            lambda d: f"yamldecode(jsonencode({self.map(d)}))",
        )

    def object(self, depth: int) -> str:
        """An object whose attributes have different types."""
        if depth <= 0:
            return f"{{ s = {self.word()}, n = {self.number(0)}, t = {self.truth(0)}, z = null }}"
        return self.one(
            depth,
            lambda d: f"{{ s = {self.string(d)}, l = {self.strings(d)}, o = {self.object(d)} }}",
            lambda d: f"merge({self.object(d)}, {self.map(d)})",
            lambda d: f"transpose({{ a = {self.strings(d)}, b = {self.strings(d)} }})",
            lambda d: f"{{ for s in {self.strings(d)} : s => length(s)... }}",
            lambda d: f"{{ for k, v in {self.object(d)} : k => v if v != null }}",
            lambda d: f"jsondecode(jsonencode({self.object(d)}))",
        )

    def mixed(self, depth: int) -> str:
        """Any value."""
        if depth <= 0:
            return self.pick(
                "null", "12345678901234567890", self.word(), self.number(0), self.truth(0), self.strings(0), self.map(0)
            )
        return self.one(
            depth,
            lambda d: f"[{self.string(d)}, {self.number(d)}, {self.truth(d)}]",
            lambda d: f"{{ s = {self.string(d)}, m = {self.mixed(d)} }}",
            lambda d: f"[{self.mixed(d)}]",
            lambda d: f"flatten([{self.mixed(d)}, {self.strings(d)}])",
            lambda d: f"({self.truth(d)} ? [{self.number(d)}, {self.truth(d)}] : [{self.word()}, {self.word()}])",
            lambda d: f"({self.truth(d)} ? {self.map(0)} : {{ k = {self.number(d)} }})",
            lambda d: f"{self.pick('tolist', 'toset', 'distinct')}({self.mixed(d)})",
            lambda d: f"concat({self.mixed(d)}, {self.mixed(d)})",
            lambda d: f"coalesce({self.number(d)}, {self.string(d)})",
            lambda d: f"{self.pick('values', 'keys', 'length', 'reverse', 'one')}({self.mixed(d)})",
            lambda d: f"try({self.mixed(d)}, {self.string(d)})",
            lambda d: f"jsondecode(jsonencode({self.mixed(d)}))",
            self.set,
            self.object,
            self.lists,
        )


def quoted_pattern(pattern: str) -> str:
    return f'"{pattern}"'
