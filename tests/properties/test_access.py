"""Laws of access that hold for all policies."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each
from auditor.iam.decide import Policies, Verdict, decide
from auditor.iam.document import Effect, Policy, PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Request, aws, context, service
from auditor.iam.text import HoleType, text

OWN = "111122223333"
HEAD = f"arn:aws:x:us-east-1:{OWN}:"
PRINCIPALS = (
    service("lex.amazonaws.com"),
    ANONYMOUS,
    aws(f"arn:aws:iam::{OWN}:role/r"),
    aws("arn:aws:iam::444455556666:user/u"),
)
ACTIONS = ("x:Get", "x:Put")
QUESTION = Question(PRINCIPALS, ACTIONS, Domain((text(HEAD, each(HoleType.ANYTHING)),)))
ACCESS = {Verdict.DENY: 0, Verdict.UNDETERMINED: 1, Verdict.ALLOW: 2}
SHORT = st.text("ab*?", max_size=3)
OPERATORS = st.sampled_from(
    [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLikeIfExists",
        "StringEqualsIgnoreCase",
        "ForAllValues:StringLike",
        "ForAnyValue:StringNotLike",
    ]
)
CONDITIONS = st.dictionaries(
    OPERATORS,
    st.dictionaries(st.sampled_from(["k", "l"]), st.lists(SHORT, min_size=1, max_size=2), min_size=1),
    max_size=2,
)
NAMED = st.sampled_from(
    ["*", {"Service": "lex.amazonaws.com"}, {"AWS": OWN}, {"AWS": ["444455556666", f"arn:aws:iam::{OWN}:role/r"]}]
)


def made(
    effect: str, principal: Any, action: str, resource: str, condition: Any, negated: str | None
) -> dict[str, Any]:
    whole = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, "Condition": condition}
    return {f"Not{key}" if key == negated else key: value for key, value in whole.items()}


def statements(effects: tuple[str, ...] = ("Allow", "Allow", "Deny")) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        made,
        st.sampled_from(effects),
        NAMED,
        st.sampled_from(["*", "x:*", "X:GET", "x:P?t", "y:*"]),
        st.one_of(st.just("*"), SHORT.map(HEAD.__add__)),
        CONDITIONS,
        st.sampled_from([None, None, None, "Action", "Resource", "Principal"]),
    )


def read(listed: list[dict[str, Any]]) -> Policy:
    policy = parse_policy(node({"Version": "2012-10-17", "Statement": list(listed)}), PolicyKind.RESOURCE)
    assert not policy.unknown, policy.defects
    return policy


POLICIES = st.lists(statements(), max_size=4)
VALUES = st.one_of(st.none(), st.text("abA", max_size=3), st.lists(st.text("ab", max_size=2), max_size=3))
REQUESTS = st.builds(
    lambda principal, action, name, one, other: Request(
        principal,
        action,
        text(HEAD + name),
        context({key: value for key, value in (("k", one), ("l", other)) if value is not None}),
    ),
    st.sampled_from(PRINCIPALS),
    st.sampled_from(ACTIONS),
    st.text("ab", max_size=3),
    VALUES,
    VALUES,
)


@given(POLICIES, statements(("Deny",)), REQUESTS)
def test_a_deny_never_adds_access(listed, deny, request):
    before = decide(request, Policies(read(listed)))
    after = decide(request, Policies(read([*listed, deny])))
    assert ACCESS[after.verdict] <= ACCESS[before.verdict]


@given(POLICIES, statements(("Allow",)), REQUESTS)
def test_an_allow_never_takes_access_away(listed, allow, request):
    before = decide(request, Policies(read(listed)))
    after = decide(request, Policies(read([*listed, allow])))
    assert ACCESS[after.verdict] >= ACCESS[before.verdict]


@given(POLICIES, st.randoms(), REQUESTS)
def test_the_order_of_statements_does_not_matter(listed, random, request):
    mixed = random.sample(listed, len(listed))
    assert decide(request, Policies(read(listed))).verdict is decide(request, Policies(read(mixed))).verdict


@given(POLICIES, REQUESTS)
def test_the_deciders_bear_out_the_verdict(listed, request):
    decision = decide(request, Policies(read(listed)))
    wanted = {"allow": {Effect.ALLOW}, "explicit-deny": {Effect.DENY}}
    effects = {decider.statement.effect for decider in decision.statements}
    assert effects == wanted.get("allow" if decision.allowed else decision.because.value, set())


@settings(max_examples=40)
@given(POLICIES)
def test_a_policy_grants_nothing_beyond_itself(listed):
    """Undetermined only where a corner of the semantics is: several values under a plain operator."""
    policies = Policies(read(listed))
    answer = escape(policies, policies, QUESTION)
    assert answer.outcome is not Outcome.FOUND
    set_operators = any(c.operator.quantifier for s in policies.resource or () for c in s.conditions)
    assert answer.outcome is Outcome.NONE or set_operators


@settings(max_examples=40)
@given(POLICIES, statements(("Allow",)))
def test_a_policy_grants_nothing_beyond_itself_and_one_more_allow(listed, allow):
    answer = escape(Policies(read(listed)), Policies(read([*listed, allow])), QUESTION)
    assert answer.outcome is not Outcome.FOUND


@settings(max_examples=40)
@given(POLICIES, statements(("Deny",)))
def test_one_more_deny_lets_nothing_in(listed, deny):
    answer = escape(Policies(read([*listed, deny])), Policies(read(listed)), QUESTION)
    assert answer.outcome is not Outcome.FOUND


@settings(max_examples=30)
@given(POLICIES, POLICIES, REQUESTS)
def test_what_escapes_is_told(new, old, request):
    """A request that one policy allows and the other denies is an escape; none is not an answer."""
    after, before = Policies(read(new)), Policies(read(old))
    if decide(request, after).allowed and decide(request, before).denied:
        assert escape(after, before, QUESTION).outcome is not Outcome.NONE
