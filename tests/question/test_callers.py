"""Whose request it is: the caller's account, ARN and path tell as much as the resource does.

Sources: IAM user guide, "AWS global condition context keys" (aws:PrincipalArn has the ARNs of roles,
users, root users and federated users; of a session it is that of its role, path and all;
aws:PrincipalAccount), "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from typing import Any

import pytest

import auditor
from auditor.iam.document import PolicyKind
from auditor.iam.text import text
from auditor.question.diff import compare_policies
from auditor.question.documents import parse_document

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
OWN, OTHER = "arn:aws:iam::111122223333:", "arn:aws:iam::222233334444:"
SESSION = "arn:aws:sts::111122223333:assumed-role/"
NONE, NEW = "no-new-access", "new-access"
Document = dict[str, Any]


def document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def grant(principal: Any = "*", condition: Document | None = None, effect: str = "Allow", **more: Any) -> Document:
    made = {"Effect": effect, "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": FUNCTION, **more}
    return {**made, "Condition": condition} if condition else made


def hold(
    condition: Document | None = None, resource: str = FUNCTION, action: str = "lambda:InvokeFunction"
) -> Document:
    made = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def arn_like(*patterns: str, operator: str = "ArnLike") -> Document:
    return {operator: {"aws:PrincipalArn": list(patterns)}}


def of_account(*accounts: str) -> Document:
    return {"StringEquals": {"aws:PrincipalAccount": list(accounts)}}


def verdicts(old: Document | list[Document], new: Document | list[Document]) -> tuple[str, str]:
    before, after = (document(*(side if isinstance(side, list) else [side])) for side in (old, new))
    change = auditor.diff(before, after, both=True)
    assert change.lost is not None
    for found in (change, change.lost):
        assert (found.witness is None) == (found.verdict != NEW), found.reason
        if found.witness is not None:
            check_caller(found.witness.to_dict())
    return change.verdict.value, change.lost.verdict.value


def check_caller(witness: Document) -> None:
    """A request is one caller's: what its keys say of the caller is true of the principal."""
    principal = witness["principal"]
    caller = principal.get("AWS") if isinstance(principal, dict) else None
    arn, account = (witness["context"].get(key) for key in ("aws:PrincipalArn", "aws:PrincipalAccount"))
    if caller is None:
        assert arn is None
        return
    parts = caller.split(":")
    assert account in (None, parts[4])
    if arn is None:
        return
    assert arn.split(":")[4] == parts[4]
    if parts[5].startswith("assumed-role/"):
        assert arn.split(":")[5].startswith("role/")
        assert arn.split("/")[-1] == parts[5].split("/")[1]
    else:
        assert arn == caller


