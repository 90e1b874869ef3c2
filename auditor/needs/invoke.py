"""Who must be able to invoke a function: its Lex hooks and other event sources."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.function import Function, Hook, Invoker
from auditor.iam.arn import account_of
from auditor.iam.request import Request, context, service
from auditor.iam.text import Text, text
from auditor.needs.need import Need, NeedKind

INVOKE = "lambda:InvokeFunction"


def invoke_needs(function: Function) -> Iterator[Need]:
    """One need for each hook and invoker. Lex sends aws:SourceArn (Lex V1: the intent's ARN with
    its version; Lex V2: the bot alias's) and the account inside it as aws:SourceAccount."""
    for hook in function.hooks:
        yield _need(
            function, hook.generation.service, hook.source_arn, account_of(hook.source_arn), hook.qualifier, hook
        )
    for invoker in function.invokers:
        account = invoker.source_account
        yield _need(function, invoker.service, invoker.source_arn, account, invoker.qualifier, invoker)


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
