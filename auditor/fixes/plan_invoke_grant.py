"""Narrowing or removing a statement of a function's resource policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.engine.fact import Caller, InvokeGrant, Reach
from auditor.estate.function import Function, LexGeneration
from auditor.fixes.candidate import Candidate, TakeOut
from auditor.fixes.operation import AddPermission
from auditor.fixes.plan_invoke_need import additions
from auditor.fixes.render.replacement import from_terraform
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Operator, Pattern
from auditor.iam.request import service
from auditor.iam.statements import allow
from auditor.iam.text import text
from auditor.needs import Need, NeedKind, decide_need, derive, granting
from auditor.needs.invoke import INVOKE
from auditor.needs.services import LEX_V2, service_row

_NO_SOURCE_ACCOUNT = ("sns.amazonaws.com", "events.amazonaws.com")
"""Services that send no source account: a condition on it would refuse every call."""


def plan_invoke_grant(fact: InvokeGrant, rule: str) -> Iterator[Candidate]:
    """The narrowest first: the exact callers, then the bots of the estate, then the account."""
    if fact.function is None:
        return
    if fact.crossed:
        yield _crossed(fact)
        return
    if rule == "lex-v1-retired":
        yield from _retired(fact)
        return
    served = list(fact.serves) or (_meant_for(fact) if fact.never_matches else _perhaps_served(fact))
    if served:
        yield from _narrowed(fact, served)
    elif fact.never_matches or (fact.callers_known and not _may_serve_the_other_generation(fact)):
        assumptions = () if fact.never_matches else _not_described(fact)
        yield Candidate("Remove the permission, which serves nothing", _removal(fact), assumptions)
    if not fact.callers_known and fact.caller is Caller.SERVICE:
        yield from _bound_to_bots(fact)
        yield from _bound_to_account(fact)
    if fact.caller is not Caller.SERVICE and not served:
        assumption = f"nobody relies on `{fact.principal}` being able to invoke the function"
        yield Candidate("Remove the statement", _removal(fact), (assumption,))
    yield _advice(fact)


def _advice(fact: InvokeGrant) -> Candidate:
    """What to write, where nothing here tells what calls the function."""
    forms = [form.template.replace("{", "<").replace("}", ">") for form in service_row(fact.service).forms]
    named = f"a source ARN of the form `{forms[0]}`" if forms else "the event source token"
    what = named if fact.service else "the one principal or source that has to call"
    return Candidate(
        "Name what calls the function",
        advice=f"what calls the function is not known here: give the permission {what}, or say it to the audit "
        "(`hooks` or `invokers`) and a fix can be proved",
    )


def _may_serve_the_other_generation(fact: InvokeGrant) -> bool:
    """Lex's two principals may each stand for both generations: a hook of the other one that
    nothing else serves may rest on this grant."""
    hooks = fact.function.hooks if fact.function is not None else ()
    return fact.lex and any(hook.generation.service != fact.service for hook in hooks)


def _not_described(fact: InvokeGrant) -> tuple[str, ...]:
    """Of a function that is known by name alone, not all needs are known."""
    assert fact.function is not None, "plan_invoke_grant looked"
    name = fact.function.name
    if fact.function.described:
        return ()
    if name.holes:
        return (f"no function that `{name}` may turn out to be needs the permission",)
    return (f"nothing outside of what was read calls `{name}`, which is known by name alone",)


def _removal(fact: InvokeGrant) -> tuple[TakeOut, ...]:
    assert fact.function is not None, "plan_invoke_grant looked"
    return (TakeOut(fact.function, fact.statement, frozenset((fact.principal,))),)


def _free_id(function: Function, base: str) -> str:
    used = {str(s.sid) for s in function.resource_policy or () if s.sid is not None}
    return next(name for n in range(1, len(used) + 2) if (name := base if n == 1 else f"{base}-{n}") not in used)


def _narrowed(fact: InvokeGrant, served: list[Need]) -> Iterator[Candidate]:
    """One narrow permission for each caller that the wide one serves."""
    hooks = "the one hook that uses it" if len(served) == 1 else f"the {len(served)} hooks that use it"
    what = hooks if fact.lex else "exactly what needs it"
    closed = fact.callers_known and fact.caller is Caller.SERVICE
    assumption = f"nothing else invokes the function through `{fact.principal}`"
    several_blocks = len(served) > 1
    yield Candidate(
        f"Bind the permission to {what}",
        (*additions(served), *_removal(fact)),
        _not_described(fact) if closed else (assumption,),
        gap=several_blocks and from_terraform(fact.estate),
    )


def _perhaps_served(fact: InvokeGrant) -> list[Need]:
    """The needs of which it is not known whether the statement allows them: it stands on an ARN, say,
    that may be the function's."""
    assert fact.function is not None, "plan_invoke_grant looked"
    policy = fact.function.resource_policy
    if policy is None:
        return []
    alone = Policies(policy.with_statements((replace(fact.statement, uncertain=""),)))
    return [need for need in _needs(fact) if not decide_need(need, alone).denied]


