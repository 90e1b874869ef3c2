"""Policies that remember: many requests to the same policies, each part looked at once.

A statement matches a request by its principal, its action, its resource and its conditions on
each key. Each of these answers is kept for all statements at once, as bits, and the bits of one
request are joined. Where anything is left undetermined, `decide` itself is asked, so that there
is one semantics: this is `decide`, with a memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import TypeVar

from auditor.iam.decide import Decider, Decision, Policies, PolicyAnswer, bearing, conclude, decide
from auditor.iam.document import Condition, Effect, Policy, Statement
from auditor.iam.match.condition import match_condition
from auditor.iam.match.direct import Test, direct_test
from auditor.iam.match.glob import Variable, glob
from auditor.iam.match.principal import Listed, Naming
from auditor.iam.match.statement import match_action, match_resources, resource_glob
from auditor.iam.request import Principal, Request
from auditor.iam.text import Text
from auditor.iam.truth import NO, YES, Truth, all_of, maybe

_MOST = 50_000
"""Remembered answers of one kind; beyond it they are forgotten and found again."""

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_Bits = tuple[int, int]
"""Statements that may match, and those that surely do."""

_CONTEXT_DECIDES = maybe("a policy variable")


class Warm:
    """Policies with the memory of what they were asked. `decide` answers as `iam.decide` does."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies
        self._held = [(name, _WarmPolicy(policy)) for name, policy in policies.named()]
        unread = any(policy.unknown for _, policy in policies.named())
        self._asks_anew = unread or bool(policies.sessions) or _is_cornered(policies)
        self._decided: dict[Hashable, Decision] = {}

    def decide(self, request: Request) -> Decision:
        if self._asks_anew:
            return decide(request, self.policies)
        matched: list[int] = []
        for _, policy in self._held:
            bits = policy.match(request)
            if bits is None:
                return decide(request, self.policies)
            matched.append(bits)
        return _remember(self._decided, (bearing(request), *matched), lambda: self._conclude(request, matched))

    def _conclude(self, request: Request, matched: list[int]) -> Decision:
        allowing: list[Decider] = []
        denying: list[Decider] = []
        answers: dict[str, PolicyAnswer] = {}
        for (name, policy), bits in zip(self._held, matched, strict=True):
            answers[name] = policy.answer(bits, policy.naming(request.principal))
            for statement in policy.matching(bits):
                (denying if statement.effect is Effect.DENY else allowing).append(Decider(name, statement))
        return conclude(request, self.policies, answers, allowing, denying)


def _is_cornered(policies: Policies) -> bool:
    """Whether a Deny with NotPrincipal meets a boundary."""
    denials = (s for _, s in policies.statements() if s.not_principal and s.effect is Effect.DENY)
    return bool(policies.boundaries) and any(denials)


