"""The dimensions of a request, and for each the choices that the statements tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from auditor.iam.access.atoms import atoms
from auditor.iam.access.clusters import clusters, variables_of
from auditor.iam.access.contexts import contexts, owner_machines, resource_machines
from auditor.iam.access.links import RESOURCE_KEYS, owns, valued
from auditor.iam.access.question import ANY_ACTION, Question
from auditor.iam.access.steps import Steps
from auditor.iam.access.tested import Tested
from auditor.iam.access.values import VariableValues
from auditor.iam.arn import account_of
from auditor.iam.decide import is_root
from auditor.iam.frozen import Frozen
from auditor.iam.match.glob import fold, glob, items_of
from auditor.iam.match.items import Machine, machine
from auditor.iam.match.principal import Listed
from auditor.iam.match.statement import match_action, match_resources
from auditor.iam.request import Context, Principal, PrincipalKind
from auditor.iam.text import Text
from auditor.iam.truth import Truth, all_of


class Choice(Frozen):
    """What one dimension contributes to a request, and which statements it leaves standing:
    bits in `may` are not ruled out, bits in `must` surely match in this dimension. Choices of
    different `group` (the principal, the resource's account) are never taken for one another."""

    may: int
    must: int
    principal: Principal | None = None
    action: str = ""
    resource: Text | None = None
    context: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    group: object = None


def dimensions(statements: Sequence[Tested], question: Question, alone: bool) -> Iterator[list[Choice]]:
    """The dimensions in the order in which they are combined: the narrowing ones first. `alone` is
    said where documents decide alone, so that it plays no part who asks beside what the statements say.

    Raises TooManyError where a dimension has too many choices.
    """
    groups = clusters(statements, RESOURCE_KEYS if question.linked else ())
    told = question.told
    of_callers = [keys for keys in groups[1:] if told.issuperset(keys)]
    yield _distinct(_principals(statements, question, of_callers, alone))
    yield _distinct(_actions(statements, question))
    yield _distinct(_resources(statements, question, groups[0], alone))
    for keys in groups[1:]:
        if keys not in of_callers:
            yield _distinct(_keys(statements, question, keys))


def _masks(statements: Sequence[Tested], answers: Sequence[Truth]) -> tuple[int, int]:
    may = sum(1 << t.bit for t, answer in zip(statements, answers, strict=True) if not answer.no)
    must = sum(1 << t.bit for t, answer in zip(statements, answers, strict=True) if answer.yes)
    return may, must


def _distinct(choices: Iterator[Choice]) -> list[Choice]:
    """The first of all choices that leave the same statements standing."""
    kept: dict[tuple[int, int, object], Choice] = {}
    for choice in choices:
        kept.setdefault((choice.may, choice.must, choice.group), choice)
    return list(kept.values())


def _principals(
    statements: Sequence[Tested], question: Question, groups: Sequence[Sequence[str]], alone: bool
) -> Iterator[Choice]:
    """Who asks, with the keys that each has values of its own for. Where policies combine, principals are
    never lumped together: it depends on who asks how they do."""
    listed = [Listed(t.statement) for t in statements]
    remembered: dict[object, list[Choice]] = {}
    for principal in question.principals:
        question.steps.spend(len(statements))
        may, must = _masks(
            statements, [named.may_apply(principal, t.bounded) for named, t in zip(listed, statements, strict=True)]
        )
        group = (principal.kind is PrincipalKind.AWS, is_root(principal)) if alone else principal
        choices = [Choice(may, must, principal=principal, group=group)]
        own = question.of(principal)
        for keys in groups:
            domains = (*keys, *(own.domain(key) for key in keys))
            if domains not in remembered:
                remembered[domains] = _distinct(_keys(statements, own, keys))
            question.steps.spend(len(choices) * len(remembered[domains]))
            choices = _distinct(_both(one, other) for one in choices for other in remembered[domains])
        yield from choices


def _both(one: Choice, other: Choice) -> Choice:
    return replace(one, may=one.may & other.may, must=one.must & other.must, context=one.context + other.context)


def _actions(statements: Sequence[Tested], question: Question) -> Iterator[Choice]:
    for action in _named_actions(statements, question) if question.actions is None else question.actions:
        question.steps.spend(sum(len(t.statement.actions) for t in statements))
        may, must = _masks(statements, [match_action(t.statement, action) for t in statements])
        yield Choice(may, must, action=action)


def _named_actions(statements: Sequence[Tested], question: Question) -> Iterator[str]:
    """Every action that the statements spell out, as they spell it, then one for each way in which
    their patterns tell actions apart."""
    patterns = list(dict.fromkeys(p.text for t in statements for p in t.statement.actions))
    for pattern in patterns:
        literal = pattern.literal
        if literal is not None and "*" not in literal and "?" not in literal:
            yield literal
    machines = [machine(items_of(fold(glob(pattern))), folded=True) for pattern in patterns]
    for action in atoms(machines, ANY_ACTION, question.limit, folded=True, steps=question.steps):
        yield str(action)


def _keys(statements: Sequence[Tested], question: Question, keys: Sequence[str]) -> Iterator[Choice]:
    cost = sum(1 + t.cost(keys) for t in statements)
    for context in contexts(statements, question, keys):
        question.steps.spend(cost)
        known = dict(context)
        may, must = _masks(statements, [t.hold(known, keys) for t in statements])
        yield Choice(may, must, context=context)


def _resources(statements: Sequence[Tested], question: Question, keys: Sequence[str], alone: bool) -> Iterator[Choice]:
    """What is asked for, with the keys that resources refer to or that they decide."""
    told_apart: dict[tuple[Machine, ...], Sequence[Text]] = {}
    owners = () if alone else tuple(owner_machines(question))
    on_resources = _OnResources(statements, question.steps)
    cost = sum(1 + t.cost(keys) + 4 * len(t.statement.resources or ()) for t in statements)
    for context in contexts(statements, question, keys):
        question.steps.spend(cost)
        known = dict(context)
        held = [t.hold(known, keys) for t in statements]
        machines = dict.fromkeys((*resource_machines(statements, _values_in(known)), *owners))
        if question.linked:
            tied = (valued(key, known[key]) for key in RESOURCE_KEYS if known.get(key))
            machines |= dict.fromkeys(chain.from_iterable(tied))
        patterns = tuple(machines)
        if patterns not in told_apart:
            told_apart[patterns] = atoms(patterns, question.resources, question.limit, steps=question.steps)
        for resource in told_apart[patterns]:
            if question.linked and not owns(known, resource):
                continue
            question.steps.spend(len(statements))
            on_it = on_resources.match(resource, known)
            may, must = _masks(statements, [all_of(pair) for pair in zip(held, on_it, strict=True)])
            group = None if alone else account_of(resource)
            yield Choice(may, must, resource=resource, context=context, group=group)


class _OnResources:
    """How statements match resources. Those without policy variables are asked once of each."""

    def __init__(self, statements: Sequence[Tested], steps: Steps) -> None:
        self._statements = statements
        self._steps = steps
        self._varies = [
            t.variables and any(variables_of(pattern.text, True) for pattern in t.statement.resources or ())
            for t in statements
        ]
        self._fixed: dict[Text, list[Truth | None]] = {}

    def match(self, resource: Text, context: Context) -> list[Truth]:
        """The answer of each statement."""
        fixed = self._fixed.get(resource)
        if fixed is None:
            fixed = self._fixed[resource] = [
                None if varies else self._ask(t, resource, context)
                for t, varies in zip(self._statements, self._varies, strict=True)
            ]
        answers = zip(self._statements, fixed, strict=True)
        return [self._ask(t, resource, context) if answer is None else answer for t, answer in answers]

    def _ask(self, t: Tested, resource: Text, context: Context) -> Truth:
        self._steps.spend(_A_MATCH * len(t.statement.resources or ()))
        return match_resources(t.statement, resource, context, t.variables)


_A_MATCH = 5
"""The steps in which a resource is matched with one pattern."""


def _values_in(context: Context) -> VariableValues:
    return lambda key: context.get(key, ())
