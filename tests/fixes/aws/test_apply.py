"""`--apply`: nothing is removed before its replacement is seen, and nothing is left half done."""

from __future__ import annotations

import json
from typing import Any

from ...sources.aws.fake import Answer, Aws, error, query_xml
from .conftest import ALIAS, Policy, inline, wide

NARROW = "LexV2-BOT0000001-TSTALIASID"


def test_what_is_wide_is_removed_after_what_is_narrow_was_seen(policy: Policy, fix: Any) -> None:
    done = fix("--apply", "--yes")
    assert done.status == 0, done.err
    assert policy.calls == ["add", "remove wide"]
    [statement] = policy.statements
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": ALIAS}


def test_what_cannot_be_seen_is_taken_back_and_nothing_is_removed(policy: Policy, fix: Any) -> None:
    policy.forgets = True
    done = fix("--apply", "--yes")
    assert (done.status, policy.statements) == (1, [wide()])
    assert policy.calls == ["add", f"remove {NARROW}"]
    assert "taken back: " in done.err
    assert "what AWS gives back is not what was written" in done.err


def test_a_removal_that_fails_takes_the_addition_back(aws: Aws, policy: Policy, fix: Any) -> None:
    for broken in (error("ServiceException", 500), Answer(503, ""), Answer(cut=True)):
        policy.statements = [wide()]
        aws.on("lambda", "DELETE .*/policy/wide", broken)
        done = fix("--apply", "--yes")
        assert (done.status, policy.statements) == (1, [wide()]), done.err
        assert "taken back: " in done.err


def test_a_policy_that_was_changed_since_it_was_read_is_left(aws: Aws, policy: Policy, fix: Any) -> None:
    """Somebody adds a statement after the audit read the policy."""
    reads = []

    def get(request: Any) -> Answer:
        reads.append(request)
        if len(reads) == 2:
            policy.statements.append(wide("theirs"))
            policy.revision += 1
        return policy.get(request)

    aws.on("lambda", r"GET /2026-07-09/resource-policy/", get)
    done = fix("--apply", "--yes")
    assert (done.status, policy.calls) == (1, [])
    assert "left as it was: " in done.err
    assert "it was changed since the audit" in done.err


def test_a_policy_that_changes_at_the_last_moment_is_refused_by_its_revision(
    aws: Aws, policy: Policy, fix: Any
) -> None:
    def add(request: Any) -> Answer:
        policy.revision += 1
        return policy.add(request)

    aws.on("lambda", r"POST /2015-03-31/functions/hook/policy", add)
    done = fix("--apply", "--yes")
    assert (done.status, policy.statements) == (1, [wide()])
    assert "PreconditionFailedException" in done.err


def test_a_role_that_was_changed_since_is_left(aws: Aws, policy: Policy, fix: Any) -> None:
    policy.statements = []
    every = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    before = {"Version": "2012-10-17", "Statement": [every]}
    after = {"Version": "2012-10-17", "Statement": [every, {"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    inline(aws, before, after)
    done = fix("--apply", "--yes", "--select", "logs-wildcard")
    assert "it was changed since the audit" in done.err, done.err
    assert (done.status, aws.asked("iam", "Action=PutRolePolicy")) == (1, 0)


def test_a_document_that_is_not_kept_is_put_back_as_it_was(aws: Aws, policy: Policy, fix: Any) -> None:
    policy.statements = []
    every = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    inline(aws, {"Version": "2012-10-17", "Statement": [every]})
    aws.on("iam", "Action=PutRolePolicy", query_xml("PutRolePolicy", ""))
    done = fix("--apply", "--yes", "--select", "logs-wildcard")
    assert (done.status, aws.asked("iam", "Action=PutRolePolicy")) == (1, 2)
    assert "taken back: " in done.err
    last = [request.body for request in aws.requests if "Action=PutRolePolicy" in request.body][-1]
    assert "%22Resource%22%3A+%22%2A%22" in last


def test_a_statement_that_add_permission_cannot_say_is_mended_with_the_whole_policy(policy: Policy, fix: Any) -> None:
    """Its Sid has a space, so that RemovePermission cannot name it (Lambda API, StatementId)."""
    other = wide("other", Principal={"AWS": "arn:aws:iam::111122223333:role/caller"})
    policy.statements = [wide("not a name"), other]
    printed = fix()
    assert "put-resource-policy --resource-arn" in printed.out, printed.err
    assert "--revision-id 00000001-0000-0000-0000-000000000000" in printed.out
    assert ("remove-permission" in printed.out, "add-permission" in printed.out) == (False, False)
    document = json.loads(printed.out.partition("<<'POLICY'\n")[2].partition("\nPOLICY\n")[0])
    assert [statement["Sid"] for statement in document["Statement"]] == ["other", NARROW]
    done = fix("--apply", "--yes")
    assert (done.status, policy.calls) == (0, ["put"]), done.err
    assert [statement["Sid"] for statement in policy.statements] == ["other", NARROW]


def test_names_that_a_shell_would_read_stay_words(aws: Aws, policy: Policy, fix: Any) -> None:
    """A policy may have any Sid; what stands in a here-document is not read by the shell."""
    policy.statements = [wide("not a name"), wide("$(touch owned)\nPOLICY\n`id`", Principal={"AWS": "111122223333"})]
    printed = fix()
    lines = printed.out.splitlines()
    inside = lines[lines.index(next(line for line in lines if "<<'POLICY'" in line)) + 1 : lines.index("POLICY")]
    document = json.loads("\n".join(inside))
    assert document["Statement"][0]["Sid"] == "$(touch owned)\nPOLICY\n`id`"
