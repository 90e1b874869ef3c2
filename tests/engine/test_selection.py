"""Choosing rules by id, former id or tag."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.engine.loading import load_rules
from auditor.engine.selection import find_rule, select_rules
from auditor.sources.errors import UsageError

RULES = load_rules()


def _ids(select: list[str], ignore: list[str]) -> list[str]:
    return [rule.id for rule in select_rules(RULES, select, ignore)]


def test_without_a_choice_every_rule_is_asked() -> None:
    assert _ids([], []) == [rule.id for rule in RULES]


def test_a_rule_is_chosen_by_its_id() -> None:
    assert _ids(["role-admin"], []) == ["role-admin"]


def test_a_tag_chooses_its_rules() -> None:
    assert _ids(["trust"], []) == ["trust-cross-account", "trust-extra-principal", "trust-not-lambda", "trust-public"]


def test_ignoring_is_stronger_than_selecting() -> None:
    assert _ids(["trust"], ["public", "trust-not-lambda"]) == ["trust-cross-account", "trust-extra-principal"]


def test_a_former_id_still_names_the_rule() -> None:
    renamed = [replace(rule, aliases=("old-name",)) if rule.id == "role-admin" else rule for rule in RULES]
    assert [rule.id for rule in select_rules(renamed, ["old-name"])] == ["role-admin"]
    assert find_rule(renamed, "old-name").id == "role-admin"


@pytest.mark.parametrize(("select", "ignore"), [(["lex-invoke-unscopd"], []), ([], ["lex-invoke-unscopd"])])
def test_an_unknown_name_is_told_with_the_nearest(select: list[str], ignore: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        select_rules(RULES, select, ignore)
    assert caught.value.message == "`lex-invoke-unscopd` is neither a rule nor a tag"
    assert caught.value.help == "did you mean `lex-invoke-unscoped`?"


def test_asking_for_a_rule_that_is_none_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        find_rule(RULES, "trust-publik")
    assert caught.value.message == "there is no rule `trust-publik`"
    assert caught.value.help == "did you mean `trust-public`?"
