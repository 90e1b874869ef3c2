"""Facts of units that are alike are those that each of them has by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from auditor.engine.fact import Fact, RoleGrant, Width
from auditor.engine.facts import alike, collect
from auditor.engine.facts.shape import Around, shape_of
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from tests.engine.facts.units import LOG_RESOURCES, estates, plain


def each_by_itself(estate: Estate) -> Sequence[Fact]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "shape_of", lambda *_: None)
        return collect(estate)


@settings(deadline=None, max_examples=15)
@given(estates())
def test_alike_units_have_the_facts_that_each_has_by_itself(estate: Estate) -> None:
    assert collect(estate) == each_by_itself(estate)


def keys_of(estate: Estate) -> list[object]:
    around = Around(())
    shapes = (shape_of(((f,), estate.role(f.role)), around) for f in estate.functions)
    return [shape and shape.key for shape in shapes]


def test_names_alone_do_not_tell_shapes_apart() -> None:
    one, other = keys_of(plain(["orders-17", "payments-18"]))
    assert one is not None
    assert one == other


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("my-lambda-1", id="what reads like a region"),
        pytest.param("444455556666", id="an account"),
        pytest.param("another-function", id="what the program itself names"),
        pytest.param("ABCDEFGHI9", id="an id of Lex's"),
    ],
)
def test_a_name_that_may_be_taken_for_something_else_is_another_shape(name: str) -> None:
    one, other = keys_of(plain(["orders-17", name]))
    assert one != other


@pytest.mark.parametrize("resource", [LOG_RESOURCES[3], LOG_RESOURCES[6], "arn:aws:logs:*:*:log-group:{name}-{name}"])
def test_a_pattern_within_a_name_has_no_shape(resource: str) -> None:
    assert keys_of(plain(["orders-17"], resource)) == [None]


@pytest.mark.parametrize(
    ("resource", "action", "name"),
    [
        pytest.param("arn:aws:polly:*:*:{name}/*", "polly:GetLexicon", "lexicon", id="a kind of thing"),
        pytest.param("arn:aws:polly:*:*:*/{name}", "polly:GetLexicon", "another-lexicon", id="what nobody names"),
        pytest.param("arn:aws:{name}:*:*:lexicon/*", "polly:GetLexicon", "polly", id="a service"),
        pytest.param(
            "arn:aws:iam::111122223333:role/{name}", "iam:PassRole", "another-role-with-path", id="what is passed"
        ),
    ],
)
def test_a_name_that_the_catalogue_has_too_is_judged_by_itself(resource: str, action: str, name: str) -> None:
    estate = plain(["orders-17", "orders-18", name, "orders-19"], resource, [action])
    alone = each_by_itself(estate)
    wide = {
        fact.role.key for fact in alone if isinstance(fact, RoleGrant) and fact.role and fact.width is not Width.NONE
    }
    assert wide == {"r2"} or "iam" in resource, "the name makes a difference"
    assert collect(estate) == alone


def test_one_role_of_many_alike_is_looked_at_for_what_is_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    role_widths = collect.__globals__["role_widths"]

    def counted(role: Role, estate: Estate) -> Any:
        looked.append(role.key)
        return role_widths(role, estate)

    monkeypatch.setitem(collect.__globals__, "role_widths", counted)
    names = [f"orders-{number}x" for number in range(20)]
    facts = collect(plain(names, "arn:aws:dynamodb:*:*:table/*", ["dynamodb:GetItem"]))
    assert looked == ["r0", "r1"], "the first, and one for all that are like it"
    assert sum(isinstance(fact, RoleGrant) and fact.width is Width.RESOURCE for fact in facts) == 20


def test_one_of_many_alike_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[str] = []
    of_function = collect.__globals__["_of_function"]

    def counted(function: Function, estate: Estate) -> Any:
        derived.append(function.key)
        return of_function(function, estate)

    monkeypatch.setitem(collect.__globals__, "_of_function", counted)
    facts = collect(plain([f"orders-{number}x" for number in range(20)]))
    assert derived == ["f0", "f1"], "the first, and one for all that are like it"
    assert len({fact.function.key for fact in facts if fact.function is not None}) == 20
