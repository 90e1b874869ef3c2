"""A first look at a question: the requests that come to mind, before any search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from types import MappingProxyType

from auditor.iam.access.question import Question
from auditor.iam.arn import account_of
from auditor.iam.decide import Decision, Policies
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.request import Request
from auditor.iam.text import Text
from auditor.iam.warm import Warm

_MOST = 8


def glimpse(new: Policies, old: Policies, question: Question) -> tuple[Request, Decision] | None:
    """A request of the question, made of likely values alone, that `new` allows and `old` denies,
    and how `new` decides it. None tells nothing: then the question has to be searched."""
    after, earlier = Warm(new), Warm(old)
    for request in islice(_likely(question), _MOST):
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
