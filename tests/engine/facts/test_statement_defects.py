"""Actions that do not exist, and statements that say what another says."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.engine.facts.statement_defects import statement_defects
from auditor.iam.document import DefectKind, PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy


def allow(actions: Any, resources: Any = "*", **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **others}


def defects(*statements: dict[str, Any]) -> list[tuple[DefectKind, int | None]]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    policy = parse_policy(node(document), PolicyKind.IDENTITY)
    return [(defect.kind, defect.statement) for defect in statement_defects(policy)]


UNKNOWN, REDUNDANT, SAME_SID = DefectKind.UNKNOWN_ACTION, DefectKind.REDUNDANT, DefectKind.DUPLICATE_SID
BUCKET = "arn:aws:s3:::box/*"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ([allow("s3:GetObject")], []),
        ([allow("s3:GetObjekt")], [(UNKNOWN, 0)]),
        ([allow(["s3:GetObject", "s3:GetObjekt*"])], [(UNKNOWN, 0)]),
        ([allow("S3:getobject")], []),
        ([allow("*")], []),
        ([allow("s3:GetObject", Sid="A"), allow("s3:PutObject", Sid="A")], [(SAME_SID, 1)]),
        ([allow("s3:GetObject", Sid="A"), allow("s3:PutObject", Sid="a")], []),
        ([allow("s3:GetObject", Sid=""), allow("s3:PutObject", Sid="")], []),
        ([{"Effect": "Deny", "Action": "s3:DeleteObjekt", "Resource": "*"}], [(UNKNOWN, 0)]),
        # The same, in another spelling and order.
        ([allow(["s3:GetObject", "s3:PutObject"]), allow(["s3:putobject", "s3:GetObject"])], [(REDUNDANT, 1)]),
        # A narrow one on either side of a wide one.
        ([allow("s3:GetObject", BUCKET), allow("s3:*")], [(REDUNDANT, 0)]),
        ([allow("s3:*"), allow("s3:GetObject", BUCKET)], [(REDUNDANT, 1)]),
        # What a condition narrows adds nothing to the one without.
        (
            [allow("s3:GetObject"), allow("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "true"}})],
            [(REDUNDANT, 1)],
        ),
        ([allow("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "true"}}), allow("s3:PutObject")], []),
        ([allow("s3:GetObject", BUCKET), allow("s3:GetObject", "arn:aws:s3:::other/*")], []),
        # What a Deny takes from an Allow is no repetition.
        ([allow("s3:*"), {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}], []),
    ],
)
def test_what_is_wrong_with_statements(
    statements: list[dict[str, Any]], found: list[tuple[DefectKind, int | None]]
) -> None:
    assert defects(*statements) == found


def test_the_message_names_what_was_likely_meant() -> None:
    document = {"Version": "2012-10-17", "Statement": [allow("s3:GetObjekt")]}
    (defect,) = statement_defects(parse_policy(node(document), PolicyKind.IDENTITY))
    assert defect.message == "`s3:GetObjekt` is no action, so it allows nothing; did you mean `s3:GetObject`?"
    assert defect.help == "write `s3:GetObject`"


def test_an_action_that_was_retired_is_not_told_as_misspelt() -> None:
    """CodeStar was there in 2023 and is gone since July 2024."""
    document = {"Version": "2012-10-17", "Statement": [allow("codestar:ListProjects")]}
    (defect,) = statement_defects(parse_policy(node(document), PolicyKind.IDENTITY))
    assert defect.message == "`codestar:ListProjects` was an action once and is none today, so it allows nothing"
    assert defect.help.startswith("take it out: ")


@pytest.mark.parametrize(("where", "found"), [("f", [DefectKind.DUPLICATE_SID]), ("f:live", [])])
def test_the_permissions_of_another_alias_may_have_the_same_ids(where: str, found: list[DefectKind]) -> None:
    function = "arn:aws:lambda:us-east-1:111122223333:function:"
    call = {"Sid": "A", "Effect": "Allow", "Principal": {"Service": "lex.amazonaws.com"}, "Action": "lambda:*"}
    statements = [{**call, "Resource": function + "f"}, {**call, "Resource": function + where}]
    policy = parse_policy(node({"Version": "2012-10-17", "Statement": statements}), PolicyKind.RESOURCE)
    assert [defect.kind for defect in statement_defects(policy)] == found
