"""Facts about the Allow statements of a function's resource policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from auditor.engine.fact import Caller, Generation, InvokeGrant, Reach
from auditor.engine.facts.beyond import beyond_invoking, function_actions
from auditor.engine.facts.callers import (
    Ground,
    anyone_ladder,
    named_ladder,
    own_domains,
    service_ladder,
    through_a_network,
)
from auditor.engine.facts.dead_grant import why_dead
from auditor.engine.facts.exact_sources import named_sources
from auditor.engine.facts.guard import optional_guard
from auditor.engine.facts.isolate import isolate, named_by
from auditor.engine.facts.reach import Judged, Rung, climb, mildest
from auditor.engine.facts.sent_sources import SentSources, lex_forms, look_at_sources
from auditor.engine.facts.strangers import NETWORK_KEYS, accounts_fitting
from auditor.engine.facts.worlds import World, accounts_in, worlds
from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function, Hook, Invoker, LexGeneration
from auditor.estate.service import Authority, Narrowest, Service, SourceAccount
from auditor.estate.services import LEX_V1, LEX_V2, SERVICES, general_name, service_row
from auditor.iam.access import Domain
from auditor.iam.access.question import each
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Effect, Policy, PolicyKind, PrincipalPattern, Statement
from auditor.iam.filling import fill_policies, fill_policy, fill_request, policies_texts, request_texts, statement_texts
from auditor.iam.keys import SOURCE_ARN, condition_keys
from auditor.iam.match.principal import account_named, principal_account
from auditor.iam.match.statement import match_action
from auditor.iam.request import PrincipalKind, Request, aws, service
from auditor.iam.statements import allow, exactly, policy_of
from auditor.iam.text import HoleType, Text, text
from auditor.needs import Need, NeedKind, derive_everywhere
from auditor.needs.invoke import INVOKE

_ANY_REGION = text("*")
_LEX = {LEX_V1: Generation.V1, LEX_V2: Generation.V2}


def invoke_grants(function: Function, estate: Estate) -> Iterator[InvokeGrant]:
    """One fact for each Allow statement and each principal that it names."""
    policy = function.resource_policy
    if policy is None:
        return
    needs = tuple(need for need in derive_everywhere(function, estate) if need.kind is NeedKind.INVOKE)
    for statement in policy.statements:
        if statement.effect is Effect.ALLOW:
            for principal in named_by(statement):
                alone = isolate(policy, statement, principal)
                grant = _grant(function, estate, alone, statement, principal, needs)
                yield grant
                yield from beyond_invoking(grant, alone, principal)


def _grant(
    function: Function,
    estate: Estate,
    alone: Policy,
    statement: Statement,
    principal: PrincipalPattern,
    needs: Sequence[Need],
) -> InvokeGrant:
    name = principal.text.literal or str(principal.text)
    caller = _caller(principal)
    lex = caller is Caller.SERVICE and name in _LEX
    known = _callers_known(function, name)
    there = worlds(_account(function, estate), _region(function, estate), policies_texts(Policies(alone)))
    judged = mildest((world, _judge(function, estate, alone, principal, needs, world, known)) for world in there)
    serves = tuple(need for need in needs if _serves(alone, need))
    row = _row(name) if caller is Caller.SERVICE else None
    seen = SentSources()
    if row is not None and (_lex_may_be_dead(row, serves) if lex else _may_be_dead(row, statement, judged, serves)):
        seen = look_at_sources(alone.statements[0], alone, row, function.arn, estate)
    elif row is None and judged.reach is Reach.NONE and not judged.undetermined and not serves:
        why = why_dead(alone, function.arn, estate, there)
        seen = SentSources(never=bool(why), why=why)
    return InvokeGrant(
        estate=estate,
        origin=statement.origin,
        witness=judged.witness,
        witness_in=judged.policies,
        values=judged.values,
        function=function,
        undetermined=judged.undetermined,
        key_absent=judged.key_absent and not seen.never,
        statement=statement,
        caller=caller,
        principal=name,
        service=name if caller is Caller.SERVICE else _service_of(judged.witness),
        lex=lex,
        generation=_LEX.get(name, Generation.NONE),
        reach=judged.reach,
        crossed=seen.crossed,
        never_matches=seen.never,
        why_never=seen.why,
        callers_known=known,
        serves=serves,
        narrowest=row.narrowest if row is not None else Narrowest.SOURCE,
        before_source=row is not None and bool(serves) and _before_source(row, estate),
        by_role=row is not None and row.authority is Authority.ROLE,
        verified=row is None or row.verified,
        optional_guard=_guard(judged),
    )


def _before_source(row: Service, estate: Estate) -> bool:
    """In a template a bucket holds the ARN of what it calls, and is refused without the permission."""
    return row.account is SourceAccount.NEEDED and estate.kind is SourceKind.CLOUDFORMATION


def _service_of(witness: Request | None) -> str:
    """The service that a grant for everyone lets in, where that is who the witness shows."""
    if witness is None or witness.principal.kind is not PrincipalKind.SERVICE:
        return ""
    return str(witness.principal.value)


def _lex_may_be_dead(row: Service, serves: Sequence[Need]) -> bool:
    return not any(_is_of_its_own(need, row.principal) for need in serves)


def _may_be_dead(row: Service, statement: Statement, judged: Judged, serves: Sequence[Need]) -> bool:
    """Whether to look if any source satisfies a statement for a service of which something is known: not
    where a need or a witness does."""
    listed = row.forms and general_name(row.principal) in SERVICES
    return bool(listed and statement.conditions) and judged.reach is Reach.NONE and not serves


def _guard(judged: Judged) -> str:
    policy = judged.policies.resource if judged.policies is not None else None
    if judged.witness is None or policy is None or judged.reach not in _WIDE:
        return ""
    return optional_guard(policy, judged.witness)


_WIDE = (Reach.ANYONE, Reach.ANY_ACCOUNT, Reach.SOME_ACCOUNTS, Reach.SAME_NAME, Reach.ORGANISATION, Reach.OTHER_ACCOUNT)


def _serves(policy: Policy, need: Need) -> bool:
    forms = (request for request in (need.request, need.instead) if request is not None)
    return any(decide(request, Policies(policy)).allowed for request in forms)


def _is_of_its_own(need: Need, principal: str) -> bool:
    """Whether a need is a call with the kind of source that a Lex principal's own generation
    names: a grant that serves it can match."""
    kind = ":intent:" if principal == LEX_V1 else ":bot-alias/"
    return any(kind in str(source) for source in need.request.context.get(SOURCE_ARN, ()))


def _caller(principal: PrincipalPattern) -> Caller:
    match principal.kind:
        case PrincipalKind.ANYONE:
            return Caller.ANYONE
        case PrincipalKind.SERVICE:
            return Caller.SERVICE
        case PrincipalKind.AWS | PrincipalKind.CANONICAL_USER:
            return Caller.AWS
        case PrincipalKind.FEDERATED:
            return Caller.FEDERATED


def _account(function: Function, estate: Estate) -> Text:
    return account_of(function.arn) or estate.account


def _region(function: Function, estate: Estate) -> Text:
    parsed = arn(function.arn)
    return parsed.region if parsed is not None else estate.region


def _callers_known(function: Function, name: str) -> bool:
    """Whether all that calls through a principal is known. Lex V1's principal is known to be
    used for V2 bots too, so both generations count for it where one is known to call."""
    if name == LEX_V1:
        return LexGeneration.V1 in function.hooks_known
    if name == LEX_V2:
        return LexGeneration.V2 in function.hooks_known
    return function.invokers_known or general_name(name) in function.services_known


def _judge(
    function: Function,
    estate: Estate,
    alone: Policy,
    principal: PrincipalPattern,
    needs: Sequence[Need],
    world: World,
    known: bool,
) -> Judged:
    if principal.text.hole is not None and principal.kind is PrincipalKind.ANYONE:
        return Judged(undetermined=f"principal `{principal.text}` is not known")
    if principal.kind in (PrincipalKind.FEDERATED, PrincipalKind.CANONICAL_USER):
        # Providers sign in to roles alone, and canonical users are Amazon S3's.
        return Judged()
    new = Policies(fill_policy(alone, world.fill), callers_allow=True)
    ground = _ground(function, estate, new, needs, world)
    if principal.kind is PrincipalKind.SERVICE:
        name = principal.text.literal
        if name is None:
            return Judged(undetermined=f"principal `{principal.text}` is not known")
        return _judge_service(_row(name), function, new, ground, known)
    if principal.kind is PrincipalKind.ANYONE:
        return _judge_anyone(function, new, ground, known)
    return _judge_named(principal.text.fill(world.fill), new, ground)


def _ground(function: Function, estate: Estate, new: Policies, needs: Sequence[Need], world: World) -> Ground:
    statement = next(s for _, s in new.statements() if s.effect is Effect.ALLOW)
    own = function.arn.fill(world.fill)
    targets = [p.text for p in statement.resources or () if not any(c in str(p.text) for c in "*?")]
    likely = tuple(dict.fromkeys((*targets, own, text(own, ":live"))))
    arns = Domain((*likely, text(own, ":", each(HoleType.NAME, "qualifier"))), likely)
    names = {hole for n in needs for t in (n.function.name, *request_texts(n.request)) for hole in t.holes}
    asked = (*needs, *(crossed for need in needs if (crossed := _crossed(need)) is not None))
    needed, anywhere = (fill_policies(needs_policy(some), world.fill) for some in (asked, map(_in_any_region, asked)))
    serves = any(decide(fill_request(need.request, world.fill), new).allowed for need in asked)
    return Ground(
        world,
        estate.partition,
        _actions(statement),
        arns,
        condition_keys(new),
        needed,
        tuple(statement for _, statement in anywhere.statements()) if serves else (),
        frozenset(names),
    )


def _crossed(need: Need) -> Need | None:
    """What Lex may ask as its other principal: it is not known which of the two calls for a bot."""
    other = {LEX_V1: LEX_V2, LEX_V2: LEX_V1}.get(str(need.request.principal.value))
    return None if other is None else replace(need, request=replace(need.request, principal=service(other)))


def _in_any_region(need: Need) -> Need:
    source = need.request.value("aws:SourceArn")
    parsed = arn(source[0]) if source else None
    if parsed is None:
        return need
    sent = {**need.request.context, "aws:sourcearn": (replace(parsed, region=_ANY_REGION).text,)}
    return replace(need, request=replace(need.request, context=MappingProxyType(sent)))


def _actions(statement: Statement) -> tuple[str, ...]:
    """Invoking; and where the statement allows something else instead, each action on a function
    that it does, changing its code first."""
    if not match_action(statement, INVOKE).no:
        return (INVOKE,)
    return (INVOKE, *(action for action in function_actions() if match_action(statement, action).yes))


def needs_policy(needs: Iterable[Need]) -> Policies:
    """INVOKE needs as the policy that would allow them and nothing else, on any qualifier."""
    statements = []
    for need in needs:
        sent = need.request.value("aws:SourceArn")
        within = need.caller.within if isinstance(need.caller, Invoker) else None
        sources = (within,) if within is not None else tuple(map(exactly, sent or ()))
        account = need.request.value("aws:SourceAccount")
        bound = bool(account) and within is not None and _is_any_source(within, need)
        conditions = {("ArnLikeIfExists" if bound else "ArnLike", "aws:SourceArn"): sources} if sources else {}
        if account:
            conditions[("StringEquals" if bound else "StringEqualsIfExists", "aws:SourceAccount")] = account
        callers = [request.principal for request in (need.request, need.instead) if request is not None]
        statements.append(allow((need.request.action,), (text("*"),), callers, conditions))
    return Policies(policy_of(PolicyKind.RESOURCE, statements))


def _is_any_source(within: Text, need: Need) -> bool:
    """Whether a permission for a need can name no source, but only the account: AWS makes up the name
    of the source, and only after it has looked at the permission."""
    parsed = arn(within)
    if parsed is None:
        return False
    home = {"partition": parsed.partition, "region": parsed.region, "account": parsed.account}
    forms = service_row(str(need.request.principal.value)).forms
    return any(form.text(lambda part: home.get(part, text("*"))) == within for form in forms)


def _row(name: str) -> Service:
    """What a service sends; Lex's two principals may each stand for both generations."""
    row = service_row(name)
    return replace(row, forms=lex_forms(name)) if name in _LEX else row


