"""Narrowing or removing a statement of a function's resource policy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from auditor.engine.fact import Caller, InvokeGrant, Reach
from auditor.engine.facts.beyond import actions_beyond
from auditor.estate.function import TEST_ALIAS, Function, Hook, LexGeneration
from auditor.estate.service import Narrowest, Service, SourceAccount
from auditor.estate.services import LEX_V2, service_row
from auditor.fixes.candidate import Candidate, Change, TakeOut
from auditor.fixes.narrow import plain_id
from auditor.fixes.operation import AddPermission
from auditor.fixes.plan_invoke_need import additions, is_for_tests, tested
from auditor.fixes.render.replacement import from_terraform
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Operator, Pattern, Statement
from auditor.iam.keys import SOURCE_ARN
from auditor.iam.request import service
from auditor.iam.statements import allow
from auditor.iam.text import Text, text
from auditor.needs import Need, NeedKind, decide_need, derive, granting
from auditor.needs.invoke import INVOKE, invoke_needs


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
    if rule == "function-url-public":
        yield Candidate(
            "Ask the callers of the URL for a signature",
            advice="set the URL's authorization type to `AWS_IAM` and remove the permissions for everyone; or put an "
            "API or a distribution with its own limits before the function",
        )
        return
    if fact.beyond:
        yield _invoking_alone(fact)
        return
    if fact.by_role and not fact.serves:
        assumption = f"`{fact.principal}` calls the function with a role, as it does, and nothing else through this"
        yield Candidate("Remove the permission, which the service does not use", _removal(fact), (assumption,))
        return
    served = list(fact.serves) or (_meant_for(fact) if fact.never_matches else _perhaps_served(fact))
    if served:
        mine = [need for need in served if need.caller in (*fact.function.hooks, *fact.function.invokers)]
        if mine and len(mine) < len(served):
            # What another template calls with may be let in by a permission over there.
            yield from _narrowed(fact, mine)
        yield from _narrowed(fact, served)
    elif fact.never_matches or (fact.callers_known and not _may_serve_the_other_generation(fact)):
        assumptions = () if fact.never_matches else (*_not_described(fact), *_not_complete(fact), *_not_tested(fact))
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
    row = service_row(fact.service)
    if row.narrowest is Narrowest.KEY:
        return Candidate(
            "Name the skill that calls the function",
            advice="the service sends no source ARN and no account: give the permission the skill's id as its event "
            "source token (`EventSourceToken`, in Terraform `event_source_token`)",
        )
    forms = [form.template.replace("{", "<").replace("}", ">") for form in row.forms]
    named = f"a source ARN of the form `{forms[0]}`" if forms else "the event source token"
    what = named if fact.service else "the one principal or source that has to call"
    return Candidate(
        "Name what calls the function",
        advice=f"what calls the function is not known here: give the permission {what}, or say it to the audit "
        "(`hooks` or `invokers`) and a fix can be proved",
    )


def _invoking_alone(fact: InvokeGrant) -> Candidate:
    """The same permission for invoking and nothing else. A service does nothing else."""
    assert fact.function is not None, "plan_invoke_grant looked"
    mine = tuple(p for p in fact.statement.principals or () if str(p.text) == fact.principal)
    statement = _for_invoking(replace(fact.statement, principals=mine, sid=None))
    named = _free_id(fact.function, f"{plain_id(text(fact.principal.partition('.')[0]))}-invoke")
    assumption = f"`{fact.principal}` only has to invoke the function"
    return Candidate(
        "Allow invoking and nothing else",
        (AddPermission(fact.function, statement, named), *_removal(fact)),
        () if fact.caller is Caller.SERVICE else (assumption,),
    )


def _for_invoking(statement: Statement) -> Statement:
    """The statement without what it allows beyond invoking."""
    if not actions_beyond(statement):
        return statement
    return replace(statement, actions=(Pattern(text(INVOKE)),), not_action=False)


def _may_serve_the_other_generation(fact: InvokeGrant) -> bool:
    """Lex's two principals may each stand for both generations: a hook of the other one that
    nothing else serves may rest on this grant."""
    hooks = fact.function.hooks if fact.function is not None else ()
    return fact.lex and any(hook.generation.service != fact.service for hook in hooks)


def _not_described(fact: InvokeGrant) -> tuple[str, ...]:
    """Of a function that is known by name alone, not all needs are known."""
    assert fact.function is not None, "plan_invoke_grant looked"
    name, elsewhere = fact.function.name, fact.function.elsewhere
    if fact.function.described or (elsewhere is not None and elsewhere.described):
        return ()
    if name.holes:
        return (f"no function that `{name}` may turn out to be needs the permission",)
    return (f"nothing outside of what was read calls `{name}`, which is known by name alone",)


def _not_complete(fact: InvokeGrant) -> tuple[str, ...]:
    """Of a service, the event sources of one configuration need not be all that call."""
    function = fact.function
    if fact.lex or function is None or function.invokers_known:
        return ()
    return (f"no event source outside of what was read calls through `{fact.principal}`",)


def _not_tested(fact: InvokeGrant) -> tuple[str, ...]:
    """The console calls the test alias of a bot, whatever the configuration says."""
    sources = (c.values for c in fact.statement.conditions if c.key.map(str.lower).literal == SOURCE_ARN)
    if any(str(value.text).endswith(f"/{TEST_ALIAS}") for values in sources for value in values):
        return (f"nobody tests the bot through its test alias `{TEST_ALIAS}`",)
    return ()


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
    terraform = from_terraform(fact.estate)
    assumptions = _not_described(fact) if closed else (assumption,)
    among = ", the test alias among them" if any(map(is_for_tests, served)) and len(served) > 1 else ""
    title = f"Bind the permission to {what}"
    narrow: tuple[Change, ...] = (*additions(served), *_removal(fact))
    yield Candidate(title + among, narrow, assumptions, gap=len(served) > 1 and terraform)
    tests = list(_test_aliases(served))
    if tests:
        wider: tuple[Change, ...] = (*additions([*served, *tests]), *_removal(fact))
        yield Candidate(f"{title}, and to the test alias", wider, (*assumptions, *tested(tests)), gap=terraform)


def _test_aliases(served: list[Need]) -> Iterator[Need]:
    """The needs that the test aliases of the same bots would have, where nothing says that they call."""
    hooks = [need.caller for need in served if isinstance(need.caller, Hook)]
    known = {hook.bot for hook in hooks if hook.for_tests}
    for need, hook in zip(served, hooks, strict=False):
        source = arn(hook.source_arn)
        if hook.bot is None or hook.bot in known or source is None or hook.generation is not LexGeneration.V2:
            continue
        known.add(hook.bot)
        resource = text("bot-alias/", hook.bot, "/", TEST_ALIAS)
        name = text(hook.bot, "/", TEST_ALIAS)
        sent = replace(source, resource=resource).text
        test = replace(hook, source_arn=sent, name=name, alias=TEST_ALIAS)
        (made,) = invoke_needs(replace(need.function, hooks=(test,), invokers=()))
        yield replace(made, function=need.function)


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
    row = service_row(fact.service)
    if fact.reach not in (Reach.ANY_ACCOUNT, Reach.SAME_NAME, Reach.ORGANISATION) or not row.forms:
        return
    assert fact.function is not None, "plan_invoke_grant looked"
    bound = _own_account(fact, row)
    if bound is None:
        return
    mine = tuple(p for p in fact.statement.principals or () if str(p.text) == fact.principal)
    conditions = (*(c for c in fact.statement.conditions if not _follows(c, bound)), bound)
    statement = _for_invoking(replace(fact.statement, principals=mine, conditions=conditions, sid=None))
    named = _free_id(fact.function, f"{fact.service.partition('.')[0]}-own-account")
    sends = "" if row.account is SourceAccount.NEEDED else " and the service sends its account"
    alone = ", and to invoking" if actions_beyond(fact.statement) else ""
    yield Candidate(
        f"Bind the permission to this account{alone}",
        (AddPermission(fact.function, statement, named), *_removal(fact)),
        (f"what calls through `{fact.service}` is in this account{sends}",),
    )


def _follows(condition: Condition, bound: Condition) -> bool:
    """Whether a condition that passes without its key says no more than `bound`, which needs it."""
    same_key = condition.key.map(str.lower) == bound.key.map(str.lower)
    same_values = [value.text for value in condition.values] == [value.text for value in bound.values]
    return same_key and same_values and condition.operator == replace(bound.operator, if_exists=True)


def _own_account(fact: InvokeGrant, row: Service) -> Condition | None:
    """The condition that binds a permission to the own account: by the source account where the
    service is known to send it, else by the account in the source ARN, where nothing names one yet."""
    assert fact.function is not None, "plan_invoke_grant looked"
    account = account_of(fact.function.arn) or fact.estate.account
    if row.account in (SourceAccount.NEEDED, SourceAccount.OPTIONAL) or not row.verified:
        return Condition(Operator("StringEquals"), text("AWS:SourceAccount"), (Pattern(account),))
    if any(c.key.map(str.lower).literal == SOURCE_ARN for c in fact.statement.conditions) or not row.tells_account:
        return None
    known = {"partition": fact.estate.partition, "account": account, "region": _region(fact)}
    sources = (form.text(lambda part: known.get(part, text("*"))) for form in row.forms)
    return Condition(Operator("ArnLike"), text("AWS:SourceArn"), tuple(Pattern(_shortened(s)) for s in sources))


def _region(fact: InvokeGrant) -> Text:
    parsed = arn(fact.function.arn) if fact.function is not None else None
    return parsed.region if parsed is not None else fact.estate.region


def _shortened(pattern: Text) -> Text:
    """A pattern with one wildcard where several stand behind one another."""
    return pattern.map(lambda part: _STARS.sub("*", part))


_STARS = re.compile(r"\*(?:[/:]\*)+$")


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
