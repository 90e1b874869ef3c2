"""The index of rules says what the rule files say, and nothing where they have changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.engine.index import FILE, RuleIndex
from auditor.engine.loading import built_in_folder, folder_index, load_rules, read_folder
from auditor.engine.rule import Rule
from auditor.iam.origin import Origin


def test_every_built_in_file_is_in_the_index() -> None:
    index = RuleIndex.of(built_in_folder())
    files = list(built_in_folder().rglob("*.yaml"))
    assert len(index.entries) == len(files)
    assert all(index.find(path.read_bytes(), Origin("x")) is not None for path in files)


def test_the_index_gives_the_rules_that_the_files_give() -> None:
    folder = built_in_folder()
    indexed, wrong = read_folder(folder, RuleIndex.of(folder))
    parsed, _ = read_folder(folder)
    assert not wrong
    # Conditions and examples know where they stand, to the line only where YAML was parsed.
    assert [_told(rule) for rule in indexed] == [_told(rule) for rule in parsed]
    assert [len(rule.examples) for rule in indexed] == [len(rule.examples) for rule in parsed]


def _told(rule: Rule) -> tuple[object, ...]:
    texts = (rule.id, rule.title, rule.rationale, rule.fix, rule.waive, rule.limits, rule.message.template)
    levels = (rule.kind, rule.severity, rule.confidence, rule.fact, rule.topic)
    examples = tuple((e.verdict, e.title, e.form, e.text, e.severity) for e in rule.examples)
    return (*texts, *levels, rule.references, rule.aliases, rule.tags, rule.replaces, examples)


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    shutil.copytree(built_in_folder(), tmp_path / "rules")
    (tmp_path / "rules" / FILE).write_text(folder_index(built_in_folder()))
    file = next((tmp_path / "rules").rglob("lex-invoke-unscoped.yaml"))
    file.write_text(file.read_text().replace("severity: high", "severity: low", 1))
    rules, _ = read_folder(tmp_path / "rules", RuleIndex.of(tmp_path / "rules"))
    assert {rule.severity.value for rule in rules if rule.id == "lex-invoke-unscoped"} == {"low"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', "\xff"])
def test_a_broken_index_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    assert RuleIndex.of(tmp_path).find(b"id: x", Origin("x")) is None


def test_an_index_beside_a_users_rules_is_not_believed(tmp_path: Path) -> None:
    """Somebody's folder could bring an index that says other than its rules."""
    source = next(built_in_folder().rglob("lex-invoke-unscoped.yaml")).read_text()
    (tmp_path / "mine.yaml").write_text(source.replace("id: lex-invoke-unscoped", "id: my-rule", 1))
    lying = folder_index(tmp_path).replace("my-rule", "other-rule")
    (tmp_path / FILE).write_text(lying)
    ids = {rule.id for rule in load_rules([tmp_path])}
    assert "my-rule" in ids
    assert "other-rule" not in ids
