"""A first look at a question: the requests that come to mind, before any search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.question import DEFAULT_DOMAINS, Question
from auditor.iam.arn import account_of
from auditor.iam.decide import Decision, Policies
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.match.glob import Glob, Variable, Wild
from auditor.iam.match.statement import resource_glob
from auditor.iam.request import Request
from auditor.iam.text import Hole, Text, text
from auditor.iam.warm import Warm

_MOST = 8


def glimpse(new: Policies, old: Policies, question: Question) -> tuple[Request, Decision] | None:
    """A request of the question, made of likely values alone, that `new` allows and `old` denies,
    and how `new` decides it. None tells nothing: then the question has to be searched."""
    after, earlier = Warm(new), Warm(old)
    likely = list(islice(_likely(question), _MOST))
    for request in (*likely, *islice(_with_variables(likely, new, question), _MOST)):
        decision = after.decide(request)
        if decision.allowed and earlier.decide(request).denied:
            return request, decision
    return None


def _likely(question: Question) -> Iterator[Request]:
    wholes = [_context(question, every=True), _context(question, every=False)]
    contexts = [context for n, context in enumerate(wholes) if context is not None and context not in wholes[:n]]
    chosen = product(question.principals, question.actions or (), question.resources.likely, contexts)
    for principal, action, resource, context in chosen:
        yield Request(principal, action, resource, MappingProxyType(dict(sorted(context.items()))))


def _with_variables(requests: Sequence[Request], new: Policies, question: Question) -> Iterator[Request]:
    """The requests with those keys that make a resource of a statement, named by policy variables,
    the one that is asked for. Of such a key nothing is known but that it may be there."""
    resources = (
        resource_glob(pattern.text, True)
        for policy, statement in new.statements()
        if policy.variables
        for pattern in statement.resources or ()
    )
    patterns = [pattern for pattern in resources if any(isinstance(part, Variable) for part in pattern)]
    for request, pattern in product(requests, patterns):
        values = values_of_variables(pattern, request.resource)
        free = (key not in question.domains and key not in DEFAULT_DOMAINS for key in values)
        if values and all(free) and all(question.domain(key).admits(value) for key, value in values.items()):
            context = {**request.context, **{key: (value,) for key, value in values.items()}}
            yield replace(request, context=MappingProxyType(dict(sorted(context.items()))))


_MOST_WILD = 4
"""More wildcards in one pattern may match in too many ways."""


def values_of_variables(pattern: Glob, resource: Text) -> dict[str, Text]:
    """A value for each key that a pattern names by a variable, with which it matches a resource: one
    that is whole between colons and slashes. Empty where there is none."""
    if resource.literal is None or sum(isinstance(part, Wild) for part in pattern) > _MOST_WILD:
        return {}
    groups: dict[str, str] = {}
    written: list[str] = []
    for part in pattern:
        match part:
            case str():
                written.append(re.escape(part))
            case Wild.STAR:
                written.append(".*")
            case Wild.ONE:
                written.append(".")
            case Variable(key) if key in groups:
                written.append(f"(?P={groups[key]})")
            case Variable(key):
                groups[key] = f"v{len(groups)}"
                written.append(f"(?P<{groups[key]}>[^:/*?]+)")
            case Hole():
                return {}
    found = re.fullmatch("".join(written), resource.literal, re.DOTALL)
    return {} if found is None else {key: text(found[group]) for key, group in groups.items()}


def _context(question: Question, *, every: bool) -> dict[str, tuple[Text, ...]] | None:
    """The likely values of all keys that a request may have, or of those that it must have; None
    where a key that must be there has none, or the two keys of the source do not fit together."""
    context: dict[str, tuple[Text, ...]] = {}
    for key, domain in question.domains.items():
        if domain.present and (every or not domain.absent):
            if not domain.likely:
                return None
            context[key] = (domain.likely[0],)
    source = context.get(SOURCE_ARN)
    if not question.linked or source is None:
        return context
    account, accounts = account_of(source[0]), question.domain(SOURCE_ACCOUNT)
    if account is not None and accounts.present and accounts.admits(account):
        return {**context, SOURCE_ACCOUNT: (account,)}
    return None if SOURCE_ACCOUNT in context or not accounts.absent else context