IDENTITY: list[tuple[str, Any, Any, str, str]] = [
    (
        "a holder of one more account",
        hold(of_account("111122223333")),
        hold(of_account("111122223333", "222233334444")),
        NEW,
        NONE,
    ),
    ("another account", hold(of_account("111122223333")), hold(of_account("222233334444")), NEW, NEW),
    (
        "one more holder",
        hold(arn_like(f"{OWN}role/a")),
        hold(arn_like(f"{OWN}role/a", f"{OTHER}role/b")),
        NEW,
        NONE,
    ),
    (
        "the holder's account in a name",
        hold(resource="arn:aws:s3:::b-111122223333", action="s3:*"),
        hold(resource="arn:aws:s3:::b-${aws:PrincipalAccount}", action="s3:*"),
        NEW,
        NEW,
    ),
    (
        "a pattern of accounts",
        hold({"StringLike": {"aws:PrincipalAccount": "1*"}}),
        hold({"StringLike": {"aws:PrincipalAccount": ["1*", "23*"]}}),
        NEW,
        NONE,
    ),
    (
        "no identity policy is a root user's",
        hold(arn_like("arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*", "arn:aws:sts::*:federated-user/*")),
        hold(arn_like("arn:aws:*::*:*")),
        NONE,
        NONE,
    ),
    (
        "the ARN has the account",
        hold({**of_account("111122223333"), **arn_like("arn:*:*:*:*:*")}),
        hold({**of_account("111122223333"), **arn_like(f"{OWN}*", "arn:aws:sts::111122223333:*")}),
        NONE,
        NONE,
    ),
]
RESOURCE: list[tuple[str, Any, Any, str, str]] = [
    (
        "the account as a variable, in a resource",
        [
            grant(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:PrincipalAccount}"),
            grant(effect="Deny", Action="s3:GetObject", Resource="arn:aws:s3:::b/222233334444"),
        ],
        grant(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:PrincipalAccount}"),
        NEW,
        NONE,
    ),
    (
        "the account as a variable, in a resource, beside a pattern",
        [
            grant(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:PrincipalAccount}"),
            grant(effect="Deny", Action="s3:GetObject", Resource="arn:aws:s3:::b/23*"),
        ],
        grant(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:PrincipalAccount}"),
        NEW,
        NONE,
    ),
    (
        "the account as a variable, of another key",
        grant(
            condition={
                "StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"},
                "StringNotEquals": {"aws:ResourceAccount": "222233334444"},
            },
            Action="s3:GetObject",
            Resource="arn:aws:s3:::b/x",
        ),
        grant(
            condition={"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
            Action="s3:GetObject",
            Resource="arn:aws:s3:::b/x",
        ),
        NEW,
        NONE,
    ),
    (
        "the root user has an ARN",
        grant(condition=arn_like(f"{OWN}role/*", f"{OWN}user/*")),
        grant(condition=arn_like(f"{OWN}*")),
        NEW,
        NONE,
    ),
    (
        "a federated user has an ARN",
        grant(condition=arn_like("arn:aws:iam::*:*")),
        grant(condition=arn_like("arn:aws:*::*:*")),
        NEW,
        NONE,
    ),
    (
        "a role may have a path that its sessions do not tell",
        grant({"AWS": f"{SESSION}R/s"}, arn_like(f"{OWN}role/R", operator="ArnEquals")),
        grant({"AWS": f"{SESSION}R/s"}, arn_like(f"{OWN}role/R", f"{OWN}role/team/R", operator="ArnEquals")),
        NEW,
        NONE,
    ),
    (
        "a session's role has the path that is told",
        grant({"AWS": f"{OWN}role/team/R"}, arn_like(f"{OWN}role/team/R", operator="ArnEqualsIfExists")),
        grant({"AWS": f"{OWN}role/team/R"}),
        NONE,
        NONE,
    ),
    (
        "a role by its ARN, or by a condition",
        grant({"AWS": f"{OWN}role/r"}),
        grant(condition=arn_like(f"{OWN}role/r", operator="ArnEquals")),
        NONE,
        # A request of the role may come without the key.
        NEW,
    ),
    (
        "a user by its ARN, or by a condition",
        grant({"AWS": f"{OWN}user/u"}),
        grant(condition={"StringEquals": {"aws:PrincipalArn": f"{OWN}user/u"}}),
        NONE,
        NEW,
    ),
    (
        "a denied role by its ARN, or by a condition",
        [grant(), grant(effect="Deny", condition=arn_like(f"{OWN}role/r", operator="ArnEquals"))],
        [grant(), grant({"AWS": f"{OWN}role/r"}, effect="Deny")],
        NONE,
        NEW,
    ),
    (
        "a deny of all but one, which it asks for",
        [
            grant(),
            {
                **grant(effect="Deny", condition=arn_like(f"{OWN}role/r", operator="ArnEquals")),
                "NotPrincipal": {"AWS": [f"{OWN}role/r", f"{OWN}root"]},
            },
        ],
        grant(),
        NONE,
        NONE,
    ),
    (
        "one more role by a condition",
        grant({"AWS": f"{OWN}role/r"}),
        grant(condition=arn_like(f"{OWN}role/r", f"{OWN}role/q", operator="ArnEquals")),
        NEW,
        NEW,
    ),
    (
        "a role of a named account, by a condition",
        grant({"AWS": "111122223333"}, arn_like(f"{OWN}role/a*")),
        grant({"AWS": "111122223333"}, arn_like(f"{OWN}role/*")),
        NEW,
        NONE,
    ),
    (
        "a role called like a named one, of its account",
        grant({"AWS": f"{OWN}role/r"}),
        grant({"AWS": "111122223333"}, arn_like(f"{OWN}role/r*")),
        NEW,
        NEW,
    ),
    (
        "a role called like a named one, of anyone",
        grant({"AWS": f"{OWN}role/r"}),
        grant(condition=arn_like(f"{OWN}role/r*")),
        NEW,
        NEW,
    ),
    (
        "an account, or what its callers tell",
        grant({"AWS": "111122223333"}, of_account("111122223333")),
        grant(condition=of_account("111122223333")),
        NONE,
        NONE,
    ),
]
RESOURCE[10][1][1].pop("Principal")


@pytest.mark.parametrize(
    ("old", "new", "forward", "backward"),
    [case[1:] for case in (*IDENTITY, *RESOURCE)],
    ids=[case[0] for case in (*IDENTITY, *RESOURCE)],
)
def test_the_caller_is_looked_at_as_well(old: Any, new: Any, forward: str, backward: str) -> None:
    assert verdicts(old, new) == (forward, backward)


def test_an_address_of_a_witness_is_one_address() -> None:
    """What a condition names is a block, and a request comes from an address (aws:SourceIp)."""
    old, new = (
        document(hold({"IpAddress": {"aws:SourceIp": blocks}}))
        for blocks in (["10.0.0.0/8"], ["10.0.0.0/8", "9.0.0.0/8"])
    )
    change = auditor.diff(old, new)
    assert change.witness is not None
    assert change.witness.to_dict()["context"] in ({"aws:SourceIp": "9.0.0.0"}, {"aws:SourceIp": "9.255.255.255"})


def test_a_holder_of_another_account_looks_like_one() -> None:
    old, new = (
        document(hold(resource=f"arn:aws:s3:::b-{account}", action="s3:*"))
        for account in ("111122223333", "${aws:PrincipalAccount}")
    )
    change = auditor.diff(old, new)
    assert change.witness is not None
    assert change.witness.to_dict()["principal"] == {"AWS": "arn:aws:iam::444455556666:role/anyone"}


def test_the_account_of_a_holder_may_be_given() -> None:
    """Then a holder of another account is no witness."""
    old, new = (
        parse_document(document(hold(of_account(*accounts))), PolicyKind.IDENTITY, "policy")
        for accounts in (("111122223333",), ("111122223333", "222233334444"))
    )
    assert compare_policies(old, new).verdict == NEW
    assert compare_policies(old, new, account=text("111122223333")).verdict == NONE
    assert compare_policies(old, new, account=text("222233334444")).verdict == NEW
