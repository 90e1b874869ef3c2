"""What operations touch, and which needs may rest on it: a need that is left out is not asked again."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.fixes.apply import apply
from auditor.fixes.operation import AddInlinePolicy, AddPermission, DetachPolicy, RemovePermission, ReplaceTrust
from auditor.fixes.touching import Parts, may_concern, touched_by
from auditor.iam.statements import allow
from auditor.iam.text import text
from auditor.needs import decide_need, derive, granting
from tests.engine.facts.estates import ACCOUNT_ID, FUNCTION_ARN, alias_hook, estate_of, intent_hook, permission, role_of

INTENT = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent"
V2 = {"Service": "lexv2.amazonaws.com"}

STATEMENTS: dict[str, dict[str, Any]] = {
    "every hook of one generation": permission(),
    "the other generation": permission(V2),
    "everyone": permission("*"),
    "another action": permission(Action="lambda:GetFunction"),
    "another function": permission(Resource=FUNCTION_ARN + "-other"),
    "another intent": permission(condition={"ArnLike": {"AWS:SourceArn": f"{INTENT}:DeletePost:*"}}),
    "this intent": permission(condition={"ArnLike": {"AWS:SourceArn": f"{INTENT}:CreatePost:*"}}),
    "another account": permission(condition={"StringEquals": {"aws:SourceAccount": "444455556666"}}),
    "a key that may be sent": permission(condition={"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}),
    "a key that need not be": permission(condition={"StringEqualsIfExists": {"aws:SourceOrgID": "o-abcdefghij"}}),
    "a variable": permission(condition={"ArnLike": {"AWS:SourceArn": "arn:aws:lex:*:${aws:SourceAccount}:*"}}),
    "a variable in the resource": permission(Resource=FUNCTION_ARN + ":${aws:SourceAccount}"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_need_that_a_statement_does_not_concern_is_decided_alike_without_it(name: str) -> None:
    others = [other for key, other in STATEMENTS.items() if key != name]
    for beside in ([], others[:2], others[2:5], others):
        estate = estate_of(STATEMENTS[name], *beside, hooks=(intent_hook("CreatePost"), alias_hook()))
        (function,) = estate.functions
        statement = function.resource_policy.statements[0]
        without = apply(estate, [RemovePermission(function, statement)])
        for old, new in zip(derive(function, estate), derive(without.functions[0], without), strict=True):
            before, after = decide_need(old, granting(old, estate)), decide_need(new, granting(new, without))
            if not may_concern([statement], old):
                assert before.verdict is after.verdict, str(old.request)


@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("every hook of one generation", [True, False]),
        ("the other generation", [False, True]),
        ("everyone", [True, True]),
        ("another action", [False, False]),
        ("another intent", [False, False]),
        ("this intent", [True, False]),
        ("a key that may be sent", [True, False]),
        ("a variable", [True, True]),
    ],
)
def test_a_statement_concerns_the_needs_that_it_may_serve(name: str, concerned: list[bool]) -> None:
    estate = estate_of(STATEMENTS[name], hooks=(intent_hook("CreatePost"), alias_hook()))
    (function,) = estate.functions
    statements = function.resource_policy.statements
    assert [may_concern(statements, need) for need in derive(function, estate)] == concerned


def test_a_statement_on_an_arn_that_may_be_the_functions_concerns_its_needs() -> None:
    """The function's region and account are not known, and the statement names some."""
    estate = estate_of(permission(), hooks=(intent_hook("CreatePost"),), account_known=False)
    (function,) = estate.functions
    (need,) = derive(function, estate)
    assert may_concern(function.resource_policy.statements, need)


def test_the_part_around_what_is_touched_holds_who_runs_with_it() -> None:
    roles = [replace(role_of(), key=key, name=text(key)) for key in "ab"]
    (first,) = estate_of(role=roles[0]).functions
    second = replace(first, address="second", role="b")
    third = replace(first, address="third", role="a")
    estate = dataclasses.replace(estate_of(role=roles[0]), functions=(first, second, third), roles=tuple(roles))
    parts = Parts(estate)

    def around(*operations: Any) -> tuple[list[str], list[str]]:
        part = parts.around(touched_by(operations, parts))
        return [function.key for function in part.functions], [role.key for role in part.roles]

    one = allow(("logs:PutLogEvents",), (text("*"),))
    assert around(AddPermission(second, one, "x")) == (["second"], ["b"])
    assert around(AddInlinePolicy(roles[0], "n", (one,))) == (["aws_lambda_function.hook", "third"], ["a"])
    assert around(ReplaceTrust(roles[1], None, ())) == (["second"], ["b"])


def test_operations_that_do_the_same_have_one_signature() -> None:
    estate = estate_of(permission(Sid="a"), role=role_of())
    parts = Parts(estate)
    (function,), (role,) = estate.functions, estate.roles
    old = function.resource_policy.statements[0]
    made = allow(("lambda:InvokeFunction",), (function.arn,))
    adding = [AddPermission(function, made, name) for name in ("x", "y")]
    assert len({touched_by([one, RemovePermission(function, old)], parts).signature for one in adding}) == 1
    others = [[adding[0]], [RemovePermission(function, old)], [AddInlinePolicy(role, "n", ())]]
    assert len({touched_by(operations, parts).signature for operations in others}) == len(others)
    held = replace(role_of({"Effect": "Allow", "Action": "*", "Resource": "*"}).policies[0])
    assert touched_by([DetachPolicy(role, held)], parts).statements == held.policy.statements
