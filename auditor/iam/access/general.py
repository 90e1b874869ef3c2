"""The general question: does a new version of policies let anything in that the old one does not?

Nothing is known of who asks for what: everyone whom the policies name, and strangers; every action
that they tell apart; every resource; and any condition key may be absent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.clusters import clusters
from auditor.iam.access.known import by_action, known_of, optional
from auditor.iam.access.links import RESOURCE_KEYS
from auditor.iam.access.parties import Parties, everyone, foreign_account, holder, named
from auditor.iam.access.question import ANY_RESOURCE, ANY_SOURCE, Domain, Question
from auditor.iam.access.search import NOTHING, Escape, Outcome, escape
from auditor.iam.access.steps import Steps
from auditor.iam.access.tested import tested
from auditor.iam.arn import COMPONENTS
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, PolicyKind
from auditor.iam.filling import policies_texts
from auditor.iam.frozen import Frozen
from auditor.iam.keys import SOURCE_ARN, condition_keys
from auditor.iam.request import Principal, PrincipalKind
from auditor.iam.text import Text


class NewAccess(Frozen):
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
    holder_account: str | None = None,
    foreign: str | None = None,
) -> NewAccess:
    """Look for a request that `new` allows and `old` denies. What else AWS would ask for (a
    caller's identity policies for a resource policy) is taken to allow, before and after.

    `callers` are those who may ask, else everyone; of identity policies any role or user of any
    account, or of `holder_account`. `foreign` is an account that nothing names.
    """
    stranger = foreign or foreign_account((*policies_texts(new), *policies_texts(old)))
    parties = _parties(new, old, callers, holder_account, stranger)
    open_question: NewAccess | None = None
    steps = Steps()
    for after, before, asking in _readings(new, old, parties):
        for question in _questions(after, before, asking, resources, steps):
            answer = escape(after, before, question)
            found = NewAccess(answer, after, before, question)
            if answer.outcome is Outcome.FOUND:
                return found
            if answer.outcome is Outcome.UNDETERMINED and open_question is None:
                open_question = found
    return open_question or NewAccess(NOTHING, new, old)


def _parties(
    new: Policies, old: Policies, callers: tuple[Principal, ...] | None, account: str | None, foreign: str
) -> Parties:
    if callers is not None:
        return Parties(callers)
    if new.resource is None and old.resource is None:
        return holder(account, (*policies_texts(new), *policies_texts(old)))
    return everyone((new, old), foreign)


def _readings(new: Policies, old: Policies, parties: Parties) -> Iterator[tuple[Policies, Policies, Parties]]:
    """The documents by themselves, for everyone. Besides, a Deny that goes gives access to the
    callers of the resource's own account whom a document names: for them the function's policy need
    not allow anything."""
    yield replace(new, alone=True), replace(old, alone=True), parties
    held = old.resource
    if held is None or held.kind is not PolicyKind.RESOURCE:
        return
    effects = [*(statement.effect for statement in held.statements), *(part.effect for part in held.unknown)]
    callers = tuple(principal for principal in named((new, old)) if principal.kind is PrincipalKind.AWS)
    if Effect.DENY in effects and callers:
        allowed = replace(parties, named=callers, others=())
        yield replace(new, callers_allow=True), replace(old, callers_allow=True), allowed


def _questions(new: Policies, old: Policies, parties: Parties, resources: Domain, steps: Steps) -> Iterator[Question]:
    """One question for all principals of whom the same is known, as far as other keys or the resource
    are tied to it, and for all actions that can come with the same keys."""
    keys = sorted(condition_keys(new) | condition_keys(old))
    target = _target(resources)
    known = {principal: _known(principal, keys, target, parties) for principal in parties.all}
    tied = _tied(new, old, {key for domains in known.values() for key in domains})
    groups: dict[tuple[tuple[str, Domain], ...], list[Principal]] = {}
    for principal, domains in known.items():
        groups.setdefault(tuple(item for item in domains.items() if item[0] in tied), []).append(principal)
    for common, alike in groups.items():
        shared: dict[str, Domain] = {SOURCE_ARN: ANY_SOURCE, **dict(common)}
        single = {who: {key: domain for key, domain in known[who].items() if key not in tied} for who in alike}
        for actions, without in by_action(keys, None):
            yield Question(
                tuple(alike),
                actions,
                resources,
                MappingProxyType({**shared, **without}),
                known=MappingProxyType(single),
                steps=steps,
            )


def _known(principal: Principal, keys: Sequence[str], target: Text | None, parties: Parties) -> dict[str, Domain]:
    own = {key: domain for key, domain in parties.domains_of(principal).items() if key in keys}
    return optional({**known_of(principal, keys, target), **own})


def _tied(new: Policies, old: Policies, known: Collection[str]) -> frozenset[str]:
    """The keys, of those that are known of callers, that others or the resource are tied to."""
    first, *rest = clusters(tested(new, old), RESOURCE_KEYS)
    mixed = (keys for keys in rest if not set(keys) <= set(known))
    return frozenset(chain(first, *mixed))


def _target(resources: Domain) -> Text | None:
    """One resource for all in question, where they are one service's in one region and account."""
    heads = {form.split(":", COMPONENTS - 1)[: COMPONENTS - 1] for form in resources.forms}
    if len(heads) != 1 or any(hole.each for part in heads.copy().pop() for hole in part.holes):
        return None
    return resources.forms[0]
