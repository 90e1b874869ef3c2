"""Which policies decide a need, and what follows where they are not known."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.estate.function import FunctionUrl, UrlAuth
from auditor.estate.role import Role
from auditor.iam.decide import Verdict
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.needs import Need, NeedKind, decide_need, derive, granting
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, intent_hook, permission, role_of

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/hook"
ALLOW, DENY, OPEN = Verdict.ALLOW, Verdict.DENY, Verdict.UNDETERMINED


def verdicts(estate: Estate, kind: NeedKind) -> list[Verdict]:
    needs = [need for need in derive(estate.functions[0], estate) if need.kind is kind]
    return [decide_need(need, granting(need, estate)).verdict for need in needs]


def allow(actions: Any, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


WRITING = role_of(allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{GROUP}:*"))
READING = role_of(allow("s3:*", "*"))


@pytest.mark.parametrize(
    ("role", "verdict"),
    [
        (WRITING, ALLOW),
        (READING, DENY),
        (replace(READING, policies_known=False), OPEN),
        (replace(WRITING, policies_known=False), ALLOW),
        (replace(READING, policies=(*READING.policies, replace(WRITING.policies[0], policy=None))), OPEN),
        (replace(WRITING, boundary=READING.policies[0].policy), DENY),
    ],
    ids=["allowed", "not allowed", "others not known", "allowed already", "a document not known", "boundary"],
)
def test_a_roles_policies_decide_what_its_function_can_write(role: Role, verdict: Verdict) -> None:
    assert verdicts(estate_of(role=role), NeedKind.LOGS) == [verdict, verdict]


def test_a_role_that_is_not_in_the_estate_may_allow_anything() -> None:
    estate = estate_of(role=READING)
    assert verdicts(dataclasses.replace(estate, roles=()), NeedKind.LOGS) == []
    (need, _) = [n for n in derive(estate.functions[0], estate) if n.kind is NeedKind.LOGS]
    assert decide_need(need, granting(need, dataclasses.replace(estate, roles=()))).verdict is OPEN


@pytest.mark.parametrize(("resource", "verdict"), [(GROUP, ALLOW), (f"{GROUP}:*", ALLOW), (f"{GROUP}-2:*", DENY)])
def test_a_group_may_be_created_by_either_form_of_its_arn(resource: str, verdict: Verdict) -> None:
    """AWS's documents name both."""
    created = estate_of(role=role_of(allow("logs:CreateLogGroup", resource)), managed=False)
    assert verdicts(created, NeedKind.LOGS)[-1] is verdict


@pytest.mark.parametrize(
    ("called", "granted", "verdict"),
    [(None, "", ALLOW), ("live", ":live", ALLOW), ("live", "", DENY), (None, ":live", DENY), ("live", ":*", ALLOW)],
)
def test_a_permission_holds_for_the_version_or_alias_it_stands_on(
    called: str | None, granted: str, verdict: Verdict
) -> None:
    """Lambda developer guide: a policy on an alias or version is no policy on the function."""
    wide = permission()
    statement = {**wide, "Resource": wide["Resource"] + granted}
    estate = estate_of(statement, hooks=(intent_hook("CreatePost", qualifier=called),))
    assert verdicts(estate, NeedKind.INVOKE) == [verdict]


def test_lambda_is_let_in_by_the_trust_policy() -> None:
    closed = parse_policy(node({"Version": "2012-10-17", "Statement": []}), PolicyKind.TRUST)
    for trust, verdict in ((WRITING.trust, ALLOW), (closed, DENY)):
        assert verdicts(estate_of(role=replace(WRITING, trust=trust)), NeedKind.ASSUME) == [verdict]


def test_what_is_needed_names_its_evidence() -> None:
    estate = estate_of(permission(), hooks=(intent_hook("CreatePost"),), role=WRITING)
    function = replace(estate.functions[0], tracing=True, urls=(FunctionUrl(UrlAuth.NONE),))
    needs: tuple[Need, ...] = tuple(derive(function, estate))
    assert {need.kind for need in needs} == set(NeedKind)
    assert all(need.evidence for need in needs)
