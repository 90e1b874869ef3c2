"""Two versions of a policy document: the verdicts that AWS's documentation implies.

Every witness is replayed through the public `decide`.
"""

from __future__ import annotations

from typing import Any

import pytest

import auditor

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
INTENT = "arn:aws:lex:us-east-1:111122223333:intent:"
OTHER_ROLE = "arn:aws:iam::444455556666:role/app"
OTHER_ROOT = "arn:aws:iam::444455556666:root"
NONE, NEW, OPEN = "no-new-access", "new-access", "undetermined"
Document = dict[str, Any]


def document(*statements: Document, version: str | None = "2012-10-17") -> Document:
    return {**({"Version": version} if version else {}), "Statement": list(statements)}


def grant(principal: Any = None, effect: str = "Allow", condition: Document | None = None, **elements: Any) -> Document:
    """A statement of a function's policy; elements in other words replace those of the first."""
    made = {"Effect": effect, "Principal": principal or {"Service": "lex.amazonaws.com"}}
    made |= {"Action": "lambda:InvokeFunction", "Resource": FUNCTION} | elements
    for element in ("Action", "Resource", "Principal"):
        if f"Not{element}" in elements:
            del made[element]
    return {**made, "Condition": condition} if condition else made


def hold(
    action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::b/*", effect: str = "Allow", **more: Any
) -> Document:
    """A statement of a role's policy."""
    made: Document = {"Effect": effect}
    if "NotAction" not in more:
        made["Action"] = action
    if "NotResource" not in more:
        made["Resource"] = resource
    return {**made, **more}


def bound(source: str, operator: str = "ArnLike") -> Document:
    return grant(condition={operator: {"AWS:SourceArn": source}})


RESOURCE_PAIRS: list[tuple[str, Any, Any, str, str]] = [
    # (what it is about, the one, the other, one -> other, other -> one)
    ("a source ARN added", grant(), bound(f"{INTENT}A:*"), NONE, NEW),
    ("all intents", bound(f"{INTENT}A:*"), bound(f"{INTENT}*"), NEW, NONE),
    ("region and account", bound(f"{INTENT}A:*"), bound("arn:aws:lex:*:*:intent:A:*"), NEW, NONE),
    ("ArnLike is ArnEquals", bound(f"{INTENT}A:*"), bound(f"{INTENT}A:*", "ArnEquals"), NONE, NONE),
    (
        "ArnLike and StringLike on what AddPermission admits",
        bound(f"{INTENT}*"),
        bound(f"{INTENT}*", "StringLike"),
        NONE,
        NONE,
    ),
    ("`*` is no wildcard in StringEquals", bound(f"{INTENT}*", "StringEquals"), bound(f"{INTENT}A:1"), NEW, NEW),
    (
        "`*` of ArnLike stays in its component",
        bound("arn:aws:*:*:111122223333:finance/*"),
        bound("arn:aws:*:*:111122223333:finance/*", "StringLike"),
        NEW,
        NONE,
    ),
    (
        "IfExists lets requests without the key through",
        grant(condition={"StringEquals": {"aws:SourceAccount": "111122223333"}}),
        grant(condition={"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}),
        NEW,
        NONE,
    ),
    (
        "ForAllValues is true of no values",
        grant(condition={"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}),
        grant(condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
        NEW,
        NEW,
    ),
    (
        "a key that is not there, or must be",
        grant(condition={"Null": {"aws:SourceArn": "true"}}),
        grant(condition={"Null": {"aws:SourceArn": "false"}}),
        NEW,
        NEW,
    ),
    (
        "the case of keys and of account ids as text",
        grant(condition={"StringEquals": {"AWS:SourceAccount": "111122223333"}}),
        grant(condition={"StringEqualsIgnoreCase": {"aws:sourceaccount": ["111122223333"]}}),
        NONE,
        NONE,
    ),
    ("case of actions", grant(Action="lambda:invokefunction"), grant(Action="Lambda:InvokeFunction"), NONE, NONE),
    ("more actions", grant(), grant(Action="lambda:*"), NEW, NONE),
    (
        "a list is a set",
        grant(Action=["lambda:InvokeFunction", "lambda:Get*"]),
        grant(Action=["lambda:Get*"]),
        NONE,
        NEW,
    ),
    ("NotAction", grant(NotAction="lambda:Get*"), grant(), NONE, NEW),
    ("NotResource", grant(NotResource=f"{FUNCTION}:*"), grant(), NONE, NEW),
    ("qualified and unqualified", grant(), grant(Resource=f"{FUNCTION}:*"), NEW, NEW),
    ("a prefix covers both", grant(Resource=f"{FUNCTION}*"), grant(Resource=f"{FUNCTION}:*"), NONE, NEW),
    ("another service", grant(), grant({"Service": "lexv2.amazonaws.com"}), NEW, NEW),
    ("anyone", grant(), grant("*"), NEW, NONE),
    ("both ways to write anyone", grant("*"), grant({"AWS": "*"}), NONE, NONE),
    ("root ARN and 12 digits", grant({"AWS": OTHER_ROOT}), grant({"AWS": "444455556666"}), NONE, NONE),
    ("an account has its roles", grant({"AWS": OTHER_ROOT}), grant({"AWS": OTHER_ROLE}), NONE, NEW),
    (
        "a role has its sessions",
        grant({"AWS": OTHER_ROLE}),
        grant({"AWS": "arn:aws:sts::444455556666:assumed-role/app/s"}),
        NONE,
        NEW,
    ),
    (
        "the own account too",
        grant({"AWS": "111122223333"}),
        grant({"AWS": "arn:aws:iam::111122223333:role/r"}),
        NONE,
        NEW,
    ),
    ("two statements in one", [grant(), grant("*")], grant({"AWS": "*"}), NONE, NONE),
    ("order", [grant("*", "Deny", NotAction="*"), grant()], [grant(), grant("*", "Deny", NotAction="*")], NONE, NONE),
    (
        "a Deny that bites",
        [grant(), grant("*", "Deny", {"Bool": {"aws:SecureTransport": "false"}})],
        grant(),
        NEW,
        NONE,
    ),
    ("a Deny of everything", [grant(), grant("*", "Deny")], grant({"Service": "s3.amazonaws.com"}), NEW, NONE),
    (
        "a Deny that spares one",
        [
            grant("*"),
            grant(effect="Deny", Principal="*", condition={"StringNotEquals": {"aws:SourceAccount": "111122223333"}}),
        ],
        grant(condition={"StringEquals": {"aws:SourceAccount": "111122223333"}}),
        NONE,
        NEW,
    ),
    (
        "numbers between numbers",
        grant("*", condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}),
        grant("*", condition={"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "300"}}),
        NEW,
        NONE,
    ),
    (
        "addresses inside addresses",
        grant("*", condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        grant("*", condition={"IpAddress": {"aws:SourceIp": ["203.0.113.0/25", "203.0.113.128/25"]}}),
        NONE,
        NONE,
    ),
]

IDENTITY_PAIRS: list[tuple[str, Any, Any, str, str]] = [
    ("a prefix of actions", hold("s3:Get*"), hold("s3:*"), NEW, NONE),
    ("a prefix of keys", hold(), hold(resource="arn:aws:s3:::b/public/*"), NONE, NEW),
    ("`?` is one character", hold(resource="arn:aws:s3:::b/?"), hold(resource="arn:aws:s3:::b/*"), NEW, NONE),
    ("the resource part has case", hold(resource="arn:aws:s3:::b/K"), hold(resource="arn:aws:s3:::b/k"), NEW, NEW),
    ("all but", hold("*", "*"), hold(NotAction="iam:*", resource="*"), NONE, NEW),
    (
        "all but, twice",
        hold(NotAction=["iam:*", "sts:*"], resource="*"),
        hold(NotAction="iam:*", resource="*"),
        NEW,
        NONE,
    ),
    (
        "two denials as one",
        [hold("s3:*", "*"), hold("s3:Put*", "*", "Deny"), hold("s3:Delete*", "*", "Deny")],
        [hold("s3:*", "*"), hold(["s3:Delete*", "s3:Put*"], "*", "Deny")],
        NONE,
        NONE,
    ),
    (
        "a variable is one of all",
        hold(resource="arn:aws:s3:::b/${aws:username}/*"),
        hold(resource="arn:aws:s3:::b/*"),
        NEW,
        NONE,
    ),
    ("a literal star", hold(resource="arn:aws:s3:::b/${*}"), hold(resource="arn:aws:s3:::b/*"), NEW, NONE),
    (
        "a variable in a condition",
        hold(Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}}),
        hold(),
        NEW,
        NONE,
    ),
    (
        "no resource any more",
        hold("sqs:*", "arn:aws:sqs:*:*:a"),
        hold("sqs:*", "arn:aws:sqs:us-east-1:222233334444:a"),
        NONE,
        NEW,
    ),
]


def statements(written: Any) -> list[Document]:
    return written if isinstance(written, list) else [written]


def delegation(request: Document) -> Document:
    """What the policy on the resource says where it leaves the answer to the caller's account."""
    account = request["principal"]["AWS"].split(":")[4]
    made = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": request["action"]}
    return document(made if request["action"].startswith("sts:") else {**made, "Resource": "*"})


def replay(change: auditor.Change, old: Document, new: Document) -> None:
    """The witness as `auditor decide` takes it, with what other parties hold taken to allow."""
    assert change.witness is not None
    told = change.witness.to_dict()
    request = {key: told[key] for key in ("principal", "action", "resource", "context")}
    assert (told["decision"], told["expected"]) == ("allow", "deny")
    if "Principal" not in new["Statement"][0] and "NotPrincipal" not in new["Statement"][0]:
        delegated = delegation(told)
        decisions = [
            auditor.decide(request, resource_policy=delegated, identity_policies=[held]) for held in (old, new)
        ]
    else:
        principal = told["principal"]
        assert isinstance(principal, (dict, str))
        own = isinstance(principal, dict) and "111122223333" in str(principal.get("AWS"))
        everything = document(hold("*", "*"))
        callers = [] if own or principal == "*" or "AWS" not in principal else [everything]
        decisions = [auditor.decide(request, resource_policy=held, identity_policies=callers) for held in (old, new)]
        if own:
            # In its own account the caller's policies suffice, so only what denies can be replayed.
            return
    assert [decision.verdict.value for decision in decisions] == ["deny", "allow"], told


def check(one: Any, other: Any, forward: str, backward: str) -> None:
    first, second = document(*statements(one)), document(*statements(other))
    for old, new, expected in ((first, second, forward), (second, first, backward)):
        change = auditor.diff(old, new)
        assert change.verdict == expected, change.to_dict()
        if change.verdict == NEW:
            replay(change, old, new)
            assert change.statements
        else:
            assert change.witness is None
        assert bool(change.reason) == (change.verdict == OPEN)
    assert auditor.diff(first, first).verdict == NONE


@pytest.mark.parametrize(
    ("one", "other", "forward", "backward"), [p[1:] for p in RESOURCE_PAIRS], ids=[p[0] for p in RESOURCE_PAIRS]
)
def test_resource_policies(one: Any, other: Any, forward: str, backward: str) -> None:
    check(one, other, forward, backward)


@pytest.mark.parametrize(
    ("one", "other", "forward", "backward"), [p[1:] for p in IDENTITY_PAIRS], ids=[p[0] for p in IDENTITY_PAIRS]
)
def test_identity_policies(one: Any, other: Any, forward: str, backward: str) -> None:
    check(one, other, forward, backward)


def test_a_trust_policy_has_no_resource() -> None:
    def trust(principal: Document) -> Document:
        return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})

    own, other = (
        trust({"Service": "lambda.amazonaws.com"}),
        trust({"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}),
    )
    change = auditor.diff(own, other)
    assert change.verdict == NEW
    assert change.witness is not None
    assert change.witness.to_dict()["principal"] == {"Service": "ec2.amazonaws.com"}
    assert change.witness.request.action == "sts:AssumeRole"
    assert auditor.diff(other, own, kind="trust").verdict == NONE


def test_the_version_decides_what_a_variable_is() -> None:
    """Without Version 2012-10-17, `${aws:username}` is text."""
    written = hold(resource="arn:aws:s3:::b/${aws:username}/*")
    change = auditor.diff(document(written, version="2008-10-17"), document(written))
    assert change.verdict == NEW
    assert auditor.diff(document(written, version=None), document(written, version="2008-10-17")).verdict == NONE


def test_a_going_denial_counts_for_callers_of_the_own_account() -> None:
    """Their own policies may allow what the function's policy says nothing about."""
    denying = document(grant({"AWS": "arn:aws:iam::111122223333:role/r"}, "Deny"), grant())
    change = auditor.diff(denying, document(grant()))
    assert change.verdict == NEW
    assert change.witness is not None
    assert change.witness.to_dict()["principal"] == {"AWS": "arn:aws:iam::111122223333:role/r"}


def test_both_ways() -> None:
    change = auditor.diff(document(grant()), document(bound(f"{INTENT}A:*")), both=True)
    assert change.verdict == NONE
    assert change.lost is not None
    told = change.to_dict()["lost"]
    assert isinstance(told, dict)
    assert told["verdict"] == "lost-access"
    witness = told["witness"]
    assert isinstance(witness, dict)
    assert (witness["decision"], witness["expected"]) == ("deny", "allow")


def test_the_answer_as_json_has_the_keys_of_the_contract() -> None:
    change = auditor.diff(document(grant()), document({**grant("*"), "Sid": "open"}))
    told = change.to_dict()
    assert list(told) == ["verdict", "witness", "statements", "reason"]
    assert told["statements"] == [{"policy": "resource", "index": 0, "sid": "open"}]
    assert told["witness"] == {
        "principal": "*",
        "action": "lambda:InvokeFunction",
        "resource": FUNCTION,
        "context": {},
        "decision": "allow",
        "expected": "deny",
    }


def test_an_envelope_is_its_document() -> None:
    """As `aws lambda get-policy` prints it."""
    envelope = {"Policy": '{"Version": "2012-10-17", "Statement": []}', "RevisionId": "x"}
    assert auditor.diff(envelope, document(grant())).verdict == NEW
    assert auditor.diff(document(grant()), envelope).verdict == NONE


MALFORMED: list[tuple[str, Any]] = [
    ("an Effect in lower case", document(grant(effect="allow"))),
    ("an unknown operator", document(grant(condition={"StringLikes": {"aws:SourceArn": "a"}}))),
    ("a statement that is a number", document(grant(), 7)),  # type: ignore[arg-type]  # that is the point
    ("no Statement", {"Version": "2012-10-17"}),
    ("an unknown Version", document(grant(), version="2012-10-18")),
    ("an unknown element", {**document(grant()), "Satement": []}),
    ("a Principal that is a list", document(grant(["lex.amazonaws.com"]))),
]


def test_a_number_in_a_form_that_the_documents_do_not_know_is_undetermined() -> None:
    old, new = (
        document(grant(condition={"NumericLessThan": {"k": value}})) for value in ("1e999999999", "2e999999999")
    )
    change = auditor.diff(old, new, both=True)
    assert (change.verdict, change.lost and change.lost.verdict) == (OPEN, OPEN)


@pytest.mark.parametrize("broken", [b for _, b in MALFORMED], ids=[name for name, _ in MALFORMED])
def test_what_cannot_be_read_is_never_clean(broken: Document) -> None:
    change = auditor.diff(document(grant()), broken, kind="resource")
    assert change.verdict == OPEN
    assert "cannot be read" in change.reason
    assert auditor.diff(broken, document(grant("*")), kind="resource").verdict in (OPEN, NEW)


@pytest.mark.parametrize(
    ("old", "new", "kind", "message"),
    [
        (document(grant()), document(hold()), "auto", "the documents are of different kinds"),
        (document(grant()), document(grant()), "resorce", "`resorce` is no kind of policy"),
        (7, document(grant()), "auto", "the old policy is no object"),
        (document(grant()), [], "resource", "the new policy is no object"),
        ({"Policy": "{"}, document(grant()), "auto", "the old policy holds a text that is no JSON"),
    ],
)
def test_what_is_no_question_is_refused(old: Any, new: Any, kind: str, message: str) -> None:
    with pytest.raises(auditor.UsageError) as raised:
        auditor.diff(old, new, kind)
    assert raised.value.message.startswith(message)
    assert raised.value.help
