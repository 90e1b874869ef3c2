"""What AddPermission can say, held against the Lambda API's own model."""

from __future__ import annotations

import re

import botocore.session
import pytest
from msgspec.structs import replace

from auditor.fixes.operation import AddPermission, RemovePermission
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.permission import (
    permission_arguments,
    removed_qualifier,
    removed_statement_id,
)
from auditor.iam.document import Effect, Pattern, PolicyKind, PrincipalPattern
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import PrincipalKind
from auditor.iam.text import ACCOUNT, Hole, text

from .estates import condition, from_source, function, invoke

F = function("f", "us-east-1:111122223333")
SOURCE = "arn:aws:lex:us-east-1:111122223333:intent:CreatePost:*"


def arguments(statement, statement_id="id", target=F):
    return permission_arguments(AddPermission(target, statement, statement_id))


@pytest.fixture(scope="module")
def shape():
    """AddPermission's input in botocore's model of the Lambda API."""
    model = botocore.session.get_session().get_service_model("lambda")
    return model.operation_model("AddPermission").input_shape


# The statement that the Lex V1 guide's CLI walk-through gets back from add-permission.
def test_the_statement_that_add_permission_writes_becomes_the_call_that_wrote_it():
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "chatbot-fulfillment",
                "Effect": "Allow",
                "Principal": {"Service": "lex.amazonaws.com"},
                "Action": ["lambda:InvokeFunction"],
                "Resource": "arn:aws:lambda:us-east-1:111122223333:function:f:live",
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": "111122223333"},
                    "ArnLike": {"AWS:SourceArn": SOURCE},
                },
            }
        ],
    }
    statement = parse_policy(node(document), PolicyKind.RESOURCE).statements[0]
    found = arguments(statement, "chatbot-fulfillment")
    assert (found.statement_id, found.action, found.principal, found.qualifier) == (
        "chatbot-fulfillment",
        "lambda:InvokeFunction",
        text("lex.amazonaws.com"),
        text("live"),
    )
    assert found.conditions == (("source_arn", text(SOURCE)), ("source_account", text("111122223333")))


GOOD = {
    "source_arn": condition("ArnLike", "AWS:SourceArn", SOURCE),
    "source_account": condition("StringEquals", "aws:SourceAccount", "111122223333"),
    "principal_org_id": condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    "event_source_token": condition("StringEquals", "lambda:EventSourceToken", "amzn1.ask.skill.1-2"),
}


def api_name(argument: str) -> str:
    return "".join(word.capitalize() for word in argument.split("_")).replace("OrgId", "OrgID")


@pytest.mark.parametrize("name", GOOD)
def test_each_condition_is_an_argument_that_the_api_takes(name, shape):
    found = dict(arguments(invoke(F, GOOD[name])).conditions)
    assert list(found) == [name]
    assert re.fullmatch(shape.members[api_name(name)].metadata["pattern"], str(found[name]))


BAD = {
    "source_arn": ["*", "arn:aws:lex:*:*:intent:X:*", "arn:aws:lex:us-east-1:123456789012 ID:intent:X:*"],
    "source_account": ["1111", "*", "11112222333a"],
    "principal_org_id": ["o-*", "o-short", "ou-a1b2c3d4e5"],
    "event_source_token": ["a b", "a/b"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_what_the_api_refuses_is_refused(name, value, shape):
    assert not re.fullmatch(shape.members[api_name(name)].metadata["pattern"], value)
    bad = replace(GOOD[name], values=(Pattern(text(value)),))
    with pytest.raises(InexpressibleError):
        arguments(invoke(F, bad))


S = invoke(F)
SERVICE = PrincipalPattern(PrincipalKind.SERVICE, text("lex.amazonaws.com"))


@pytest.mark.parametrize(
    "statement",
    [
        replace(S, effect=Effect.DENY),
        replace(S, not_action=True),
        replace(S, not_resource=True),
        replace(S, not_principal=True),
        replace(S, principals=None),
        replace(S, principals=(SERVICE, SERVICE)),
        replace(S, principals=(PrincipalPattern(PrincipalKind.FEDERATED, text("x")),)),
        replace(S, actions=(Pattern(text("lambda:Invoke*")),)),
        replace(S, actions=(Pattern(text("lambda:GetFunction")), Pattern(text("lambda:InvokeFunction")))),
        replace(S, resources=(Pattern(text("*")),)),
        replace(S, resources=(Pattern(text("arn:aws:lambda:us-east-1:111122223333:function:other")),)),
        invoke(F, condition("ArnLikeIfExists", "aws:SourceArn", SOURCE)),
        invoke(F, condition("StringLike", "aws:SourceAccount", "111122223333")),
        invoke(F, condition("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5")),
        invoke(F, GOOD["source_arn"], GOOD["source_arn"]),
        invoke(F, replace(GOOD["source_arn"], values=(Pattern(text(SOURCE)), Pattern(text(SOURCE))))),
        invoke(F, condition("StringEquals", "lambda:FunctionUrlAuthType", "NONE")),
        invoke(F, condition("Bool", "lambda:InvokedViaFunctionUrl", "false")),
    ],
)
def test_what_no_argument_says_is_refused(statement):
    with pytest.raises(InexpressibleError):
        arguments(statement)


@pytest.mark.parametrize("statement_id", ["", "a b", "a/b", "é", "x" * 101, "a.b"])
def test_a_statement_id_that_the_api_refuses_is_refused(statement_id):
    with pytest.raises(InexpressibleError):
        arguments(S, statement_id)


def test_a_source_arn_with_holes_is_held_against_the_pattern_by_their_types():
    known = text("arn:aws:lex:us-east-1:", ACCOUNT, ":intent:X:*")
    assert dict(arguments(invoke(F, from_source(known))).conditions) == {"source_arn": known}
    with pytest.raises(InexpressibleError):
        arguments(invoke(F, from_source(text("arn:aws:lex:us-east-1:", Hole("var.who"), ":intent:X:*"))))


def test_a_permission_is_removed_by_its_sid_on_its_qualifier():
    held = invoke(F, sid="Allow.Lex", resource=text(F.arn, ":live"))
    operation = RemovePermission(F, held)
    assert (removed_statement_id(operation), removed_qualifier(operation)) == ("Allow.Lex", text("live"))
    assert removed_qualifier(RemovePermission(F, invoke(F, sid="x"))) is None


@pytest.mark.parametrize("sid", [None, "a b", text("a", ACCOUNT)])
def test_a_permission_without_a_usable_sid_cannot_be_removed(sid):
    with pytest.raises(InexpressibleError):
        removed_statement_id(RemovePermission(F, invoke(F, sid=sid)))
