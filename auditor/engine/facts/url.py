"""Facts about function URLs: whether their callers hold both permissions, and who can call."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import InvokeGrant, UrlGrant, UrlNeed
from auditor.engine.facts.answers import answer_of
from auditor.engine.facts.concrete import concrete
from auditor.estate.estate import Estate
from auditor.estate.function import Function, FunctionUrl, UrlAuth
from auditor.iam.decide import Policies, Verdict, decide
from auditor.iam.request import Principal, Request
from auditor.needs import NeedKind, decide_need, derive, granting
from auditor.needs.url import CALL_URL, VIA_URL, call_request, calls_by_itself, invoke_request, url_of


def url_facts(function: Function, estate: Estate) -> Iterator[UrlNeed]:
    """One fact for each permission that a function URL's callers need."""
    for need in derive(function, estate):
        if need.kind is NeedKind.URL:
            policies = granting(need, estate)
            decision = decide_need(need, policies)
            made = concrete(need.request, policies)
            yield UrlNeed(
                estate=estate,
                origin=need.evidence[0],
                witness=made.request,
                witness_in=made.policies,
                values=made.values,
                function=function,
                undetermined=decision.reason if decision.verdict is Verdict.UNDETERMINED else "",
                need=need,
                decision=answer_of(decision),
                lacking=need.request.action,
                auth=url_of(need).auth.value,
                principal=str(need.request.principal),
            )


def url_grant(grant: InvokeGrant) -> UrlGrant:
    """What a grant is to the function's URLs, where its witness is a call of one or comes through it:
    of several, to the one that it opens most."""
    function, witness = grant.function, grant.witness
    if witness is None or function is None:
        return UrlGrant.NONE
    calls = witness.action.lower() == CALL_URL.lower()
    if not calls and VIA_URL.lower() not in witness.context:
        return UrlGrant.NONE
    if not function.urls:
        return UrlGrant.ABSENT if calls else UrlGrant.PASSES
    found = {_url_grant(grant, function, url, witness.principal, calls=calls) for url in function.urls}
    return next(kind for kind in (UrlGrant.OPEN, UrlGrant.PASSES, UrlGrant.INCOMPLETE) if kind in found)


def _url_grant(
    grant: InvokeGrant, function: Function, url: FunctionUrl, principal: Principal, *, calls: bool
) -> UrlGrant:
    policies = Policies(function.resource_policy, callers_allow=True)
    both = [call_request(function, url, principal), invoke_request(function, url, principal)]
    allowed = [_allows(request, policies, grant) for request in both]
    by_itself = url.auth is UrlAuth.NONE and calls_by_itself(grant.estate)
    if not allowed[1] or not (allowed[0] or by_itself):
        return UrlGrant.INCOMPLETE
    # Of two statements that open a URL together, the one that lets it be called is told.
    return UrlGrant.OPEN if calls or not allowed[0] else UrlGrant.PASSES


def _allows(request: Request, policies: Policies, grant: InvokeGrant) -> bool:
    made = concrete(request, policies, grant.values)
    return decide(made.request, made.policies).allowed
