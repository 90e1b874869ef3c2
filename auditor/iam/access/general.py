"""The general question: does a new version of policies let anything in that the old one does not?

Nothing is known of who asks for what: everyone whom the policies name, and strangers; every action
that they tell apart; every resource; and any condition key may be absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from auditor.iam.access.parties import everyone, foreign_account, known_of, named
from auditor.iam.access.question import ANY_RESOURCE, ANY_SOURCE, Domain, Question
from auditor.iam.access.search import NOTHING, Escape, Outcome, escape
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Effect, PolicyKind
from auditor.iam.filling import policies_texts
from auditor.iam.match.glob import glob, variables_in
from auditor.iam.request import Principal, PrincipalKind
from auditor.iam.text import Text


@dataclass(frozen=True, slots=True)
class NewAccess:
    """What `escape` says, with the policies as they were asked: `alone`, or callers allowed."""

    answer: Escape
    new: Policies
    old: Policies
    question: Question | None = None


def new_access(
    new: Policies,
    old: Policies,
    *,
    resources: Domain = ANY_RESOURCE,
    callers: tuple[Principal, ...] | None = None,
    foreign: str | None = None,
) -> NewAccess:
    """Look for a request that `new` allows and `old` denies. What else AWS would ask for (a
    caller's identity policies for a resource policy) is taken to allow, before and after.

    `callers` are those who may ask, else everyone; `foreign` is an account that nothing names.
    """
    stranger = foreign or foreign_account((*policies_texts(new), *policies_texts(old)))
    who = callers or everyone((new, old), stranger)
    open_question: NewAccess | None = None
    for after, before, asking in _readings(new, old, who):
        for question in _questions(after, before, asking, resources):
            answer = escape(after, before, question)
            found = NewAccess(answer, after, before, question)
            if answer.outcome is Outcome.FOUND:
                return found
            if answer.outcome is Outcome.UNDETERMINED and open_question is None:
                open_question = found
    return open_question or NewAccess(NOTHING, new, old)


def _readings(
    new: Policies, old: Policies, everyone: tuple[Principal, ...]
) -> Iterator[tuple[Policies, Policies, tuple[Principal, ...]]]:
    """The documents by themselves, for everyone. Besides, a Deny that goes gives access to the
    callers of the resource's own account whom a document names: for them the function's policy need
    not allow anything."""
    yield replace(new, alone=True), replace(old, alone=True), everyone
    held = old.resource
    if held is None or held.kind is not PolicyKind.RESOURCE:
        return
    effects = [*(statement.effect for statement in held.statements), *(part.effect for part in held.unknown)]
    callers = tuple(principal for principal in named((new, old)) if principal.kind is PrincipalKind.AWS)
    if Effect.DENY in effects and callers:
        yield replace(new, callers_allow=True), replace(old, callers_allow=True), callers


def _questions(new: Policies, old: Policies, principals: Iterable[Principal], resources: Domain) -> Iterator[Question]:
    """One question for all principals of whom the same is known."""
    keys = sorted({*_keys(new), *_keys(old)})
    groups: dict[tuple[tuple[str, Domain], ...], list[Principal]] = {}
    for principal in principals:
        groups.setdefault(tuple(known_of(principal, keys).items()), []).append(principal)
    for known, alike in groups.items():
        domains: Mapping[str, Domain] = MappingProxyType({"aws:sourcearn": ANY_SOURCE, **dict(known)})
        yield Question(tuple(alike), None, resources, domains)


def _keys(policies: Policies) -> Iterator[str]:
    """The condition keys that policies mention, in lower case."""
    for policy, statement in policies.statements():
        for condition in statement.conditions:
            yield str(condition.key).lower()
        if policy.variables:
            for written in (*(p.text for p in statement.resources or ()), *_values(statement.conditions)):
                yield from variables_in(glob(written, True, True))


def _values(conditions: Iterable[Condition]) -> Iterator[Text]:
    for condition in conditions:
        for value in condition.values:
            yield value.text