def _meant_for(fact: InvokeGrant) -> list[Need]:
    """The denied needs of a dead grant's principal."""
    return [need for need in _needs(fact) if decide_need(need, granting(need, fact.estate)).denied]


def _needs(fact: InvokeGrant) -> Iterator[Need]:
    """The function's needs of the grant's principal."""
    assert fact.function is not None, "plan_invoke_grant looked"
    for need in derive(fact.function, fact.estate):
        if need.kind is NeedKind.INVOKE and str(need.request.principal.value) == fact.principal:
            yield need


def _bound_to_bots(fact: InvokeGrant) -> Iterator[Candidate]:
    """The V2 bots of the estate that call some function, with any alias: which alias calls is not
    known, nor that it is this function."""
    bots = [b for b in fact.estate.bots if b.generation is LexGeneration.V2 and b.id is not None and b.code_hooks]
    if fact.service != LEX_V2 or not bots or fact.function is None:
        return
    function, estate = fact.function, fact.estate
    account = account_of(function.arn) or estate.account
    adding = []
    for bot in bots:
        assert bot.id is not None, "chosen above"
        source = text("arn:", estate.partition, ":lex:", estate.region, ":", account, ":bot-alias/", bot.id, "/*")
        statement = allow(
            (INVOKE,),
            (fact.statement.resources[0].text if fact.statement.resources else function.arn,),
            (service(LEX_V2),),
            {("ArnLike", "AWS:SourceArn"): (source,), ("StringEquals", "AWS:SourceAccount"): (account,)},
        )
        name = f"LexV2-{bot.address.rpartition('.')[2]}" if bot.address else "LexV2-bot"
        adding.append(AddPermission(function, statement, _free_id(function, name)))
    listed = ", ".join(f"`{bot.name}`" for bot in bots)
    assumption = f"the bots of this configuration ({listed}) are the ones that call the function"
    yield Candidate(f"Bind the permission to {listed}", (*adding, *_removal(fact)), (assumption,))


def _bound_to_account(fact: InvokeGrant) -> Iterator[Candidate]:
    """The same permission for sources of the own account alone."""
    if fact.reach not in (Reach.ANY_ACCOUNT, Reach.ORGANISATION) or fact.service in _NO_SOURCE_ACCOUNT:
        return
    assert fact.function is not None, "plan_invoke_grant looked"
    account = account_of(fact.function.arn) or fact.estate.account
    bound = Condition(Operator("StringEquals"), text("AWS:SourceAccount"), (Pattern(account),))
    mine = tuple(p for p in fact.statement.principals or () if str(p.text) == fact.principal)
    conditions = (*fact.statement.conditions, bound)
    statement = replace(fact.statement, principals=mine, conditions=conditions, sid=None)
    named = _free_id(fact.function, f"{fact.service.partition('.')[0]}-own-account")
    yield Candidate(
        "Bind the permission to this account",
        (AddPermission(fact.function, statement, named), *_removal(fact)),
        (f"what calls through `{fact.service}` is in this account and the service sends its account",),
    )


def _crossed(fact: InvokeGrant) -> Candidate:
    return Candidate(
        "Check which principal the bot calls with",
        advice=f"{fact.why_never}. Look at the bot: Lex V2 calls as `lexv2.amazonaws.com` and names a bot alias, "
        "Lex V1 calls as `lex.amazonaws.com` and names an intent. Grant the one that calls, then remove this one",
    )


def _retired(fact: InvokeGrant) -> Iterator[Candidate]:
    hooks = fact.function.hooks if fact.function is not None else ()
    if fact.serves or any(hook.generation is LexGeneration.V1 for hook in hooks):
        yield Candidate(
            "Move the bot to Lex V2",
            advice="Lex V1 ended on 2025-09-15. Once the bot is there, let `lexv2.amazonaws.com` invoke the function "
            "for the bot's alias, then remove this permission",
        )
        return
    yield Candidate(
        "Remove the permission", _removal(fact), ("no Lex V1 bot calls the function: the service ended on 2025-09-15",)
    )
