"""How the answers of the policies combine: the whole table, and where something is not known."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.iam.decide import Because, Policies, Verdict, decide
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Principal, Request, aws, service
from auditor.iam.text import ACCOUNT, Hole, Text, text
from auditor.iam.warm import Warm

OWN, OTHER = "111122223333", "444455556666"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:f"
INVOKE = "lambda:InvokeFunction"
LEX = service("lex.amazonaws.com")
ROLE, FOREIGN = aws(f"arn:aws:iam::{OWN}:role/r"), aws(f"arn:aws:iam::{OTHER}:role/r")
ALLOW, DENY, UNDETERMINED = Verdict.ALLOW, Verdict.DENY, Verdict.UNDETERMINED
HOLE = text("arn:aws:lambda:us-east-1:", OWN, ":function:", Hole("var.name"))


def resource(*statements: dict[str, Any]) -> Policy:
    whole = [{"Effect": "Allow", "Principal": "*", "Action": INVOKE, "Resource": "*", **made} for made in statements]
    return parse_policy(node({"Version": "2012-10-17", "Statement": whole}), PolicyKind.RESOURCE)


def identity(*statements: dict[str, Any]) -> Policy:
    whole = [{"Effect": "Allow", "Action": INVOKE, "Resource": "*", **made} for made in statements]
    return parse_policy(node({"Version": "2012-10-17", "Statement": whole}), PolicyKind.IDENTITY)


def ask(principal: Principal, policies: Policies, on: Text | str = FUNCTION) -> Verdict:
    return decide(Request(principal, INVOKE, text(on)), policies).verdict


SAYS = {"nothing": {"Action": "s3:*"}, "allows": {}, "denies": {"Effect": "Deny"}, "may allow": {"Resource": HOLE}}
NOTHING, ALLOWS, DENIES, MAY = SAYS


def expected(who: str, of_resource: str, of_identity: str) -> Verdict:
    """IAM's rule in two lines: a deny decides; else one of two allows within an account, both
    across accounts, and the resource policy alone for a service (whose identity says nothing)."""
    said = {of_resource} if who == "service" else {of_resource, of_identity}
    if DENIES in said:
        return DENY
    if who == "other account":
        needed = [of_resource, of_identity]
        return DENY if NOTHING in needed else UNDETERMINED if MAY in needed else ALLOW
    return ALLOW if ALLOWS in said else UNDETERMINED if MAY in said else DENY


@pytest.mark.parametrize(
    ("who", "of_resource", "of_identity"),
    list(itertools.product(["service", "own account", "other account"], SAYS, SAYS)),
)
def test_resource_and_identity_policies_combine(who, of_resource, of_identity):
    principal = {"service": LEX, "own account": ROLE, "other account": FOREIGN}[who]
    named = {"Principal": {"AWS": str(principal)} if principal is not LEX else {"Service": str(principal)}}
    held = () if who == "service" else (identity(SAYS[of_identity]),)
    policies = Policies(resource({**named, **SAYS[of_resource]}), held)
    assert ask(principal, policies) is expected(who, of_resource, of_identity)


@pytest.mark.parametrize(
    ("of_identity", "of_boundary"), [pair for pair in itertools.product(SAYS, SAYS) if pair != (MAY, MAY)]
)
def test_a_boundary_has_to_allow_too(of_identity, of_boundary):
    policies = Policies(identity=(identity(SAYS[of_identity]),), boundaries=(identity(SAYS[of_boundary]),))
    said = {of_identity, of_boundary}
    wanted = DENY if said & {DENIES, NOTHING} else UNDETERMINED if MAY in said else ALLOW
    assert ask(ROLE, policies) is wanted


@pytest.mark.parametrize(
    ("principal", "named", "verdict"),
    [
        ("user/u", "user/u", ALLOW),
        ("role/r", "role/r", DENY),
        ("role/r", "root", DENY),
    ],
)
def test_a_boundary_limits_grants_to_roles_and_not_to_users(principal, named, verdict):
    caller = aws(f"arn:aws:iam::{OWN}:{principal}")
    policy = resource({"Principal": {"AWS": f"arn:aws:iam::{OWN}:{named}"}})
    assert ask(caller, Policies(policy, boundaries=(identity(SAYS[NOTHING]),))) is verdict


def test_an_account_that_is_not_known_leaves_open_whether_one_allow_suffices():
    function = text("arn:aws:lambda:us-east-1:", ACCOUNT, ":function:f")
    only_identity = Policies(identity=(identity({}),))
    both = Policies(resource({"Principal": {"AWS": str(ROLE)}}), (identity({}),))
    assert ask(ROLE, only_identity, function) is UNDETERMINED
    assert ask(ROLE, both, function) is ALLOW
    assert ask(ROLE, Policies(), function) is DENY


def test_the_same_unknown_account_is_the_same_account():
    function = text("arn:aws:lambda:us-east-1:", ACCOUNT, ":function:f")
    assert ask(aws(text("arn:aws:iam::", ACCOUNT, ":role/r")), Policies(identity=(identity({}),)), function) is ALLOW


def test_callers_are_taken_to_be_allowed_by_their_own_account():
    granted = resource({"Principal": {"AWS": OTHER}})
    assert ask(FOREIGN, Policies(granted, callers_allow=True)) is ALLOW
    assert ask(FOREIGN, Policies(resource(), callers_allow=True)) is DENY


@pytest.mark.parametrize(("beside", "verdict"), [((), UNDETERMINED), (({},), ALLOW), (({"Effect": "Deny"},), DENY)])
def test_a_statement_that_is_not_known_may_allow(beside, verdict):
    read = resource(*beside)
    policy = Policy(PolicyKind.RESOURCE, read.statements, (UnknownStatement(text(Hole("var.statements"))),))
    assert ask(LEX, Policies(policy)) is verdict


@pytest.mark.parametrize(
    ("beside", "action", "verdict"),
    [
        ((), INVOKE, UNDETERMINED),
        (({},), INVOKE, UNDETERMINED),
        (({"Effect": "Deny"},), INVOKE, DENY),
        ((), "lambda:GetFunction", DENY),
        (({},), "lambda:GetFunction", ALLOW),
    ],
)
def test_a_statement_of_unknown_effect_may_allow_and_deny_what_it_names(beside, action, verdict):
    unsure = {"Effect": Hole("var.effect"), "Action": action}
    assert ask(LEX, Policies(resource(*beside, unsure))) is verdict


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_statement_that_may_not_be_there_decides_nothing_for_sure(effect):
    policy = resource({"Effect": effect}, {} if effect == "Deny" else {"Action": "s3:*"})
    unsure = tuple(replace(s, uncertain="whether it is there is not known") for s in policy.statements[:1])
    policies = Policies(replace(policy, statements=(*unsure, *policy.statements[1:])))
    decision = decide(Request(LEX, INVOKE, text(FUNCTION)), policies)
    assert (decision.verdict, decision.reason) == (UNDETERMINED, "whether it is there is not known")
    elsewhere = Request(LEX, INVOKE, text("arn:aws:s3:::b"))
    assert Warm(policies).decide(elsewhere) == decide(elsewhere, policies)


def test_a_malformed_deny_may_deny():
    policy = resource({}, {"Effect": "Deny", "Condition": {"StringEqualz": {"k": "v"}}})
    decision = decide(Request(LEX, INVOKE, text(FUNCTION)), Policies(policy))
    assert (decision.verdict, decision.because) == (UNDETERMINED, Because.CORNER_CASE)
    assert ask(LEX, Policies(resource({"Effect": "Deny", "Action": 5}))) is DENY


def test_all_statements_that_decide_are_named():
    policies = Policies(
        resource({"Sid": "a"}, {"Sid": "b", "Action": "s3:*"}, {"Sid": "c"}), (identity({"Action": "lambda:*"}),)
    )
    told = decide(Request(ROLE, INVOKE, text(FUNCTION)), policies).to_dict()
    assert told == {
        "decision": "allow",
        "because": "statement",
        "statements": [
            {"policy": "resource", "index": 0, "sid": "a"},
            {"policy": "resource", "index": 2, "sid": "c"},
            {"policy": "identity:0", "index": 0, "sid": None},
        ],
        "reason": "",
    }


def test_where_something_is_denied_the_denying_statements_are_named():
    policies = Policies(resource({"Sid": "a"}, {"Sid": "b", "Effect": "Deny"}, {"Sid": "c", "Effect": "Deny"}))
    decision = decide(Request(LEX, INVOKE, text(FUNCTION)), policies)
    assert decision.because is Because.EXPLICIT_DENY
    assert [(decider.policy, decider.statement.index) for decider in decision.statements] == [
        ("resource", 1),
        ("resource", 2),
    ]


def test_an_undetermined_answer_says_why():
    decision = decide(Request(LEX, INVOKE, text(FUNCTION)), Policies(resource({"Resource": HOLE})))
    assert (decision.verdict, decision.statements) == (UNDETERMINED, ())
    assert "var.name" in decision.reason
