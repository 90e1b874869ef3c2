"""The words of a rule are the fields of its fact."""

from __future__ import annotations

import pytest

from auditor.engine.fact import FACTS, FactKind, Reach
from auditor.engine.levels import Kind
from auditor.engine.schema import kinds, placeholders, words


def test_the_words_of_a_grant() -> None:
    """Truths, enumerations and texts are words; statements and needs are not, nor is what every
    fact carries."""
    found = words(FactKind.INVOKE_GRANT)
    assert {"caller", "callers_known", "crossed", "generation", "lex", "never_matches", "reach", "service"} <= set(
        found
    )
    assert not {"statement", "serves", "estate", "witness", "undetermined", "function"} & set(found)
    assert found["lex"].choices == {"true": True, "false": False}
    assert found["reach"].choices == {reach.value: reach for reach in Reach}
    assert found["service"].choices is None


def test_a_list_of_texts_is_a_word() -> None:
    assert list(words(FactKind.LOG_GRANT)["beyond_writing"].choices or ()) == ["some", "none"]


@pytest.mark.parametrize("kind", FactKind)
def test_every_fact_has_words_and_can_name_its_function_and_role(kind: FactKind) -> None:
    assert words(kind)
    assert {"function", "role"} <= set(placeholders(kind))


@pytest.mark.parametrize("kind", FactKind)
def test_needs_prove_what_is_missing_and_grants_what_is_too_much(kind: FactKind) -> None:
    name = FACTS[kind].__name__
    both = {"Need": (Kind.MISSING, Kind.DEFECT), "Grant": (Kind.EXCESS, Kind.DEFECT)}
    expected = {**both, "Path": (Kind.EXCESS,), "Use": (Kind.EXCESS,), "Fact": (Kind.DEFECT,)}
    assert kinds(kind) == next(proved for suffix, proved in expected.items() if name.endswith(suffix))
