"""Finding and reading rule files: the built-in ones and the user's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from auditor.engine.errors import Fault, RuleError, nearest
from auditor.engine.index import EMPTY, RuleIndex, index_lines
from auditor.engine.reading import read_rule
from auditor.engine.rule import Rule
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.errors import SourceError

LARGEST = 1_000_000
"""Bytes of a rule file; a long rule has about 10,000."""


def load_rules(extra: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """The built-in rules and those in the folders (or files) `extra`, ordered by id.

    Raises RuleError with every fault of every file, among them ids that occur twice.
    """
    rules = list(_built_in())
    faults: list[Fault] = []
    for path in {path.resolve(): path for path in extra}.values():
        found, wrong = read_folder(path)
        read = {rule.origin.file for rule in rules}
        rules += [rule for rule in found if rule.origin.file not in read]
        faults += wrong
    faults += _conflicts(rules)
    if faults:
        raise RuleError(faults)
    return tuple(sorted(rules, key=lambda rule: rule.id))


def built_in_folder() -> Path:
    """The folder of the built-in rules: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


@cache
def _built_in() -> tuple[Rule, ...]:
    rules, faults = read_folder(built_in_folder(), RuleIndex.of(built_in_folder()))
    if faults:
        raise RuleError(faults)
    return tuple(rules)


def read_folder(path: Path, index: RuleIndex = EMPTY) -> tuple[list[Rule], list[Fault]]:
    """Every rule of a folder, at any depth, and what is wrong with its files. What `index` holds
    is not parsed."""
    if not path.exists():
        return [], [Fault("there is no such folder", _at(path), "name a folder of rule files")]
    paths = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".yaml", ".yml"))
    if not paths:
        return [], [Fault("the folder holds no rule files", _at(path), "a rule file ends in `.yaml`")]
    rules: list[Rule] = []
    faults: list[Fault] = []
    for file in paths:
        rule, wrong = _read_file(file, index)
        faults += wrong
        if rule is not None:
            rules.append(rule)
    return rules, faults


def _read_file(path: Path, index: RuleIndex) -> tuple[Rule | None, tuple[Fault, ...]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, (Fault(f"the file cannot be read: {error.strerror}", _at(path)),)
    if len(content) > LARGEST:
        return None, (Fault(f"the file has {len(content):,} bytes", _at(path), f"the most is {LARGEST:,}"),)
    known = index.find(content, _at(path))
    if known is not None:
        return read_rule(known)
    try:
        return read_rule(_parse(content, path))
    except SourceError as error:
        return None, (Fault(error.message, error.origin, error.help),)


def _parse(content: bytes, path: Path) -> Node:
    """The one document of a rule file; raises SourceError where there is none, or more."""
    from auditor.sources.located_yaml import parse_yaml  # noqa: PLC0415 - what the index holds needs no YAML
    from auditor.sources.places import file_places  # noqa: PLC0415 - as above

    try:
        source = content.decode()
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is no UTF-8"
        raise SourceError(message, _at(path), "save the file as UTF-8") from error
    documents = parse_yaml(source, file_places(source, _at(path).file))
    if len(documents) != 1:
        help = "write each rule into a file of its own, which begins with `id: my-rule`"
        raise SourceError(f"a rule file holds one rule, not {len(documents)}", _at(path), help)
    return documents[0]


def folder_index(folder: Path) -> str:
    """The index of a folder of rule files, as the text of its `index.json`."""
    files = sorted(folder.rglob("*.yaml"))
    return index_lines([(path.read_bytes(), _parse(path.read_bytes(), path)) for path in files])


def _conflicts(rules: Sequence[Rule]) -> list[Fault]:
    """What is wrong between rules: names used twice, and rules that replace what is not there."""
    faults: list[Fault] = []
    taken: dict[str, Rule] = {}
    for rule in rules:
        for name in (rule.id, *rule.aliases):
            if name in taken:
                help = f"the other one is at {taken[name].origin}"
                faults.append(Fault(f"two rules have the id `{name}`", rule.origin, help))
            taken.setdefault(name, rule)
    for rule in rules:
        for name in rule.replaces:
            other = taken.get(name)
            if other is None:
                message = f"`{rule.id}` replaces `{name}`, which is no rule"
                faults.append(Fault(message, rule.replaces_origin, nearest(name, taken)))
            elif rule.id in other.replaces:
                faults.append(Fault(f"`{rule.id}` and `{name}` replace each other", rule.replaces_origin))
    return faults


def _at(path: Path) -> Origin:
    return Origin(Path(os.path.relpath(path)).as_posix())
