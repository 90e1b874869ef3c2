"""Built-in rules and the user's are one set; their names may not clash."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.engine.errors import RuleError
from auditor.engine.loading import built_in_folder, load_rules

Write = Callable[..., Path]


def test_every_yaml_file_below_the_built_in_folder_is_one_rule() -> None:
    files = [path.stem for path in built_in_folder().rglob("*.yaml")]
    assert sorted(files) == [rule.id for rule in load_rules()]


def test_a_users_rules_stand_beside_the_built_in_ones(write_rule: Write) -> None:
    built_in = {rule.id for rule in load_rules()}
    assert {*built_in, "my-rule"} == {rule.id for rule in load_rules([write_rule()])}


def test_one_file_may_be_named_instead_of_a_folder(write_rule: Write) -> None:
    assert "my-rule" in {rule.id for rule in load_rules([write_rule() / "my-rule.yaml"])}


def test_two_rules_with_one_id_are_told_with_both_places(write_rule: Write) -> None:
    write_rule(name="a.yaml")
    folder = write_rule(name="b.yaml")
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert [(str(fault), fault.help) for fault in caught.value.faults] == [
        ("rules/b.yaml:1:5: two rules have the id `my-rule`", "the other one is at rules/a.yaml:1:5")
    ]


def test_a_users_rule_cannot_take_a_built_in_id(write_rule: Write) -> None:
    folder = write_rule(("id: my-rule", "id: role-admin"))
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert [fault.message for fault in caught.value.faults] == ["two rules have the id `role-admin`"]


def test_a_former_id_is_taken_too(write_rule: Write) -> None:
    write_rule(("fix: Close it.", "fix: Close it.\naliases: [old-rule]"), name="a.yaml")
    folder = write_rule(("id: my-rule", "id: old-rule"), name="b.yaml")
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert [fault.message for fault in caught.value.faults] == ["two rules have the id `old-rule`"]


def test_rules_that_replace_each_other_are_told(write_rule: Write) -> None:
    write_rule(("fix: Close it.", "fix: Close it.\nreplaces: [other]"), name="a.yaml")
    folder = write_rule(
        ("id: my-rule", "id: other"), ("fix: Close it.", "fix: Close it.\nreplaces: [my-rule]"), name="b.yaml"
    )
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert {"`my-rule` and `other` replace each other", "`other` and `my-rule` replace each other"} == {
        fault.message for fault in caught.value.faults
    }


def test_what_a_rule_replaces_is_told_where_it_says_so(write_rule: Write) -> None:
    folder = write_rule(("fix: Close it.", "fix: Close it.\nreplaces: [role-admim]"))
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    (fault,) = caught.value.faults
    assert fault.message == "`my-rule` replaces `role-admim`, which is no rule"
    lines = (folder / "my-rule.yaml").read_text().splitlines()
    assert lines[(fault.origin.line or 0) - 1] == "replaces: [role-admim]"


def test_the_same_folder_twice_is_read_once(write_rule: Write) -> None:
    folder = write_rule()
    assert load_rules([folder]) == load_rules([folder, folder])


def test_a_folder_inside_another_is_read_once(write_rule: Write) -> None:
    folder = write_rule()
    found = load_rules([folder.parent / "rules", folder / "my-rule.yaml", folder])
    assert [rule.id for rule in found].count("my-rule") == 1


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("nowhere", "nowhere: there is no such folder"),
        ("empty", "empty: the folder holds no rule files"),
    ],
)
def test_a_folder_without_rules_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, told: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(RuleError) as caught:
        load_rules([Path(path)])
    assert [told] == [str(fault) for fault in caught.value.faults]


def test_a_loop_of_links_does_not_hang(write_rule: Write) -> None:
    folder = write_rule()
    (folder / "loop").symlink_to(folder.resolve(), target_is_directory=True)
    assert "my-rule" in {rule.id for rule in load_rules([folder])}


def test_a_link_to_nothing_is_told(write_rule: Write) -> None:
    folder = write_rule()
    (folder / "gone.yaml").symlink_to(folder / "nowhere.yaml")
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert [str(fault) for fault in caught.value.faults] == [
        "rules/gone.yaml: the file cannot be read: No such file or directory"
    ]


def test_a_copy_of_the_built_in_rules_clashes_with_each_of_them(tmp_path: Path) -> None:
    shutil.copytree(built_in_folder(), tmp_path / "copy")
    with pytest.raises(RuleError) as caught:
        load_rules([tmp_path / "copy"])
    assert len(load_rules()) == len(caught.value.faults)