def _judge_service(row: Service, function: Function, new: Policies, ground: Ground, known: bool) -> Judged:
    outside = climb(new, service_ladder(row, ground, _foreign_accounts(new, ground)))
    if outside.reach is not Reach.NONE or not row.forms:
        return outside
    inside = climb(new, _own_ladder(row, function, new, ground, known))
    return inside if inside.reach is not Reach.NONE or inside.undetermined else outside


def _foreign_accounts(new: Policies, ground: Ground) -> list[str]:
    """The accounts, not the own one, that a statement names."""
    named = accounts_in(text for _, s in new.statements() for text in statement_texts(s))
    return [account for account in named if account != ground.world.account]


def _own_ladder(row: Service, function: Function, new: Policies, ground: Ground, known: bool) -> Iterator[Rung]:
    """Inside the own account: everything of a kind, then single sources that nothing needs, then
    other aliases of a bot that is needed, then what is needed, from other regions."""
    caller, domains = service(row.principal), own_domains(row, ground)
    # A configuration that names one event source of a service need not hold them all.
    complete = known and (row.principal in _LEX or function.invokers_known)
    statement = next(s for _, s in new.statements() if s.effect is Effect.ALLOW)

    def everything_in(source: Text) -> Statement:
        return allow(("*",), (text("*"),), (caller,), {("ArnLike", "aws:SourceArn"): (source,)})

    named = [everything_in(source) for source in named_sources(statement, anywhere=not complete)]
    bots = [
        everything_in(text("arn:*:lex:*:*:bot-alias/", hook.bot.fill(ground.world.fill), "/*"))
        for hook in function.hooks
        if isinstance(hook, Hook) and hook.bot is not None
    ]
    yield from ground.rungs(Reach.ACCOUNT, caller, domains, *named, *bots, *ground.elsewhere)
    if complete:
        yield from ground.rungs(Reach.ORPHAN, caller, domains, *bots, *ground.elsewhere)
        yield from ground.rungs(Reach.BOT, caller, domains, *ground.elsewhere)
        yield from ground.rungs(Reach.ELSEWHERE, caller, domains)


