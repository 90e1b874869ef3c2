"""A witness reads as a sentence that a person understands."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.engine.fact import RoleGrant
from auditor.engine.finding import Finding, Witness
from auditor.estate.role import Role
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, Request, aws, context, service
from auditor.iam.text import text
from auditor.reports.witness import tell_details, tell_witness

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = "arn:aws:iam::111122223333:role/r"
GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/other-function"
V1, V2 = service("lex.amazonaws.com"), service("lexv2.amazonaws.com")


def tell(finding: Finding, request: Request, *, allowed: bool, by_role: bool = False) -> str | None:
    role = Role("r", text("r"), text(ROLE), text("/")) if by_role else None
    fact = replace(finding.fact, role=role)
    return tell_witness(replace(finding, fact=fact, witness=Witness(request, allowed)))


INVOCATIONS = [
    (V1, {"aws:SourceAccount": "444455556666"}, "a Lex bot in account 444455556666 can invoke this function"),
    (
        V1,
        {"aws:SourceArn": "arn:aws:lex:us-east-1:444455556666:intent:X:1"},
        "a Lex bot in account 444455556666 can invoke this function",
    ),
    (
        V1,
        {"aws:SourceArn": "arn:aws:lex:us-east-1:111122223333:intent:ReadPost:1"},
        "Lex, acting for intent ReadPost, can invoke this function",
    ),
    (
        V2,
        {"aws:SourceArn": "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"},
        "Lex V2, acting for alias TSTALIASID of bot ABCDEFGHIJ, can invoke this function",
    ),
    (V2, {}, "Lex V2 can invoke this function"),
    (
        service("s3.amazonaws.com"),
        {"aws:SourceArn": "arn:aws:s3:::bucket"},
        "s3.amazonaws.com, acting for arn:aws:s3:::bucket, can invoke this function",
    ),
    (
        service("sns.amazonaws.com"),
        {"aws:SourceArn": "arn:aws:sns:us-east-1:444455556666:topic"},
        "sns.amazonaws.com, acting for arn:aws:sns:us-east-1:444455556666:topic in account 444455556666, "
        "can invoke this function",
    ),
    (ANONYMOUS, {}, "anyone, without signing in, can invoke this function"),
    (aws("arn:aws:iam::444455556666:root"), {}, "account 444455556666 can invoke this function"),
    (aws("444455556666"), {}, "account 444455556666 can invoke this function"),
    (aws("arn:aws:iam::444455556666:role/anyone"), {}, "a role of account 444455556666 can invoke this function"),
    (service("alexa-appkit.amazon.com"), {}, "an Alexa skill can invoke this function"),
    (aws("arn:aws:iam::444455556666:role/a/b"), {}, "the role a/b of account 444455556666 can invoke this function"),
    (
        aws("arn:aws:sts::444455556666:assumed-role/deploy/me"),
        {},
        "a session of the role deploy of account 444455556666 can invoke this function",
    ),
    (
        Principal(PrincipalKind.FEDERATED, text("accounts.google.com")),
        {},
        "a user who signs in through accounts.google.com can invoke this function",
    ),
    (
        Principal(PrincipalKind.CANONICAL_USER, text("79a5")),
        {},
        "the account with the canonical user id 79a5 can invoke this function",
    ),
]


@pytest.mark.parametrize(("principal", "keys", "sentence"), INVOCATIONS)
def test_every_kind_of_caller_has_its_words(
    invoke: Finding, principal: Principal, keys: dict[str, str], sentence: str
) -> None:
    request = Request(principal, "lambda:InvokeFunction", text(FUNCTION), context(keys))
    assert tell(invoke, request, allowed=True) == sentence


ACTS = [
    ("logs:PutLogEvents", GROUP + ":log-stream:x", "this role can write log streams of /aws/lambda/other-function"),
    ("logs:CreateLogStream", GROUP + ":log-stream:x", "this role can create log streams in /aws/lambda/other-function"),
    ("logs:CreateLogGroup", GROUP, "this role can create the log group /aws/lambda/other-function"),
    ("logs:DeleteLogGroup", GROUP, "this role can delete the log group /aws/lambda/other-function"),
    ("s3:GetObject", "arn:aws:s3:::b/k", "this role can do s3:GetObject on arn:aws:s3:::b/k"),
]


@pytest.mark.parametrize(("action", "resource", "sentence"), ACTS)
def test_what_a_role_can_do_is_said_of_the_role(logs: Finding, action: str, resource: str, sentence: str) -> None:
    request = Request(aws(ROLE), action, text(resource))
    assert tell(logs, request, allowed=True, by_role=True) == sentence


def test_a_refused_request_cannot(invoke: Finding) -> None:
    keys = context({"aws:SourceArn": "arn:aws:lex:us-east-1:111122223333:intent:CreatePost:1"})
    request = Request(V1, "lambda:InvokeFunction", text(FUNCTION), keys)
    assert tell(invoke, request, allowed=False) == "Lex, acting for intent CreatePost, cannot invoke this function"


def test_the_request_itself_says_how_it_is_decided() -> None:
    request = Request(
        service("lambda.amazonaws.com"), "sts:AssumeRole", text(ROLE), context({"aws:SourceAccount": "1"})
    )
    assert tell_details(request, "is refused") == [
        f"lambda.amazonaws.com is refused sts:AssumeRole on {ROLE}",
        "aws:SourceAccount = 1",
    ]


def test_a_document_alone_is_held_by_somebody(logs: Finding) -> None:
    """Which role has the policy is not known: no name is made up for it."""
    fact = RoleGrant(estate=logs.fact.estate, statement=logs.fact.statement, policy=logs.fact.policy, admin=True)
    request = Request(aws(ROLE), "s3:GetObject", text("arn:aws:s3:::b/k"))
    finding = replace(logs, fact=fact, witness=Witness(request, allowed=True))
    assert tell_witness(finding) == "whoever has this policy can do s3:GetObject on arn:aws:s3:::b/k"


def test_a_version_or_alias_is_named(invoke: Finding) -> None:
    request = Request(V1, "lambda:InvokeFunction", text(FUNCTION + ":live"), context({}))
    assert tell(invoke, request, allowed=False) == "Lex cannot invoke live of this function"


def test_assuming_a_role_is_said_of_who_assumes_it(invoke: Finding) -> None:
    lambda_ = Request(service("lambda.amazonaws.com"), "sts:AssumeRole", text(ROLE))
    other = Request(aws("arn:aws:iam::444455556666:root"), "sts:AssumeRole", text(ROLE))
    assert tell(invoke, lambda_, allowed=False, by_role=True) == "Lambda cannot assume this role"
    assert tell(invoke, other, allowed=True, by_role=True) == "account 444455556666 can assume this role"


def test_a_finding_without_witness_says_nothing(invoke: Finding) -> None:
    assert tell_witness(replace(invoke, witness=None)) is None
