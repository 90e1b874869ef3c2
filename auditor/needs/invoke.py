"""Who must be able to invoke a function: its Lex hooks and other event sources."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.estate.function import Function, Hook, Invoker
from auditor.estate.service import Authority, Service, SourceAccount
from auditor.estate.services import service_row
from auditor.iam.arn import account_of, arn
from auditor.iam.keys import SOURCE_ACCOUNT
from auditor.iam.request import Principal, PrincipalKind, Request, context, service
from auditor.iam.text import Text, text
from auditor.needs.need import Need, NeedKind

INVOKE = "lambda:InvokeFunction"


def invoke_needs(function: Function) -> Iterator[Need]:
    """One need for each hook and invoker. Lex sends aws:SourceArn (Lex V1: the intent's ARN with
    its version; Lex V2: the bot alias's) and the account inside it as aws:SourceAccount. Of the other
    services the table tells what they send."""
    for hook in function.hooks:
        yield _need(
            function, hook.generation.service, hook.source_arn, account_of(hook.source_arn), hook.qualifier, hook
        )
    for invoker in function.invokers:
        row = service_row(invoker.service)
        if row.authority is Authority.POLICY:
            account = _source_account(row, invoker, function)
            need = _need(function, invoker.service, invoker.source_arn, account, invoker.qualifier, invoker)
            unsent: frozenset[str] = (
                frozenset((SOURCE_ACCOUNT,)) if row.account is SourceAccount.REFUSED else frozenset()
            )
            yield replace(need, unsent=unsent, instead=_regional(need, row))


def _source_account(row: Service, invoker: Invoker, function: Function) -> Text | None:
    """The account that a service sends for a source: where its ARN names none and nothing else tells,
    the function's own."""
    told = account_of(invoker.source_arn) if invoker.source_arn is not None else None
    match row.account:
        case SourceAccount.REFUSED:
            return None
        case SourceAccount.UNKNOWN:
            return invoker.source_account
        case SourceAccount.OPTIONAL:
            return invoker.source_account or told
        case SourceAccount.NEEDED:
            return invoker.source_account or told or account_of(function.arn)


def _regional(need: Need, row: Service) -> Request | None:
    """The same request by the service's name in the function's region, which it may call as too."""
    parsed = arn(need.function.arn)
    if not row.regional or parsed is None:
        return None
    name, _, suffix = row.principal.partition(".")
    called = Principal(PrincipalKind.SERVICE, text(f"{name}.", parsed.region, f".{suffix}"))
    return replace(need.request, principal=called)


def _need(
    function: Function,
    service_name: str,
    source_arn: Text | None,
    source_account: Text | None,
    qualifier: Text | None,
    caller: Hook | Invoker,
) -> Need:
    sent = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_account}
    request = Request(
        service(service_name),
        INVOKE,
        qualified(function, qualifier),
        context({key: value for key, value in sent.items() if value is not None}),
    )
    return Need(NeedKind.INVOKE, function, request, (caller.origin,), caller)


def qualified(function: Function, qualifier: Text | None) -> Text:
    """The ARN that a call with this qualifier names."""
    return function.arn if qualifier is None else text(function.arn, ":", qualifier)