def _judge_anyone(function: Function, new: Policies, ground: Ground, known: bool) -> Judged:
    foreign = _foreign_accounts(new, ground)
    fitting = accounts_fitting(new, (*foreign, ground.world.account))
    answers = [climb(new, anyone_ladder(ground, foreign, tuple(fitting)))]
    if answers[0].reach is not Reach.NONE:
        return answers[0]
    for name in dict.fromkeys((*SERVICES, *_named_services(new))):
        row = _row(name)
        if row.forms:
            answers.append(_judge_service(row, function, new, ground, known))
    widest = min(answers, key=lambda answer: list(Reach).index(answer.reach))
    if widest.reach is Reach.NONE and ground.keys.intersection(NETWORK_KEYS):
        answers.append(_through_a_network(new, ground))
    return next((a for a in answers if a.undetermined), widest) if widest.reach is Reach.NONE else widest


def _named_services(new: Policies) -> Iterator[str]:
    """The services that a statement for everyone asks for by a condition."""
    for _, statement in new.statements():
        for condition in statement.conditions:
            if str(condition.key).lower() == "aws:principalservicename":
                yield from (value.text.literal for value in condition.values if value.text.literal)


def _through_a_network(new: Policies, ground: Ground) -> Judged:
    """Whose a VPC or its endpoint is, its id does not tell."""
    if climb(new, through_a_network(ground)).reach is Reach.NONE:
        return Judged()
    named = next(key for key in NETWORK_KEYS if key in ground.keys)
    return Judged(undetermined=f"who can call from the network that the condition on `{named}` names is not known")


def _judge_named(named: Text, new: Policies, ground: Ground) -> Judged:
    """A principal by its ARN or account. In the own account identity policies decide anyway, so
    a grant there opens nothing to anyone else."""
    account = principal_account(named)
    if account is None or account.literal is None:
        return Judged(undetermined=f"the account of `{named}` is not known")
    if account.literal == ground.world.account:
        return Judged()
    whole = account_named(named) is not None
    principal = aws(f"arn:aws:iam::{account.literal}:role/anyone") if whole else aws(named)
    return climb(new, named_ladder(principal, ground))
