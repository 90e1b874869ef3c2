"""The search for a request that one set of policies allows and another does not.

Every dimension of a request (principal, action, resource with the keys tied to it, each other
key) has finitely many candidates that the statements can tell apart. Candidates are combined
one dimension at a time; combinations that the same statements may match are one. What is left
at the end is asked of `decide`, so that nothing but `decide` decides.

An escaping request matches an Allow statement of the new side, so each of these is looked at by
itself, beside the few statements that have a request in common with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.alike import passes_alike
from auditor.iam.access.covering import comparable, is_covered, is_outside
from auditor.iam.access.dimensions import Choice, dimensions
from auditor.iam.access.narrowing import narrowed, sparse
from auditor.iam.access.nearby import Outline, keys_with_several, may_meet, outlines
from auditor.iam.access.parties import settled
from auditor.iam.access.question import Question
from auditor.iam.access.steps import Steps, TooManyError
from auditor.iam.access.tested import Tested, tested
from auditor.iam.decide import Decision, Policies, decide, is_root
from auditor.iam.document import Effect, Policy
from auditor.iam.frozen import Frozen
from auditor.iam.request import Principal, PrincipalKind, Request
from auditor.iam.text import Text, text
from auditor.iam.warm import Warm


class Outcome(Enum):
    NONE = "none"
    """No request escapes."""
    FOUND = "found"
    UNDETERMINED = "undetermined"


class Escape(Frozen):
    """The answer: `request` escapes (FOUND), or `reason` says why nothing can be told. `caller` is the
    principal of the question whose request it is: the request's own, or one that stands for it;
    `given_up` tells that nothing was decided, because there was too much."""

    outcome: Outcome
    request: Request | None = None
    decision: Decision | None = None
    reason: str = ""
    caller: Principal | None = None
    given_up: bool = False


NOTHING = Escape(Outcome.NONE)
_TOO_MANY = str(TooManyError())


def escape(new: Policies, old: Policies, question: Question) -> Escape:
    """Look for a request within `question` that `new` allows and `old` denies.

    FOUND is exact: holes play no part in it. NONE is exact too. UNDETERMINED tells that a hole
    or a corner of the semantics decides, or that the policies tell too much apart.
    """
    new, old = _of_services(new, old, question)
    sketched = outlines(tested(new, old), question.principals)
    short_way = comparable(new, old)
    reason = ""
    limit = question.limit
    for focus in _foci(new, old, sketched, question):
        if focus is not None and _is_settled(focus, sketched, question, short_way=short_way):
            continue
        near = [outline for outline in sketched if focus is None or outline is focus or may_meet(outline, focus)]
        with question.steps.some() as steps:
            asked = dataclasses.replace(question, limit=limit, steps=steps)
            answer = _search(focus, near, new, old, asked)
        if answer.given_up and focus is not None:
            answer = _look_sparsely(focus, near, new, old, question) or answer
        if answer.outcome is Outcome.FOUND:
            return answer
        if answer.reason == _TOO_MANY:
            limit = max(limit // 2, _LEAST)
        reason = reason or answer.reason
    return Escape(Outcome.UNDETERMINED, reason=reason) if reason else NOTHING


def is_plainly_nothing(new: Policies, old: Policies, question: Question) -> bool:
    """Whether `escape` answers NONE without a search."""
    new, old = _of_services(new, old, question)
    sketched = outlines(tested(new, old), question.principals)
    short_way = comparable(new, old)
    return all(
        focus is not None and _is_settled(focus, sketched, question, short_way=short_way)
        for focus in _foci(new, old, sketched, question)
    )


def _of_services(new: Policies, old: Policies, question: Question) -> tuple[Policies, Policies]:
    """Of a service nobody asks identity policies."""
    if all(principal.kind is PrincipalKind.SERVICE for principal in question.principals):
        return replace(new, callers_allow=False), replace(old, callers_allow=False)
    return new, old


def _is_settled(focus: Outline, sketched: Sequence[Outline], question: Question, *, short_way: bool) -> bool:
    """Whether no request that `focus` matches escapes, and that is plain to see."""
    if not focus.callers or is_outside(focus, question):
        return True
    return focus.tested.new and short_way and is_covered(focus, sketched, question)


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
        if old.boundaries or old.sessions or old.callers_allow != new.callers_allow:
            yield None
            return
        for outline in sketched:
            if not outline.tested.new and outline.tested.statement.effect is Effect.DENY:
                yield outline


def _search(focus: Outline | None, near: Sequence[Outline], new: Policies, old: Policies, question: Question) -> Escape:
    """Look among the requests that `focus` matches; only the statements `near` can match them too."""
    statements = tuple(outline.tested for outline in near)
    alone = new.alone and old.alone
    if focus is not None:
        asking = (who for place, who in enumerate(question.principals) if focus.callers >> place & 1)
        question = dataclasses.replace(question, principals=tuple(asking))
    try:
        leaves = _leaves(statements, focus.tested if focus is not None else None, question, alone)
        answer = _judge(leaves, _reduced(new, statements, True), _reduced(old, statements, False), question.steps)
    except TooManyError as many:
        return Escape(Outcome.UNDETERMINED, reason=str(many), given_up=True)
    if answer.request is None:
        return answer
    return replace(answer, decision=decide(answer.request, new))


def _look_sparsely(
    focus: Outline, near: Sequence[Outline], new: Policies, old: Policies, question: Question
) -> Escape | None:
    """Among the requests that have no key but those of `focus` and of one other statement: where all
    are too many to search, one of these may still escape."""
    with question.steps.some() as steps:
        for fewer in sparse(
            dataclasses.replace(question, limit=_LEAST, steps=steps), focus.tested, [o.tested for o in near]
        ):
            answer = _search(focus, near, new, old, fewer)
            if answer.outcome is Outcome.FOUND:
                return answer
            if steps.left < 0:
                break
    return None


def _reduced(policies: Policies, statements: Iterable[Tested], new: bool) -> Policies:
    """The policies of one side without the statements that match no request in question."""
    kept = {id(tested.statement) for tested in statements if tested.new is new}

    def reduce(policy: Policy) -> Policy:
        return replace(policy, statements=tuple(s for s in policy.statements if id(s) in kept))

    return policies.with_each(reduce)


class _Leaf(Frozen):
    """A combination of choices, and the statements that may and that surely match it."""

    choices: tuple[Choice, ...]


def _leaves(statements: tuple[Tested, ...], focus: Tested | None, question: Question, alone: bool) -> Iterable[_Leaf]:
    """Combine the dimensions; what `focus` cannot match is left out."""
    everything = sum(1 << tested.bit for tested in statements)
    asked = 1 << focus.bit if focus is not None else 0
    states: dict[tuple[object, int, int], _Leaf] = {(None, everything, everything): _Leaf(())}
    narrow = question if focus is None else narrowed(question, focus, keys_with_several(statements))
    for dimension in dimensions(statements, narrow, alone):
        question.steps.spend(len(states) * len(dimension))
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


def _judge(leaves: Iterable[_Leaf], new: Policies, old: Policies, steps: Steps) -> Escape:
    reason = ""
    after, earlier = Warm(new), Warm(old)
    cost = _A_DECISION + sum(len(policy.statements) for side in (new, old) for _, policy in side.named())
    for leaf in leaves:
        steps.spend(cost)
        request, caller = _request(leaf.choices)
        allowed = after.decide(request)
        if allowed.denied:
            continue
        before = earlier.decide(request)
        if before.allowed:
            continue
        if allowed.allowed and before.denied:
            return Escape(Outcome.FOUND, request, allowed, caller=caller)
        if not reason and not passes_alike(request, new, old):
            reason = allowed.reason or before.reason
    return Escape(Outcome.UNDETERMINED, reason=reason) if reason else NOTHING


_A_DECISION = 20
"""The steps that a decision takes beside those for its statements."""


def _request(choices: tuple[Choice, ...]) -> tuple[Request, Principal]:
    """The request that choices make, and who of the question makes it."""
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
    settling = settled(principal, context)
    return Request(settling, action, resource, MappingProxyType(dict(sorted(context.items())))), principal
