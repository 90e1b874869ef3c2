"""Reading documents: what is wrong is told with its place, and nothing raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.decide import Policies, decide
from auditor.iam.document import DefectKind, Effect, Policy, PolicyKind
from auditor.iam.node import Member, Members, Node, node
from auditor.iam.origin import Origin
from auditor.iam.parse import parse_policy
from auditor.iam.request import PrincipalKind, Request, service
from auditor.iam.text import Hole, text

RESOURCE, IDENTITY, TRUST = PolicyKind.RESOURCE, PolicyKind.IDENTITY, PolicyKind.TRUST
GOOD: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "lex.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:us-east-1:111122223333:function:f",
}


def document(statement: Any, version: Any = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": statement}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


def read(value: Any, kind: PolicyKind = RESOURCE) -> Policy:
    return parse_policy(node(value), kind)


def test_a_sound_document_has_no_defect():
    policy = read(document([GOOD, {**GOOD, "Sid": "b", "Effect": "Deny"}]))
    assert (policy.defects, policy.unknown, len(policy.statements)) == ((), (), 2)
    assert [s.index for s in policy] == [0, 1]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (without("Effect"), "the statement has no Effect"),
        ({**GOOD, "Effect": "allow"}, "Effect `allow` is neither `Allow` nor `Deny`"),
        ({**GOOD, "Effect": True}, "Effect `a boolean` is neither `Allow` nor `Deny`"),
        (without("Principal"), "the statement has no Principal"),
        (without("Action"), "the statement has no Action"),
        (without("Resource"), "the statement has no Resource"),
        ({**GOOD, "NotAction": "s3:*"}, "Action and NotAction exclude each other"),
        ({**GOOD, "NotResource": "*"}, "Resource and NotResource exclude each other"),
        ({**GOOD, "NotPrincipal": "*"}, "Principal and NotPrincipal exclude each other"),
        ({**GOOD, "Actions": "s3:*"}, "statement element `Actions` is not known"),
        ({**GOOD, "Action": "InvokeFunction"}, "action `InvokeFunction` has a form that AWS refuses"),
        ({**GOOD, "Action": "l*:Invoke"}, "action `l*:Invoke` has a form that AWS refuses"),
        ({**GOOD, "Action": 7}, "an action is a string, not a number"),
        ({**GOOD, "Action": []}, "an empty list where an action is expected"),
        ({**GOOD, "Action": [""]}, "an empty string where an action is expected"),
        ({**GOOD, "Resource": "f"}, "resource `f` is neither `*` nor an ARN"),
        ({**GOOD, "Resource": [None]}, "a resource is a string, not null"),
        ({**GOOD, "Principal": "lex.amazonaws.com"}, "principal `lex.amazonaws.com` is neither `*` nor an object"),
        ({**GOOD, "Principal": ["*"]}, "a principal is `*` or an object, not a list"),
        ({**GOOD, "Principal": {"Services": "x"}}, "principal type `Services` is not known"),
        ({**GOOD, "Principal": {"Service": 1}}, "a principal is a string, not a number"),
        ({**GOOD, "Principal": {}}, "the statement names no principal"),
        (
            {**GOOD, "Principal": {"AWS": "arn:aws:iam::*:root"}},
            "principal `arn:aws:iam::*:root` has a wildcard, which",
        ),
        ({**GOOD, "Principal": {"AWS": "12345678901"}}, "principal `12345678901` is no account: those have 12 digits"),
        ({**GOOD, "Principal": {"AWS": "1234567890123"}}, "principal `1234567890123` is no account"),
        ({**GOOD, "Condition": "x"}, "Condition is an object, not a string"),
        ({**GOOD, "Condition": {"StringEqual": {}}}, "condition operator `StringEqual` is not known"),
        ({**GOOD, "Condition": {"StringEquals": "x"}}, "`StringEquals` takes an object of keys, not a string"),
        ({**GOOD, "Condition": {"StringEquals": {"": "x"}}}, "`StringEquals` has an empty key"),
        ({**GOOD, "Condition": {"StringEquals": {"k": None}}}, "a condition value is a string, not null"),
        ({**GOOD, "Condition": {"StringEquals": {"k": [["x"]]}}}, "a condition value is a string, not a list"),
        ({**GOOD, "Sid": 5}, "Sid is a string, not a number"),
        (5, "a statement is an object, not a number"),
        ([[]], "a statement is an object, not a list"),
    ],
)
def test_a_malformed_statement_is_told_and_left_unread(statement, message):
    policy = read(document(statement))
    assert policy.statements == ()
    assert len(policy.unknown) == 1
    assert policy.defects[0].kind is DefectKind.MALFORMED
    assert policy.defects[0].message.startswith(message)


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ({**GOOD, "effect": "Allow"}, "did you mean `Effect`?"),
        ({**GOOD, "Resources": "*"}, "did you mean `Resource`?"),
        ({**GOOD, "Condition": {"StringEqual": {"k": "v"}}}, "did you mean `StringEquals`?"),
        ({**GOOD, "Principal": {"Services": "x"}}, "did you mean `Service`?"),
        ({**GOOD, "Effect": "ALLOW"}, "the spelling counts"),
        (without("Effect"), "add `Allow` or `Deny`"),
    ],
)
def test_advice_names_the_nearest_word(statement, advice):
    assert advice in [defect.help for defect in read(document(statement)).defects]


def test_a_malformed_statement_keeps_its_effect():
    listed = [{**GOOD, "Action": 5}, {**GOOD, "Effect": "Deny", "Action": 5}, without("Effect")]
    assert [unread.effect for unread in read(document(listed)).unknown] == [Effect.ALLOW, Effect.DENY, None]


def test_the_statements_beside_a_malformed_one_are_read():
    policy = read(document([{**GOOD, "Action": 5}, GOOD]))
    assert [statement.index for statement in policy] == [1]


@pytest.mark.parametrize(
    ("kind", "statement", "message"),
    [
        (IDENTITY, GOOD, "a role's policy has no Principal"),
        (IDENTITY, {**without("Principal"), "NotPrincipal": "*"}, "a role's policy has no NotPrincipal"),
        (TRUST, GOOD, "a trust policy has no Resource"),
        (TRUST, {**without("Resource"), "NotResource": "*"}, "a trust policy has no NotResource"),
        (TRUST, {"Effect": "Allow", "Action": "sts:AssumeRole"}, "the statement has no Principal"),
        (IDENTITY, {"Effect": "Allow", "Action": "s3:*"}, "the statement has no Resource"),
    ],
)
def test_each_kind_of_document_has_its_elements(kind, statement, message):
    assert message in [defect.message for defect in read(document(statement), kind).defects]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5, "a number"), (True, "a boolean"), (None, "null"), ("x", "a string"), ([], "a list"), (1.5, "a number")],
)
def test_a_document_that_is_no_object(value, shown):
    policy = read(value)
    assert [defect.message for defect in policy.defects] == [f"a policy document is an object, not {shown}"]
    assert len(policy.unknown) == 1


@pytest.mark.parametrize(
    ("value", "kind", "variables"),
    [
        ({"Statement": GOOD}, DefectKind.OLD_VERSION, False),
        (document(GOOD, "2008-10-17"), DefectKind.OLD_VERSION, False),
        (document(GOOD, "2012-10-18"), DefectKind.MALFORMED, True),
        (document(GOOD, 2012), DefectKind.MALFORMED, True),
    ],
)
def test_versions_other_than_the_current_one_are_told(value, kind, variables):
    policy = read(value)
    assert ([defect.kind for defect in policy.defects], policy.variables) == ([kind], variables)
    assert len(policy.statements) == 1


def test_an_unknown_element_and_a_missing_statement_are_told():
    messages = [defect.message for defect in read({"Version": "2012-10-17", "Statements": []}).defects]
    assert messages == ["policy element `Statements` is not known", "the document has no Statement"]


def test_sids_are_plain_in_a_roles_policy():
    statement = {**without("Principal"), "Sid": "a-b"}
    kinds = [(defect.kind, defect.message) for defect in read(document([statement, statement]), IDENTITY).defects]
    plain = (DefectKind.MALFORMED, "Sid `a-b` has characters other than letters and digits")
    assert kinds == [plain, plain]


def test_an_allow_with_not_principal_is_told_and_read():
    policy = read(document({**without("Principal"), "NotPrincipal": {"AWS": "111122223333"}}))
    assert [defect.kind for defect in policy.defects] == [DefectKind.NOT_PRINCIPAL]
    assert (policy.statements[0].not_principal, policy.unknown) == (True, ())


def twice(value: Node, key: str) -> Node:
    """An object whose member `key` stands twice."""
    members = value.members
    assert members is not None
    return Node(Members((*members.items, Member(text(key), members.get(key) or node("x")))))


@pytest.mark.parametrize("place", ["statement", "operator", "key", "principal"])
def test_a_key_that_stands_twice_is_told(place):
    keys = node({"k": "a"})
    operators = Node(Members((Member(text("StringEquals"), twice(keys, "k") if place == "key" else keys),)))
    principals = node(GOOD["Principal"])
    parts = {
        "Principal": twice(principals, "Service") if place == "principal" else principals,
        "Condition": twice(operators, "StringEquals") if place == "operator" else operators,
    }
    made = Node(Members(tuple(Member(text(key), parts.get(key, node(value))) for key, value in GOOD.items())))
    whole = Node(Members((*made.members.items, Member(text("Condition"), parts["Condition"]))))
    statement = twice(whole, "Action") if place == "statement" else whole
    policy = parse_policy(
        Node(Members((Member(text("Version"), node("2012-10-17")), Member(text("Statement"), statement)))), RESOURCE
    )
    assert [defect.kind for defect in policy.defects] == [DefectKind.DUPLICATE_KEY]
    assert (len(policy.statements), len(policy.unknown)) == (0, 1)


@pytest.mark.parametrize("again", ["Effect", "effect", "EFFECT"])
@pytest.mark.parametrize("effects", [("Allow", "Deny"), ("Deny", "Allow"), ("Allow", "Allow")])
def test_an_effect_that_stands_twice_is_none(effects, again):
    """JSON readers differ on which of two members of one name counts."""
    members = [Member(text(key), node(value)) for key, value in GOOD.items() if key != "Effect"]
    members += [Member(text("Effect"), node(effects[0])), Member(text(again), node(effects[1]))]
    policy = read(
        Members((Member(text("Version"), node("2012-10-17")), Member(text("Statement"), Node(Members(tuple(members))))))
    )
    assert (policy.statements, [part.effect for part in policy.unknown]) == ((), [None])
    assert policy.defects


@pytest.mark.parametrize("key", ["Statement", "Version"])
def test_nothing_is_read_of_a_document_with_two(key):
    members = [Member(text(name), node(value)) for name, value in document(GOOD).items()]
    other = {"Statement": {**GOOD, "Effect": "Deny"}, "Version": "2008-10-17"}
    policy = parse_policy(Node(Members((*members, Member(text(key), node(other[key]))))), RESOURCE)
    assert (policy.statements, [part.effect for part in policy.unknown]) == ((), [None])
    assert [defect.kind for defect in policy.defects if defect.kind is not DefectKind.OLD_VERSION] == [
        DefectKind.DUPLICATE_KEY
    ]


def test_a_defect_stands_at_the_place_of_what_is_wrong():
    here, there = Origin("p.json", 1, 1), Origin("p.json", 7, 17)
    bad = Node(5, there)
    members = [Member(text(key), bad if key == "Action" else node(value, here), here) for key, value in GOOD.items()]
    statement = Node(Members(tuple(members)), here)
    whole = Members((Member(text("Version"), node("2012-10-17"), here), Member(text("Statement"), statement, here)))
    assert [defect.origin for defect in parse_policy(Node(whole, here), RESOURCE).defects] == [there]


@pytest.mark.parametrize(
    ("statement", "unread"),
    [
        (Hole("statement"), True),
        ({**GOOD, "Effect": Hole("effect")}, True),
        ({**GOOD, "Action": Hole("action")}, False),
        ({**GOOD, "Resource": Hole("resource")}, False),
        ({**GOOD, "Principal": Hole("principal")}, False),
        ({**GOOD, "Condition": Hole("condition")}, False),
        ({**GOOD, "Condition": {"StringEquals": Hole("keys")}}, False),
        ({**GOOD, "Condition": {"StringEquals": {"k": Hole("value")}}}, False),
    ],
)
def test_what_is_not_known_is_no_defect_and_leaves_the_decision_open(statement, unread):
    policy = parse_policy(node(document(statement)), RESOURCE)
    request = Request(service("lex.amazonaws.com"), GOOD["Action"], text(GOOD["Resource"]), {"k": (text("v"),)})
    assert (policy.defects, bool(policy.unknown)) == ((), unread)
    decision = decide(request, Policies(policy))
    assert decision.verdict.value == "undetermined"


@pytest.mark.parametrize("place", ["Principal", "statement", "document"])
def test_a_name_that_is_not_known_is_no_defect(place):
    """It may be the right one; what it says is not known."""
    hidden = Member(text(Hole("var.name")), node("lex.amazonaws.com"))
    if place == "Principal":
        statement = Node(Members((*members({**GOOD}, but="Principal"), Member(text(place), Node(Members((hidden,)))))))
        whole = [*members(document(1), but="Statement"), Member(text("Statement"), statement)]
    elif place == "statement":
        statement = Node(Members((*members(GOOD, but="Action"), hidden)))
        whole = [*members(document(1), but="Statement"), Member(text("Statement"), statement)]
    else:
        whole = [*members(document(1), but="Statement"), hidden]
    policy = parse_policy(Node(Members(tuple(whole))), RESOURCE)
    request = Request(service("lex.amazonaws.com"), GOOD["Action"], text(GOOD["Resource"]))
    assert policy.defects == ()
    assert decide(request, Policies(policy)).verdict.value == "undetermined"


def members(value: dict[str, Any], but: str) -> list[Member]:
    return [Member(text(key), node(inner)) for key, inner in value.items() if key != but]


def test_a_statement_of_unknown_effect_keeps_what_it_says():
    policy = read(document([GOOD, {**GOOD, "Effect": Hole("var.effect")}]))
    (unread,) = policy.unknown
    assert unread.body is not None
    assert (unread.body.actions, unread.body.index) == (policy.statements[0].actions, 1)
    assert unread.reason == "whether a statement allows or denies is not known: its Effect is `${var.effect}`"
    assert (unread.text, unread.effect, unread.may_deny) == (text(Hole("var.effect")), None, True)


def test_numbers_and_booleans_in_conditions_are_the_text_that_spells_them():
    policy = read(document({**GOOD, "Condition": {"NumericEquals": {"n": [1, 1.5]}, "Bool": {"b": True}}}))
    values = [[str(value.text) for value in condition.values] for condition in policy.statements[0].conditions]
    assert values == [["1", "1.5"], ["true"]]


@pytest.mark.parametrize("written", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_both_spellings_of_everyone_are_one(written):
    (principal,) = read(document({**GOOD, "Principal": written})).statements[0].principals
    assert principal.kind is PrincipalKind.ANYONE


NAMES = ["Version", "Statement", "Effect", "Principal", "Action", "Resource", "Condition", "Sid", "StringEquals", "AWS"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["Allow", "Deny", "*", "2012-10-17", "lambda:*", "arn:aws:s3:::b", ""]),
    st.text(max_size=4),
    st.builds(Hole, st.sampled_from(["a", "b"])),
)
KEYS = st.one_of(st.sampled_from([*NAMES, *("Not" + name for name in NAMES)]), st.text(max_size=3))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=30,
)
REQUEST = Request(service("lex.amazonaws.com"), "lambda:InvokeFunction", text("arn:aws:s3:::b"))


@given(st.one_of(VALUES, VALUES.map(document)), st.sampled_from(list(PolicyKind)))
def test_whatever_is_written_can_be_read_and_decided(value, kind):
    policy = parse_policy(node(value), kind)
    decide(REQUEST, Policies(policy))
    listed = value.get("Statement") if isinstance(value, dict) else None
    if isinstance(listed, list):
        assert len(policy.statements) + len(policy.unknown) == len(listed)
    for defect in policy.defects:
        assert defect.message
        assert not defect.message.endswith(".")


def nested(depth: int) -> Node:
    """Lists in lists, made without recursion."""
    made = Node(())
    for _ in range(depth):
        made = Node((made,))
    return made


@pytest.mark.parametrize("place", ["document", "Statement", "Principal", "Action", "Resource", "Condition", "Effect"])
def test_ten_thousand_nested_lists_are_a_defect(place):
    deep = nested(10_000)
    members = [Member(text(key), deep if key == place else node(value)) for key, value in GOOD.items()]
    if place == "Condition":
        members.append(Member(text("Condition"), deep))
    statement = deep if place == "Statement" else Node(Members(tuple(members)))
    whole = Node(Members((Member(text("Version"), node("2012-10-17")), Member(text("Statement"), statement))))
    policy = parse_policy(deep if place == "document" else whole, RESOURCE)
    assert policy.defects[0].kind is DefectKind.MALFORMED
    assert len(policy.unknown) == 1
