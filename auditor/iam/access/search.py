"""The search for a request that one set of policies allows and another does not.

Every dimension of a request (principal, action, resource with the keys tied to it, each other
key) has finitely many candidates that the statements can tell apart. Candidates are combined
one dimension at a time; combinations that the same statements may match are one. What is left
at the end is asked of `decide`, so that nothing but `decide` decides.

An escaping request matches an Allow statement of the new side, so each of these is looked at by
itself, beside the few statements that have a request in common with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from auditor.iam.access.alike import passes_alike
from auditor.iam.access.atoms import TooManyError
from auditor.iam.access.covering import comparable, is_covered
from auditor.iam.access.dimensions import Choice, Tested, dimensions, tested
from auditor.iam.access.narrowing import narrowed
from auditor.iam.access.nearby import Outline, keys_with_several, may_meet, outlines
from auditor.iam.access.question import Question
from auditor.iam.decide import Decision, Policies, decide, is_root
from auditor.iam.document import Effect, Policy
from auditor.iam.request import Principal, Request
from auditor.iam.text import Text, text
from auditor.iam.warm import Warm


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
_TOO_MANY = str(TooManyError())


def escape(new: Policies, old: Policies, question: Question) -> Escape:
    """Look for a request within `question` that `new` allows and `old` denies.

    FOUND is exact: holes play no part in it. NONE is exact too. UNDETERMINED tells that a hole
    or a corner of the semantics decides, or that the policies tell too much apart.
    """
    statements = tested(new, old)
    sketched = outlines(statements, question.principals)
    short_way = comparable(new, old)
    reason = ""
    limit = question.limit
    for focus in _foci(new, old, sketched, question):
        near = [outline for outline in sketched if focus is None or outline is focus or may_meet(outline, focus)]
        if focus is not None and focus.tested.new and short_way and is_covered(focus, near):
            continue
        answer = _search(focus, near, new, old, replace(question, limit=limit))
        if answer.outcome is Outcome.FOUND:
            return answer
        if answer.reason == _TOO_MANY:
            limit = max(limit // 2, _LEAST)
        reason = reason or answer.reason
    return Escape(Outcome.UNDETERMINED, reason=reason) if reason else NOTHING


_LEAST = 500
"""After a search that was given up the next one gets half as far, but at least this far."""


def _foci(new: Policies, old: Policies, sketched: Sequence[Outline], question: Question) -> Iterator[Outline | None]:
    """The statements of which an escaping request must match one: the Allow statements of `new`.
    Where something may be allowed without one, it must match a Deny statement of `old`; None
    stands for a search that asks for no statement at all."""
    for outline in sketched:
        if outline.tested.new and outline.tested.statement.effect is Effect.ALLOW:
            yield outline
    if any(policy.unknown for _, policy in new.named()):
        yield None
    elif not new.alone and (new.callers_allow or any(is_root(principal) for principal in question.principals)):
        if old.boundaries or old.callers_allow != new.callers_allow:
            yield None
            return
        for outline in sketched:
            if not outline.tested.new and outline.tested.statement.effect is Effect.DENY:
                yield outline


def _search(focus: Outline | None, near: Sequence[Outline], new: Policies, old: Policies, question: Question) -> Escape:
    """Look among the requests that `focus` matches; only the statements `near` can match them too."""
    statements = tuple(outline.tested for outline in near)
    try:
        leaves = _leaves(statements, focus.tested if focus is not None else None, question)
    except TooManyError as many:
        return Escape(Outcome.UNDETERMINED, reason=str(many))
    answer = _judge(leaves, _reduced(new, statements, True), _reduced(old, statements, False))
    if answer.request is None:
        return answer
    return replace(answer, decision=decide(answer.request, new))


def _reduced(policies: Policies, statements: Iterable[Tested], new: bool) -> Policies:
    """The policies of one side without the statements that match no request in question."""
    kept = {id(tested.statement) for tested in statements if tested.new is new}

    def reduce(policy: Policy) -> Policy:
        return replace(policy, statements=tuple(s for s in policy.statements if id(s) in kept))

    return replace(
        policies,
        resource=reduce(policies.resource) if policies.resource is not None else None,
        identity=tuple(map(reduce, policies.identity)),
        boundaries=tuple(map(reduce, policies.boundaries)),
    )


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A combination of choices, and the statements that may and that surely match it."""

    choices: tuple[Choice, ...]


def _leaves(statements: tuple[Tested, ...], focus: Tested | None, question: Question) -> Iterable[_Leaf]:
    """Combine the dimensions; what `focus` cannot match is left out."""
    everything = sum(1 << tested.bit for tested in statements)
    asked = 1 << focus.bit if focus is not None else 0
    states: dict[tuple[object, int, int], _Leaf] = {(None, everything, everything): _Leaf(())}
    narrow = question if focus is None else narrowed(question, focus, keys_with_several(statements))
    for dimension in dimensions(statements, narrow):
        following: dict[tuple[object, int, int], _Leaf] = {}
        for (group, may, must), leaf in states.items():
            for choice in dimension:
                left = may & choice.may
                if asked and not left & asked:
                    continue
                key = (group if choice.group is None else (group, choice.group), left, must & choice.must)
                if key not in following:
                    if len(following) >= question.limit:
                        raise TooManyError
                    following[key] = _Leaf((*leaf.choices, choice))
        states = following
    return states.values()


def _judge(leaves: Iterable[_Leaf], new: Policies, old: Policies) -> Escape:
    reason = ""
    after, earlier = Warm(new), Warm(old)
    for leaf in leaves:
        request = _request(leaf.choices)
        allowed = after.decide(request)
        if allowed.denied:
            continue
        before = earlier.decide(request)
        if before.allowed:
            continue
        if allowed.allowed and before.denied:
            return Escape(Outcome.FOUND, request, allowed)
        if not reason and not passes_alike(request, new, old):
            reason = allowed.reason or before.reason
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
