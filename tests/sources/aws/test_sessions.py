"""A session that cannot be had, and answers that are none of AWS's: told with what to do, and the rest
is audited."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.sources.aws.permissions import needed_policy
from auditor.sources.aws.selection import Selection
from auditor.sources.errors import UsageError

from .fake import ACCOUNT, FUNCTION, REGION, ROLE, Answer, Aws, plain, query_error

OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/auditor"


def test_a_role_that_may_not_be_assumed_is_named_with_the_permission(aws: Aws, read: Any) -> None:
    aws.on("sts", "Action=AssumeRole", query_error("AccessDenied"))
    found = read(Selection(role_arn=OWN_ROLE))
    assert found.reasons == [f"the role `{OWN_ROLE}` cannot be assumed"]
    assert "allow `sts:AssumeRole`" in found.skipped[0].help
    assert "GetCallerIdentity" not in found.skipped[0].help


def test_without_credentials_there_is_nothing_to_assume_a_role_with(aws: Aws, read: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    found = read(Selection(role_arn=OWN_ROLE))
    assert found.reasons == [f"no credentials to assume `{OWN_ROLE}` with: there are none"]
    assert found.skipped[0].help == "log in, or name another --profile"


def test_half_a_key_is_no_credential(aws: Aws, read: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for selection in (Selection(), Selection(role_arn=OWN_ROLE)):
        [entry] = read(selection).skipped
        assert "Partial credentials" in entry.reason
        assert entry.help == "log in, or name another --profile"


def test_an_endpoint_that_is_no_address_is_wrong_usage(aws: Aws, read: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere")
    with pytest.raises(UsageError, match="Invalid endpoint"):
        read()


@pytest.mark.parametrize("answer", [Answer(200, "<html>log in<br></html>"), Answer(403, "blocked")])
def test_what_a_proxy_answers_is_skipped(aws: Aws, read: Any, answer: Answer) -> None:
    aws.on("iam", "Action=GetRole&", answer)
    found = read()
    assert found.reasons == [f"`iam:GetRole` on `{ROLE}` failed: the answer is none of AWS's"]
    assert list(found.bundles) == ["hook"]


def test_a_policy_that_is_no_json_is_skipped_and_unknown(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/resource-policy/", plain(Policy="{", RevisionId="r"))
    found = read()
    [reason] = found.reasons
    assert reason.startswith(f"the policy of `{FUNCTION}` is no JSON: ")
    assert found.bundles["hook"]["unknown"] == ["resource_policy"]


def test_a_closed_account_is_not_entered_by_either_word(aws: Aws, read: Any) -> None:
    """AWS Organizations API, Account: `State` takes the place of `Status` in September 2026."""
    listed = [
        {"Id": ACCOUNT, "State": "ACTIVE"},
        {"Id": "444455556666", "State": "SUSPENDED"},
        {"Id": "555566667777", "Status": "SUSPENDED"},
    ]
    aws.on("organizations", "ListAccounts", plain(Accounts=listed))
    assert (read(Selection(accounts_role="audit")).reasons, aws.asked("sts", "AssumeRole")) == ([], 0)


def test_a_function_that_is_named_twice_is_read_once(aws: Aws, read: Any) -> None:
    aws.on("lambda", "/configuration", plain(FunctionName="hook", FunctionArn=FUNCTION, Role=ROLE))
    assert read(Selection(functions=("hook", "hook"))).reasons == []
    assert aws.asked("lambda", "/configuration") == 1


def test_a_prefix_that_no_name_can_have_is_wrong_usage() -> None:
    for prefix in ("*", "a b", "arn:aws:lambda"):
        with pytest.raises(UsageError):
            needed_policy(Selection(prefix=prefix, regions=(REGION,)))
