"""The search for a request that one set of policies allows and another does not.

Every dimension of a request (principal, action, resource with the keys tied to it, each other
key) has finitely many candidates that the statements can tell apart. Candidates are combined
one dimension at a time; combinations that the same statements may match are one. What is left
at the end is asked of `decide`, so that nothing but `decide` decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from auditor.iam.access.atoms import TooManyError
from auditor.iam.access.dimensions import Choice, Tested, dimensions, tested
from auditor.iam.access.question import Question
from auditor.iam.decide import Decision, Policies, decide, is_root
from auditor.iam.document import Effect
from auditor.iam.request import Principal, Request
from auditor.iam.text import Text, text


class Outcome(Enum):
    NONE = "none"
    """No request escapes."""
    FOUND = "found"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Escape:
    """The answer: `request` escapes (FOUND), or `reason` says why nothing can be told."""

    outcome: Outcome
    request: Request | None = None
    decision: Decision | None = None
    reason: str = ""


NOTHING = Escape(Outcome.NONE)


def escape(new: Policies, old: Policies, question: Question) -> Escape:
    """Look for a request within `question` that `new` allows and `old` denies.

    FOUND is exact: holes play no part in it. NONE is exact too. UNDETERMINED tells that a hole
    or a corner of the semantics decides, or that the policies tell too much apart.
    """
    statements = tested(new, old)
    allows = sum(1 << t.bit for t in statements if t.new and t.statement.effect is Effect.ALLOW)
    # Without an Allow statement nothing escapes, but for what is allowed without one.
    unread = any(policy.unknown for _, policy in new.named())
    otherwise = unread or new.callers_allow or any(is_root(principal) for principal in question.principals)
    try:
        leaves = _leaves(statements, 0 if otherwise else allows, question)
    except TooManyError as many:
        return Escape(Outcome.UNDETERMINED, reason=str(many))
    return _judge(leaves, new, old)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A combination of choices, and the statements that may and that surely match it."""

    choices: tuple[Choice, ...]


def _leaves(statements: tuple[Tested, ...], allows: int, question: Question) -> Iterable[_Leaf]:
    """Combine the dimensions; without a statement of `allows` (0: do not ask) nothing escapes."""
    everything = (1 << len(statements)) - 1
    states: dict[tuple[object, int, int], _Leaf] = {(None, everything, everything): _Leaf(())}
    for dimension in dimensions(statements, question):
        following: dict[tuple[object, int, int], _Leaf] = {}
        for (group, may, must), leaf in states.items():
            for choice in dimension:
                narrowed = may & choice.may
                if allows and not narrowed & allows:
                    continue
                key = (group if choice.group is None else (group, choice.group), narrowed, must & choice.must)
                if key not in following:
                    if len(following) >= question.limit:
                        raise TooManyError
                    following[key] = _Leaf((*leaf.choices, choice))
        states = following
    return states.values()


def _judge(leaves: Iterable[_Leaf], new: Policies, old: Policies) -> Escape:
    reason = ""
    for leaf in leaves:
        request = _request(leaf.choices)
        allowed = decide(request, new)
        if allowed.denied:
            continue
        before = decide(request, old)
        if before.allowed:
            continue
        if allowed.allowed and before.denied:
            return Escape(Outcome.FOUND, request, allowed)
        reason = reason or allowed.reason or before.reason
    return Escape(Outcome.UNDETERMINED, reason=reason) if reason else NOTHING


def _request(choices: tuple[Choice, ...]) -> Request:
    principal: Principal | None = None
    action = ""
    resource = text("*")
    context: dict[str, tuple[Text, ...]] = {}
    for choice in choices:
        principal = choice.principal or principal
        action = choice.action or action
        resource = choice.resource or resource
        context.update({key: values for key, values in choice.context if values})
    assert principal is not None, "a question has principals"
    return Request(principal, action, resource, MappingProxyType(dict(sorted(context.items()))))
