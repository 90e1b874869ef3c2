"""What a statement of a function's policy allows beyond invoking the function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from auditor.engine.fact import InvokeGrant, Reach
from auditor.engine.facts.concrete import concrete
from auditor.engine.facts.exact_sources import sources
from auditor.iam.arn import account_of
from auditor.iam.catalogue import actions_of, resources_of
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Policy, PrincipalPattern, Statement
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.match.principal import account_named
from auditor.iam.match.statement import match_action
from auditor.iam.request import ANONYMOUS, Context, Principal, PrincipalKind, Request, aws, context
from auditor.iam.text import text
from auditor.needs.invoke import INVOKE

_INVOKING = frozenset(("lambda:invokefunction", "lambda:invokefunctionurl", "lambda:invokeasync"))
_TELLING = "lambda:UpdateFunctionCode"


def beyond_invoking(grant: InvokeGrant, alone: Policy, principal: PrincipalPattern) -> Iterator[InvokeGrant]:
    """The same grant as a fact about its actions, with a witness of one that is not invoking, where it
    allows invoking too."""
    statement = alone.statements[0]
    if match_action(statement, INVOKE).no:
        return
    named = actions_beyond(statement)
    if not named:
        return
    for request in _requests(grant, principal):
        made = concrete(request, Policies(alone, callers_allow=True), grant.values)
        asked = (replace(made.request, action=action) for action in named)
        allowed = [request for request in asked if decide(request, made.policies).allowed]
        if allowed:
            yield replace(
                grant,
                beyond=tuple(request.action for request in allowed),
                reach=Reach.NONE,
                witness=allowed[0],
                witness_in=made.policies,
                values=made.values,
                key_absent=False,
                never_matches=False,
                undetermined="",
                optional_guard="",
            )
            return


def actions_beyond(statement: Statement) -> tuple[str, ...]:
    """The actions on a function, other than invoking it, that a statement names."""
    others = (action for action in function_actions() if action.lower() not in _INVOKING)
    return tuple(action for action in others if match_action(statement, action).yes)


def _requests(grant: InvokeGrant, principal: PrincipalPattern) -> Iterator[Request]:
    """Requests that the grant may allow, but for the action."""
    if grant.witness is not None:
        yield grant.witness
    yield from (need.request for need in grant.serves)
    assert grant.function is not None, "a grant is about a function"
    resource = grant.function.arn
    match principal.kind:
        case PrincipalKind.SERVICE:
            caller = Principal(PrincipalKind.SERVICE, principal.text)
            yield from (Request(caller, INVOKE, resource, sent) for sent in _sent(grant.statement))
        case PrincipalKind.ANYONE:
            yield Request(ANONYMOUS, INVOKE, resource)
        case PrincipalKind.AWS:
            account = account_named(principal.text)
            whole = text("arn:aws:iam::", account, ":role/anyone") if account is not None else principal.text
            yield Request(aws(whole), INVOKE, resource)
        case PrincipalKind.FEDERATED | PrincipalKind.CANONICAL_USER:
            return


def _sent(statement: Statement) -> Iterator[Context]:
    """What a service may send to meet a statement's conditions on its source, and nothing."""
    for source in sources(statement):
        named = source.map(lambda part: part.replace("*", "1"))
        account = account_of(named)
        yield context({SOURCE_ARN: named} if account is None else {SOURCE_ARN: named, SOURCE_ACCOUNT: account})
    yield context({})


@lru_cache(maxsize=1)
def function_actions() -> tuple[str, ...]:
    """Lambda's actions that take a function, its version or alias, changing its code first. A layer's
    policy and an event source mapping's are others."""
    taking = [action for action in actions_of("lambda") if any(map(_is_function, resources_of(action)))]
    return tuple(sorted(taking, key=lambda action: (action != _TELLING, action)))


def _is_function(form: str) -> bool:
    """Whether the ARN of a catalogue's resource is that of a function, and of nothing below one."""
    return form.split(":")[5] == "function" and "/" not in form
