"""What operations do to an estate, one after the other."""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.fixes.apply import apply
from auditor.fixes.operation import AddPermission, RemovePermission
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.origin import Origin
from tests.engine.facts.estates import estate_of, permission

S3 = {"Service": "s3.amazonaws.com"}


def sids(estate: Estate) -> list[str]:
    return [str(statement.sid) for statement in estate.functions[0].resource_policy or ()]


def test_a_statement_is_found_wherever_earlier_operations_moved_it() -> None:
    estate = estate_of(permission(S3, Sid="a"), permission(Sid="b"), permission(S3, Sid="c"))
    (function,) = estate.functions
    first, second, third = function.resource_policy or ()
    removed = (RemovePermission(function, first), RemovePermission(function, third))
    assert sids(apply(estate, removed)) == ["b"]
    assert sids(apply(estate, (*removed, AddPermission(function, second, "d")))) == ["b", "d"]


def test_only_the_statement_that_is_meant_goes() -> None:
    """Two statements may differ in their Sid alone."""
    estate = estate_of(permission(Sid="a"), permission(Sid="b"))
    (function,) = estate.functions
    first, _ = function.resource_policy or ()
    assert sids(apply(estate, (RemovePermission(function, first),))) == ["b"]


def test_of_equal_statements_at_one_place_one_is_taken_out() -> None:
    """A YAML alias makes two statements of one text: to remove what is said twice leaves it said once."""
    estate = estate_of(permission(S3, Sid="a"), permission(S3, Sid="a"))
    (function,) = estate.functions
    statements = function.resource_policy or ()
    same = tuple(replace(statement, origin=Origin("f")) for statement in statements)
    policy = (function.resource_policy or Policy(PolicyKind.RESOURCE)).with_statements(same)
    function = replace(function, resource_policy=policy)
    estate = dataclasses.replace(estate, functions=(function,))
    _, second = policy.statements
    assert sids(apply(estate, (RemovePermission(function, second),))) == ["a"]
