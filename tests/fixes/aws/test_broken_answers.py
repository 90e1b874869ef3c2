"""What a fix is told by AWS is looked at before it is believed."""

from __future__ import annotations

from typing import Any

import pytest
from boto3.session import Session

from auditor.fixes.aws.calling import Call, CallRefused, make_room, perform

from ...sources.aws.fake import REGION, Answer, Aws, plain, query_xml
from .conftest import Policy

ABOUT = {"PolicyArn": "arn:aws:iam::111122223333:policy/p"}
MADE = Call("iam", "CreatePolicyVersion", {**ABOUT, "PolicyDocument": "{}", "SetAsDefault": True})


@pytest.mark.parametrize(
    "answer",
    [
        query_xml("CreatePolicyVersion", ""),
        query_xml("CreatePolicyVersion", "<PolicyVersion><IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>"),
        Answer(body="<CreatePolicyVersionResponse/>"),
        Answer(body="<Other/>"),
        Answer(body="{}"),
    ],
)
def test_a_version_that_is_not_told_may_have_been_made(aws: Aws, answer: Answer) -> None:
    aws.on("iam", "Action=CreatePolicyVersion", answer)
    with pytest.raises(CallRefused, match="none of AWS's") as told:
        perform(MADE, Session(), REGION)
    assert not told.value.certain


@pytest.mark.parametrize("member", ["<VersionId>v1</VersionId>", ""])
def test_no_version_is_deleted_where_it_is_not_told_which_is_in_force(aws: Aws, member: str) -> None:
    listed = f"<Versions>{f'<member>{member}</member>' * 5}</Versions><IsTruncated>false</IsTruncated>"
    aws.on("iam", "Action=ListPolicyVersions", query_xml("ListPolicyVersions", listed))
    with pytest.raises(CallRefused):
        make_room(MADE, Session(), REGION)
    assert aws.asked("iam", "DeletePolicyVersion") == 0


def test_a_policy_that_cannot_be_seen_is_not_taken_for_one_that_is_gone(aws: Aws, policy: Policy, fix: Any) -> None:
    """An empty answer at the look before a change: nothing is changed."""
    seen = []

    def get(request: Any) -> Answer:
        seen.append(request)
        return policy.get(request) if len(seen) == 1 else plain()

    aws.on("lambda", r"GET /2026-07-09/resource-policy/", get)
    before = list(policy.statements)
    ran = fix("--apply", "--yes")
    assert (policy.calls, policy.statements) == ([], before), ran.err
    assert ran.status == 1
    assert "none of AWS's" in ran.err
