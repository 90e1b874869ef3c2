"""Facts of units that are alike are those that each of them has by itself."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from auditor.engine.fact import Fact, RoleGrant, Width
from auditor.engine.facts import alike, collect
from auditor.engine.facts.shape import Around, shape_of
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.text import text
from tests.engine.facts.units import LOG_RESOURCES, called, estates, plain


def each_by_itself(estate: Estate) -> Sequence[Fact]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "shape_of", lambda *_: None)
        return collect(estate)


@settings(deadline=None, max_examples=8)
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


def test_what_deployment_names_does_not_tell_shapes_apart() -> None:
    one, other = keys_of(called("QuarkPizzeria", "QuarkTaxicab"))
    assert one is not None
    assert one == other


@pytest.mark.parametrize(
    ("bot", "function"),
    [
        pytest.param("Bot", "{name}", id="a word of the program"),
        pytest.param("In/{name}Bot", "{name}", id="a name with a separator"),
        pytest.param("{name}Bot", "{name}.Live", id="values that meet"),
        pytest.param("{name}", "{name}", id="one name for two holes"),
    ],
)
def test_units_whose_holes_are_more_than_names_have_the_facts_of_their_own(bot: str, function: str) -> None:
    estate = called("QuarkPizzeria", "QuarkTaxicab", "QuarkHospital", bot=bot, function=function)
    assert collect(estate) == each_by_itself(estate)


def test_holes_in_another_order_of_their_names_are_another_shape() -> None:
    """Where two questions are open, the one about the first hole by name is asked first."""
    (one,) = keys_of(called("QuarkPizzeria"))
    (other,) = keys_of(called("QuarkPizzeria", bot="ABotOf{name}"))
    assert one is not None
    assert one != other


def test_a_hole_that_is_part_of_a_name_is_taken_as_it_is() -> None:
    part = "arn:aws:logs:*:*:log-group:/aws/lambda/{name}-{bot}:*"
    one, other = keys_of(called("QuarkPizzeria", "QuarkTaxicab", resource=part))
    assert one != other


def test_functions_that_deployment_names_have_the_facts_that_each_has_by_itself() -> None:
    estate = called(*(f"Quark{letter}Pizza" for letter in "ABCDE"))
    assert collect(estate) == each_by_itself(estate)


def test_a_hole_that_the_program_calls_after_a_name_is_that_of_each_unit() -> None:
    """The file system behind an access point is not known; what it is called has the point's ARN."""
    estate = plain(["orders-17", "payments-18", "bookings-19"])
    points = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/"
    functions = [replace(f, file_systems=(text(points, f.name),), vpc=True) for f in estate.functions]
    estate = dataclasses.replace(estate, functions=tuple(functions))
    assert collect(estate) == each_by_itself(estate)


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


@pytest.mark.parametrize(
    "estate",
    [
        pytest.param(plain([f"orders-{number}x" for number in range(20)]), id="by names"),
        pytest.param(called(*(f"Quark{letter}Pizza" for letter in string.ascii_uppercase[:20])), id="by holes"),
    ],
)
def test_one_of_many_alike_is_judged(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[str] = []
    of_function = collect.__globals__["_of_function"]

    def counted(function: Function, estate: Estate) -> Any:
        derived.append(function.key)
        return of_function(function, estate)

    monkeypatch.setitem(collect.__globals__, "_of_function", counted)
    facts = collect(estate)
    assert derived == ["f0", "f1"], "the first, and one for all that are like it"
    assert len({fact.function.key for fact in facts if fact.function is not None}) == 20
