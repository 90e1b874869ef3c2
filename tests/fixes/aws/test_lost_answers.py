"""`--apply` where AWS carried a call out and its answer never came: what stands there decides."""

from __future__ import annotations

from typing import Any

import pytest

from ...sources.aws.fake import Answer, Aws, Request, error, query_xml
from .conftest import ALIAS, Policy, inline, wide

NARROW = "LexV2-BOT0000001-TSTALIASID"
REMOVAL = "DELETE .*/policy/wide"
ADDITION = r"POST /2015-03-31/functions/hook/policy"


def sids(policy: Policy) -> list[str]:
    return [statement["Sid"] for statement in policy.statements]


@pytest.mark.parametrize("lost", [Answer(cut=True), Answer(503, ""), error("ServiceException", 500)])
def test_a_removal_whose_answer_is_lost_is_done(aws: Aws, policy: Policy, fix: Any, lost: Answer) -> None:
    def remove(request: Request) -> Answer:
        policy.remove(request)
        return lost

    aws.on("lambda", REMOVAL, remove)
    done = fix("--apply", "--yes")
    assert (done.status, sids(policy)) == (0, [NARROW]), done.err
    assert "done: " in done.err


def test_a_removal_that_a_repeated_call_no_longer_finds_is_done(aws: Aws, policy: Policy, fix: Any) -> None:
    """boto3 repeats a call whose connection broke, and the revision is another one by then."""
    aws.on("lambda", REMOVAL, lambda request: (policy.remove(request), Answer(cut=True))[1], policy.remove)
    done = fix("--apply", "--yes")
    assert (done.status, sids(policy)) == (0, [NARROW]), done.err


def test_what_took_the_place_stays_where_a_removal_cannot_be_looked_at(aws: Aws, policy: Policy, fix: Any) -> None:
    for lost in (Answer(204, ""), Answer(cut=True)):
        policy.statements = [wide()]
        policy.serve(aws)

        def remove(request: Request, lost: Answer = lost) -> Answer:
            policy.remove(request)
            aws.on("lambda", "GET .*policy", error("AccessDeniedException", 403))
            return lost

        aws.on("lambda", REMOVAL, remove)
        done = fix("--apply", "--yes")
        assert (done.status, sids(policy)) == (1, [NARROW]), done.err
        assert "begun, and not finished: " in done.err


def test_an_addition_whose_answer_is_lost_is_gone_on_with(aws: Aws, policy: Policy, fix: Any) -> None:
    taken = error("ResourceConflictException", 409)
    aws.on("lambda", ADDITION, lambda request: (policy.add(request), Answer(cut=True))[1], taken)
    done = fix("--apply", "--yes")
    assert done.status == 0, done.err
    [statement] = policy.statements
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": ALIAS}


def test_an_addition_that_cannot_be_looked_at_is_not_called_left(aws: Aws, policy: Policy, fix: Any) -> None:
    def add(request: Request) -> Answer:
        policy.add(request)
        aws.on("lambda", "GET .*policy", error("AccessDeniedException", 403))
        return Answer(cut=True)

    aws.on("lambda", ADDITION, add)
    done = fix("--apply", "--yes")
    assert (done.status, "wide" in sids(policy)) == (1, True)
    assert "begun, and not finished: " in done.err


def test_a_document_whose_answer_is_lost_is_done(aws: Aws, policy: Policy, fix: Any) -> None:
    policy.statements = []
    every = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    inline(aws, {"Version": "2012-10-17", "Statement": [every]})

    def put(_request: Request) -> Answer:
        group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/hook:*"
        inline(aws, {"Version": "2012-10-17", "Statement": [{**every, "Resource": group}]})
        return Answer(cut=True)

    aws.on("iam", "Action=PutRolePolicy", put, query_xml("PutRolePolicy", ""))
    aws.on("iam", "Action=PutRolePolicy", put)
    done = fix("--apply", "--yes", "--select", "logs-wildcard")
    assert (done.status, "done: " in done.err) == (0, True), done.err
