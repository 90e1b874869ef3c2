"""Roles to assume, and every account of an organisation."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from auditor.sources.aws.selection import Selection
from auditor.sources.errors import UsageError

from .fake import ACCOUNT, FUNCTION, ROLE, Answer, Aws, plain, query_error, query_xml

OTHER, CLOSED, REFUSED = "444455556666", "555566667777", "666677778888"


def assumable(aws: Aws) -> None:
    """Whoever assumes a role of an account becomes a key that begins with that account."""

    def assume(request: Any) -> Answer:
        arn = parse_qs(request.body)["RoleArn"][0]
        account = arn.split(":")[4]
        if account == REFUSED:
            return query_error("AccessDenied")
        keys = (
            f"<Credentials><AccessKeyId>KEY{account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
            "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        )
        return query_xml("AssumeRole", keys)

    aws.on("sts", "Action=AssumeRole", assume)


def test_a_role_is_assumed_with_its_external_id(aws: Aws, read: Any) -> None:
    assumable(aws)
    role = f"arn:aws:iam::{ACCOUNT}:role/auditor"
    found = read(Selection(role_arn=role, external_id="ours"))
    assert (list(found.bundles), found.reasons) == (["hook"], [])
    [request] = [r for r in aws.requests if "Action=AssumeRole" in r.body]
    assert parse_qs(request.body)["RoleArn"] == [role]
    assert parse_qs(request.body)["ExternalId"] == ["ours"]


def test_every_open_account_is_read_and_one_that_refuses_is_told(aws: Aws, read: Any) -> None:
    assumable(aws)
    listed = [
        {"Id": OTHER, "Status": "ACTIVE"},
        {"Id": ACCOUNT, "Status": "ACTIVE"},
        {"Id": CLOSED, "Status": "SUSPENDED"},
        {"Id": REFUSED, "Status": "ACTIVE"},
    ]
    aws.on("organizations", "ListAccounts", plain(Accounts=listed[:2], NextToken="more"), plain(Accounts=listed[2:]))
    functions = [
        plain(Functions=[{"FunctionName": "hook", "FunctionArn": arn, "Role": role}])
        for arn, role in ((FUNCTION, ROLE), (FUNCTION.replace(ACCOUNT, OTHER), ROLE.replace(ACCOUNT, OTHER)))
    ]
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", *functions)
    found = read(Selection(accounts_role="audit"))
    arns = [str(function.arn) for function in found.live.reading.estates[0].functions]
    assert arns == [FUNCTION, FUNCTION.replace(ACCOUNT, OTHER)]
    assert found.reasons == [f"the role `arn:aws:iam::{REFUSED}:role/audit` cannot be assumed"]


def test_an_organisation_that_cannot_be_listed_is_told(aws: Aws, read: Any) -> None:
    aws.on("organizations", "ListAccounts", query_error("AccessDeniedException"))
    found = read(Selection(accounts_role="audit"))
    assert found.live.reading.empty
    assert ["organizations:ListAccounts" in reason for reason in found.reasons] == [True]


def test_another_account_than_the_one_that_was_named_is_not_read(aws: Aws, read: Any) -> None:
    assert list(read(Selection(account=ACCOUNT)).bundles) == ["hook"]
    aws.requests.clear()
    with pytest.raises(UsageError, match=f"account `{OTHER}` is asked for, and the session is in `{ACCOUNT}`"):
        read(Selection(account=OTHER))
    assert {request.service for request in aws.requests} == {"sts"}


def test_of_an_organisation_the_named_account_is_read_alone(aws: Aws, read: Any) -> None:
    assumable(aws)
    listed = [{"Id": account, "Status": "ACTIVE"} for account in (ACCOUNT, OTHER)]
    aws.on("organizations", "ListAccounts", plain(Accounts=listed))
    function = {"FunctionName": "hook", "FunctionArn": FUNCTION.replace(ACCOUNT, OTHER)}
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=[function]))
    found = read(Selection(accounts_role="audit", account=OTHER))
    assert [bundle["function"]["arn"] for bundle in found.bundles.values()] == [FUNCTION.replace(ACCOUNT, OTHER)]
    with pytest.raises(UsageError, match=f"the organisation has no open account `{CLOSED}`"):
        read(Selection(accounts_role="audit", account=CLOSED))