class _WarmPolicy:
    """One document, with a bit for each statement."""

    def __init__(self, policy: Policy) -> None:
        self._statements = policy.statements
        self._listed = [Listed(statement) for statement in policy.statements]
        self._variables = policy.variables
        self._keys = sorted({_key(c) for s in policy.statements for c in s.conditions if c.key.literal is not None})
        self._unsettled = sum(
            1 << bit
            for bit, s in enumerate(policy.statements)
            if s.uncertain or any(c.key.literal is None for c in s.conditions)
        )
        self._principals: dict[Principal, tuple[_Bits, tuple[Naming, ...]]] = {}
        self._actions: dict[str, _Bits] = {}
        self._resources: dict[Text, _Bits] = {}
        self._conditions: dict[str, dict[tuple[Text, ...], _Bits]] = {key: {} for key in self._keys}
        self._tests = {key: self._direct_tests(key) for key in self._keys}

    def match(self, request: Request) -> int | None:
        """The statements that match; None where one may and may not."""
        may, must = self._named(request.principal)[0]
        if not may:
            return 0
        more, sure = _remember(self._actions, request.action, lambda: self._on_action(request.action))
        may, must = may & more, must & sure
        if not may:
            return 0
        more, sure = _remember(self._resources, request.resource, lambda: self._on_resource(request.resource))
        may, must = may & more, must & sure & ~self._unsettled
        context = request.context
        for key in self._keys:
            if not may:
                return 0
            values = context.get(key, ())
            known = self._conditions[key]
            bits = known.get(values)
            if bits is None:
                bits = _remember(known, values, partial(self._on_key, key, values))
            may, must = may & bits[0], must & bits[1]
        return must if may == must else None

    def naming(self, principal: Principal) -> tuple[Naming, ...]:
        return self._named(principal)[1]

    def matching(self, bits: int) -> list[Statement]:
        return [statement for bit, statement in enumerate(self._statements) if bits >> bit & 1]

    def answer(self, bits: int, naming: tuple[Naming, ...]) -> PolicyAnswer:
        """What the matching statements say together."""
        answer = PolicyAnswer()
        for bit, statement in enumerate(self._statements):
            if not bits >> bit & 1:
                continue
            if statement.effect is Effect.DENY:
                answer.deny = YES
                continue
            named = naming[bit]
            answer.allow_direct = YES if named.direct.yes else answer.allow_direct
            answer.allow_delegated = YES if named.delegated.yes else answer.allow_delegated
            answer.allow_unbounded = YES if named.unbounded.yes else answer.allow_unbounded
        return answer

    def _named(self, principal: Principal) -> tuple[_Bits, tuple[Naming, ...]]:
        return _remember(self._principals, principal, lambda: self._on_principal(principal))

    def _on_principal(self, principal: Principal) -> tuple[_Bits, tuple[Naming, ...]]:
        naming = tuple(listed.match(principal) for listed in self._listed)
        return _bits([_settled(named) for named in naming]), naming

    def _on_action(self, action: str) -> _Bits:
        return _bits([match_action(statement, action) for statement in self._statements])

    def _on_resource(self, resource: Text) -> _Bits:
        return _bits([self._match_resource(statement, resource) for statement in self._statements])

    def _match_resource(self, statement: Statement, resource: Text) -> Truth:
        if self._variables and any(_varies(resource_glob(p.text, True)) for p in statement.resources or ()):
            return _CONTEXT_DECIDES
        return match_resources(statement, resource, {}, self._variables)

    def _direct_tests(self, key: str) -> list[tuple[int, Test]] | None:
        """The conditions on a key as tests of a literal, each with the bit of its statement; None
        where one of them is more than that."""
        tests: list[tuple[int, Test]] = []
        for bit, statement in enumerate(self._statements):
            for condition in statement.conditions:
                if condition.key.literal is not None and _key(condition) == key:
                    test = direct_test(condition, self._variables)
                    if test is None:
                        return None
                    tests.append((1 << bit, test))
        return tests

    def _directly(self, tests: list[tuple[int, Test]], value: str) -> _Bits | None:
        held = (1 << len(self._statements)) - 1
        for bit, test in tests:
            answer = test(value)
            if answer is None:
                return None
            if not answer:
                held &= ~bit
        return held, held

    def _on_key(self, key: str, values: tuple[Text, ...]) -> _Bits:
        tests = self._tests[key]
        literal = values[0].literal if len(values) == 1 else None
        if tests is not None and literal is not None:
            bits = self._directly(tests, literal)
            if bits is not None:
                return bits
        return _bits([self._match_key(statement, key, values) for statement in self._statements])

    def _match_key(self, statement: Statement, key: str, values: tuple[Text, ...]) -> Truth:
        conditions = [c for c in statement.conditions if c.key.literal is not None and _key(c) == key]
        if self._variables and any(_varies(glob(v.text, True, True)) for c in conditions for v in c.values):
            return _CONTEXT_DECIDES
        context = {key: values} if values else {}
        return all_of(match_condition(condition, context, self._variables) for condition in conditions)


def _key(condition: Condition) -> str:
    return str(condition.key).lower()


def _varies(parts: tuple[object, ...]) -> bool:
    return any(isinstance(part, Variable) for part in parts)


def _settled(naming: Naming) -> Truth:
    """Whether a statement names a principal, undetermined where any way of naming is."""
    ways = (naming.direct, naming.delegated, naming.unbounded)
    doubt = next((way for way in ways if way.maybe), None)
    either = naming.either
    return doubt if doubt is not None and not either.no else (YES if either.yes else NO)


def _bits(answers: list[Truth]) -> _Bits:
    may = sum(1 << bit for bit, answer in enumerate(answers) if not answer.no)
    must = sum(1 << bit for bit, answer in enumerate(answers) if answer.yes)
    return may, must


def _remember(known: dict[_Key, _Value], key: _Key, find: Callable[[], _Value]) -> _Value:
    value = known.get(key)
    if value is None:
        if len(known) >= _MOST:
            known.clear()
        value = known[key] = find()
    return value
