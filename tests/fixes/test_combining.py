"""Several candidates as one fix: nothing twice, nothing lost, nothing in the way of another."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.fixes.apply import apply
from auditor.fixes.candidate import Candidate, TakeOut
from auditor.fixes.combining import ContradictionError, combine, operations_of, with_ids_apart
from auditor.fixes.narrow import permission_for
from auditor.fixes.operation import AddInlinePolicy, AddPermission, RemovePermission, ReplaceStatement, ReplaceTrust
from auditor.iam.decide import Policies, decide
from auditor.iam.request import Request, context, service
from auditor.iam.statements import allow
from auditor.iam.text import text
from auditor.needs import derive
from tests.engine.facts.estates import ACCOUNT_ID, FUNCTION_ARN, estate_of, intent_hook, permission, role_of

LEX = ("lex.amazonaws.com", "lexv2.amazonaws.com")
SOURCES = [f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent:{name}:*" for name in ("CreatePost", "ReadPost")]


def take_out(estate: Estate, *principals: str, number: int = 0) -> TakeOut:
    function = estate.functions[0]
    return TakeOut(function, function.resource_policy.statements[number], frozenset(principals))


def allowed(estate: Estate, principal: str, source: str, qualifier: str = "") -> bool:
    request = Request(
        service(principal), "lambda:InvokeFunction", text(FUNCTION_ARN + qualifier), context({"aws:SourceArn": source})
    )
    return decide(request, Policies(estate.functions[0].resource_policy)).allowed


def test_principals_that_go_one_by_one_leave_one_rest() -> None:
    estate = estate_of(permission({"Service": [*LEX, "sns.amazonaws.com"]}, Sid="Both"))
    operations = operations_of([take_out(estate, LEX[0]), take_out(estate, LEX[1])])
    assert [type(operation) for operation in operations] == [AddPermission, RemovePermission]
    after = apply(estate, operations)
    source = "arn:aws:sns:us-east-1:111122223333:topic"
    assert [allowed(after, name, source) for name in (*LEX, "sns.amazonaws.com")] == [False, False, True]


def test_a_rest_says_what_the_statement_said_in_permissions_that_lambda_can_make() -> None:
    """AddPermission takes one principal, one action, one resource and one value a condition
    (Lambda API, AddPermission); one of several values suffices in a policy."""
    condition = {"ArnLike": {"AWS:SourceArn": SOURCES}}
    statement = permission(
        {"Service": [*LEX, "events.amazonaws.com"]}, condition, Resource=[FUNCTION_ARN, FUNCTION_ARN + ":live"], Sid="S"
    )
    estate = estate_of(statement)
    operations = operations_of([take_out(estate, LEX[0])])
    added = [operation for operation in operations if isinstance(operation, AddPermission)]
    assert len(added) == 2 * 2 * 2
    assert len({operation.statement_id for operation in added}) == len(added)
    for operation in added:
        made = operation.statement
        assert (len(made.principals or ()), len(made.actions), len(made.resources or ())) == (1, 1, 1)
        assert [len(bound.values) for bound in made.conditions] == [1]
    after = apply(estate, operations)
    others = [SOURCES[0], SOURCES[1], SOURCES[0].replace("CreatePost", "DeletePost")]
    for principal, source, qualifier in product((*LEX, "events.amazonaws.com"), others, ("", ":live", ":test")):
        expected = allowed(estate, principal, source, qualifier) and principal != LEX[0]
        assert allowed(after, principal, source, qualifier) == expected, (principal, source, qualifier)


def test_conditions_that_must_all_hold_are_not_taken_apart() -> None:
    """Of a negated operator, and of ForAllValues, no value alone suffices (IAM user guide)."""
    condition = {"ArnNotLike": {"AWS:SourceArn": SOURCES}}
    estate = estate_of(permission({"Service": list(LEX)}, condition, Sid="S"))
    operations = operations_of([take_out(estate, LEX[0])])
    assert [type(operation) for operation in operations] == [AddPermission, RemovePermission]
    after = apply(estate, operations)
    others = SOURCES[0].replace("CreatePost", "DeletePost")
    assert [allowed(after, LEX[1], source) for source in (*SOURCES, others)] == [False, False, True]


def test_not_principal_is_removed_whole() -> None:
    statement = permission(Sid="S")
    del statement["Principal"]
    estate = estate_of({**statement, "NotPrincipal": {"Service": "lex.amazonaws.com"}})
    assert [type(o) for o in operations_of([take_out(estate, "*")])] == [RemovePermission]


def test_equal_permissions_are_added_once_and_others_get_ids_of_their_own() -> None:
    estate = estate_of(hooks=(intent_hook("Post", qualifier="live"), intent_hook("Post", qualifier="test")))
    function = estate.functions[0]
    first, second = (permission_for(need) for need in derive(function, estate))
    adding = [AddPermission(function, first, "Lex"), AddPermission(function, second, "Lex")]
    operations = operations_of([*adding, replace(adding[0], statement_id="Other")])
    assert [o.statement_id for o in operations if isinstance(o, AddPermission)] == ["Lex", "Lex-2"]


def test_fixes_that_are_carried_out_one_after_another_use_no_id_twice() -> None:
    estate = estate_of(permission(Sid="Lex"), hooks=(intent_hook("A"), intent_hook("B")))
    function = estate.functions[0]
    first, second = (permission_for(need) for need in derive(function, estate))
    one: tuple[Any, ...] = (AddPermission(function, first, "Lex-2"),)
    apart = list(with_ids_apart([one, (AddPermission(function, second, "Lex-2"),), one]))
    assert [[o.statement_id for o in operations] for operations in apart] == [["Lex-2"], ["Lex-2-2"], ["Lex-2"]]
    assert apart[0] is apart[2]


def test_new_policies_of_one_name_are_one_policy() -> None:
    """`put-role-policy` overwrites a policy of the same name."""
    role = role_of()
    streams, events = (allow((action,), (text("arn"),)) for action in ("logs:CreateLogStream", "logs:PutLogEvents"))
    (only,) = operations_of([AddInlinePolicy(role, "n", (streams,)), AddInlinePolicy(role, "n", (streams, events))])
    assert only == AddInlinePolicy(role, "n", (streams, events))


def test_one_statement_is_not_replaced_in_two_ways() -> None:
    role = role_of({"Effect": "Allow", "Action": "logs:*", "Resource": "*"})
    policy = role.policies[0]
    old = policy.policy.statements[0]
    by = [(allow((action,), (text("arn"),)),) for action in ("logs:PutLogEvents", "logs:CreateLogStream")]
    with pytest.raises(ContradictionError):
        operations_of([ReplaceStatement(role, policy, old, statements) for statements in by])


def test_what_two_edits_put_into_one_policy_stands_there_once() -> None:
    wide = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    role = role_of(wide, {**wide, "Sid": "Again"})
    policy = role.policies[0]
    own = allow(("logs:PutLogEvents",), (text("arn"),))
    edits = [ReplaceStatement(role, policy, old, (own,)) for old in policy.policy.statements]
    after = apply(Estate(estate_of().kind, roles=(role,)), operations_of(edits))
    assert [str(s.actions[0].text) for s in after.roles[0].policies[0].policy.statements] == ["logs:PutLogEvents"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_trust_policy_is_never_left_empty(order: tuple[int, ...]) -> None:
    """A role's trust policy has at least one statement (IAM: Statement is required)."""
    trust = [
        {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}
        for name in ("ec2.amazonaws.com", "lex.amazonaws.com", "ecs.amazonaws.com")
    ]
    role = role_of(trust=trust)
    services = ("ec2.amazonaws.com", "lex.amazonaws.com", "ecs.amazonaws.com")
    changes = [TakeOut(role, role.trust.statements[n], frozenset((services[n],))) for n in order]
    operations = operations_of(changes)
    assert all(isinstance(operation, ReplaceTrust) for operation in operations)
    after = apply(Estate(estate_of().kind, roles=(role,)), operations).roles[0]
    assert [str(p.text) for s in after.trust.statements for p in s.principals or ()] == ["lambda.amazonaws.com"]
    two = apply(Estate(estate_of().kind, roles=(role,)), operations_of(changes[:2])).roles[0]
    assert [str(p.text) for s in two.trust.statements for p in s.principals or ()] == [services[order[2]]]


