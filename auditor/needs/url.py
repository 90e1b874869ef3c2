"""What the callers of a function URL need: to call it, and to invoke the function through it.

Source: Lambda developer guide, "Control access to Lambda function URLs": since October 2025 both
permissions are asked for. That the Terraform provider makes the first one itself for a URL that is
open to all: its resource `aws_lambda_function_url`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from msgspec.structs import replace

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function, FunctionUrl, UrlAuth
from auditor.iam.arn import account_of
from auditor.iam.document import Effect, Statement
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.match.principal import principal_account
from auditor.iam.match.statement import match_action
from auditor.iam.request import ANONYMOUS, Context, Principal, PrincipalKind, Request, context
from auditor.needs.invoke import INVOKE, qualified
from auditor.needs.need import Need, NeedKind

CALL_URL = "lambda:InvokeFunctionUrl"
AUTH_TYPE, VIA_URL = "lambda:FunctionUrlAuthType", "lambda:InvokedViaFunctionUrl"
_MAKES_PUBLIC = (SourceKind.TERRAFORM, SourceKind.PLAN)


def url_needs(function: Function, estate: Estate) -> Iterator[Need]:
    """Of a URL that is open to all, both permissions; of one that asks for a signature, the second
    for every principal that the policy gives the first."""
    if function.urls and function.whole_policy is not None:
        for url in function.urls:
            yield from _needs_of(function, url, estate)


def url_of(need: Need) -> FunctionUrl:
    """The URL that a need of kind URL is about."""
    function = need.function
    return next(url for url in function.urls if qualified(function, url.qualifier) == need.request.resource)


def _needs_of(function: Function, url: FunctionUrl, estate: Estate) -> Iterator[Need]:
    if url.auth is UrlAuth.NONE:
        if not calls_by_itself(estate):
            yield _need(function, url, call_request(function, url, ANONYMOUS))
        yield _need(function, url, invoke_request(function, url, ANONYMOUS))
        return
    for request in _invoking(function, url):
        yield _need(function, url, request)


def calls_by_itself(estate: Estate) -> bool:
    """Whether making a URL that is open to all gives everyone the right to call it."""
    return estate.kind in _MAKES_PUBLIC


def call_request(function: Function, url: FunctionUrl, principal: Principal) -> Request:
    sent = context({AUTH_TYPE: url.auth.value})
    return Request(principal, CALL_URL, qualified(function, url.qualifier), sent)


def invoke_request(function: Function, url: FunctionUrl, principal: Principal) -> Request:
    return Request(principal, INVOKE, qualified(function, url.qualifier), context({VIA_URL: "true"}))


def _need(function: Function, url: FunctionUrl, request: Request) -> Need:
    return Need(NeedKind.URL, function, request, (url.origin,))


def _invoking(function: Function, url: FunctionUrl) -> Iterator[Request]:
    """What the services, and the principals of other accounts, that a statement lets call a URL need
    too. Those of the own account may have the right by their own policies."""
    own = account_of(function.arn)
    for statement in function.resource_policy or ():
        if statement.effect is Effect.ALLOW and match_action(statement, CALL_URL).yes:
            for principal in _named(statement):
                account = principal_account(principal.value) if principal.kind is PrincipalKind.AWS else None
                if principal.kind is PrincipalKind.SERVICE or (account is not None and account != own):
                    request = invoke_request(function, url, principal)
                    yield replace(request, context=MappingProxyType({**request.context, **_source(statement)}))


def _source(statement: Statement) -> Context:
    """The one source for which a statement lets a service call."""
    named = [c.values for c in statement.conditions if c.key.map(str.lower).literal == SOURCE_ARN]
    if len(named) != 1 or len(named[0]) != 1:
        return context({})
    source = named[0][0].text
    account = account_of(source)
    return context({SOURCE_ARN: source} if account is None else {SOURCE_ARN: source, SOURCE_ACCOUNT: account})


def _named(statement: Statement) -> Iterator[Principal]:
    for pattern in statement.principals or ():
        if not statement.not_principal and pattern.kind in (PrincipalKind.AWS, PrincipalKind.SERVICE):
            yield Principal(pattern.kind, pattern.text)
