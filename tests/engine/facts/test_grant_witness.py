"""The witness of a grant for everyone is a request that there can be, and the fact tells whom it shows."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.engine.fact import Caller, InvokeGrant, Reach
from auditor.engine.facts import collect
from tests.engine.facts.estates import estate_of, intent_hook, permission


def grant(statement: dict[str, Any]) -> InvokeGrant:
    estate = estate_of(statement, hooks=(intent_hook("CreatePost"),))
    (fact,) = [fact for fact in collect(estate) if isinstance(fact, InvokeGrant)]
    return fact


def test_a_witness_asks_for_an_action_that_takes_a_function() -> None:
    """Service Authorization Reference, AWS Lambda: AddLayerVersionPermission takes a layer version,
    UpdateFunctionCode a function."""
    everything_else = permission("*", NotAction="lambda:InvokeFunction")
    del everything_else["Action"]
    fact = grant(everything_else)
    assert fact.witness is not None
    assert (fact.reach, fact.witness.action) == (Reach.ANYONE, "lambda:UpdateFunctionCode")


def test_an_action_that_takes_no_function_opens_none() -> None:
    layers = permission("*", Action="lambda:AddLayerVersionPermission", Resource="*")
    assert grant(layers).reach is Reach.NONE


@pytest.mark.parametrize(
    ("condition", "service"),
    [({"StringEquals": {"aws:PrincipalServiceName": "s3.amazonaws.com"}}, "s3.amazonaws.com"), ({}, "")],
)
def test_a_grant_for_everyone_tells_the_service_that_alone_gets_through(
    condition: dict[str, Any], service: str
) -> None:
    """Only requests by a service have aws:PrincipalServiceName (IAM user guide, global condition keys)."""
    fact = grant(permission("*", condition or None))
    assert (fact.caller, fact.service) == (Caller.ANYONE, service)