def test_titles_of_one_kind_name_all_that_they_are_about() -> None:
    listed = [Candidate("Take {} out", names=(name,)) for name in ("`a`", "`b`", "`c{}`")]
    assert combine(listed).title == "Take `a`, `b` and `c{}` out"
    assert combine([*listed[:1], Candidate("Allow it")]).title == "Take `a` out, and allow it"
    assert Candidate("Remove `{}`").told == "Remove `{}`"


def test_a_long_title_says_how_much_is_mended_and_the_advice_says_how() -> None:
    """Each part once, also where one of several is itself made of several."""
    named = (permission({"Service": LEX[0]}), permission({"Service": LEX[1]}), permission("*"))
    (function,) = estate_of(*named).functions
    statements = tuple(function.resource_policy or ())
    told = (
        "Bind the permission to the one hook that uses it",
        "Bind the permission to this account",
        "Remove the statement that serves nobody",
    )
    listed = [
        Candidate(title, (TakeOut(function, statement, frozenset((name,))),))
        for title, statement, name in zip(told, statements, (*LEX, "*"), strict=True)
    ]
    joint = combine([combine(listed), listed[0]])
    assert joint.title == f"Mend 3 permissions of `{function.name}` together"
    assert joint.advice == "; ".join((told[0], told[1].replace("Bind", "bind"), told[2].replace("Remove", "remove")))
