"""Facts about what a role's statements let it do in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from msgspec.structs import replace

from auditor.engine.fact import LogGrant, Reach
from auditor.engine.facts.concrete import OWN_REGION
from auditor.engine.facts.fresh import only_looks
from auditor.engine.facts.isolate import isolated
from auditor.engine.facts.reach import Judged, Rung, climb, made_concrete, mildest
from auditor.engine.facts.worlds import World, worlds
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.known import known_of
from auditor.iam.access.question import each
from auditor.iam.arn import account_of, arn
from auditor.iam.catalogue import action, actions_of
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Effect, Pattern, Policy, PolicyKind, Statement
from auditor.iam.filling import fill_policies, policies_texts
from auditor.iam.keys import condition_keys
from auditor.iam.match.statement import match_action
from auditor.iam.origin import Origin
from auditor.iam.request import aws
from auditor.iam.statements import allow, exactly, policy_of
from auditor.iam.text import HoleType, Text, text
from auditor.needs.logs import CREATE_GROUP, CREATE_STREAM, PUT_EVENTS, WRITING, group_arn

_TELLING = ("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutSubscriptionFilter", "logs:GetLogEvents")
_INSIGHTS = "/aws/lambda-insights"
"""The group that Lambda Insights writes for every function that has its layer. Lambda@Edge writes
`/aws/lambda/us-east-1.NAME` in each region where it runs a function."""
_OTHER_GROUP = "another-application"
_OTHER_FUNCTION = "/aws/lambda/another-function"


def log_grants(role: Role, estate: Estate) -> Iterator[LogGrant]:
    """For each Allow statement one fact for each excess: groups, further actions, and creating a
    group that the estate manages."""
    functions = estate.functions_of(role)
    if functions or is_for_lambda(role):
        yield from grants_of(role, estate, functions)


def grants_of(role: Role, estate: Estate, functions: Sequence[Function]) -> Iterator[LogGrant]:
    """The same for a role whatever it is for; `functions` are those that run with it."""
    for policy in role.policies:
        if policy.policy is None:
            continue
        for statement in policy.policy.statements:
            if statement.effect is Effect.ALLOW and _touched(statement):
                yield from _facts(role, estate, policy, policy.policy, statement, functions)


def place_of(statement: Statement, held: RolePolicy) -> Origin:
    """Where a statement is written in the sources; for one of AWS's, where it is attached."""
    return statement.origin if statement.origin.file or held.attachment is not Attachment.AWS_MANAGED else held.origin


def is_for_lambda(role: Role) -> bool:
    """Whether Lambda is among whom a role without a function trusts."""
    return role.trust is not None and any(
        str(p.text) == "lambda.amazonaws.com" for s in role.trust.statements for p in s.principals or ()
    )


def _touched(statement: Statement) -> tuple[str, ...]:
    """The actions of CloudWatch Logs that a statement may allow."""
    return _matched(tuple(pattern.text for pattern in statement.actions), statement.not_action)[0]


@lru_cache(maxsize=1024)
def _matched(actions: tuple[Text, ...], negated: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The actions of CloudWatch Logs that action patterns may match, and those besides writing
    that they surely do."""
    statement = Statement(Effect.ALLOW, tuple(map(Pattern, actions)), not_action=negated)
    may = tuple(name for name in (*WRITING, *_others()) if not match_action(statement, name).no)
    return may, tuple(name for name in _others() if match_action(statement, name).yes)


def _further(statement: Statement) -> tuple[str, ...]:
    """The actions of CloudWatch Logs besides writing that a statement allows."""
    return _matched(tuple(pattern.text for pattern in statement.actions), statement.not_action)[1]


@lru_cache(maxsize=1024)
def _only_looks(actions: tuple[str, ...]) -> bool:
    return all(known is not None and only_looks(known) for known in map(action, actions))


@lru_cache(maxsize=1)
def _others() -> tuple[str, ...]:
    """Every other action of CloudWatch Logs, those that destroy or reveal logs first."""
    others = [name for name in actions_of("logs") if name not in WRITING]
    return tuple(sorted(others, key=lambda a: (_TELLING.index(a) if a in _TELLING else len(_TELLING), a)))


def _facts(
    role: Role,
    estate: Estate,
    held: RolePolicy,
    document: Policy,
    statement: Statement,
    functions: Sequence[Function],
) -> Iterator[LogGrant]:
    new = isolated(role, held, document, statement)

    def fact(judged: Judged, beyond: tuple[str, ...] = (), creates: bool = False) -> LogGrant:
        return LogGrant(
            estate=estate,
            origin=place_of(statement, held),
            witness=judged.witness,
            witness_in=judged.policies,
            values=judged.values,
            role=role,
            function=estate.only_function_of(role),
            undetermined=judged.undetermined,
            statement=statement,
            policy=held,
            reach=judged.reach,
            aws_managed=held.attachment is Attachment.AWS_MANAGED,
            creates_managed_group=creates,
            beyond_writing=beyond,
            looking=bool(beyond) and _only_looks(beyond),
            groups=tuple(dict.fromkeys(str(f.log_group.name) for f in functions if f.log_group is not None)),
        )

    groups = _groups(role, estate, new, statement, functions)
    if groups.reach is not Reach.NONE or groups.undetermined:
        yield fact(groups)
    beyond = _beyond(role, new, statement)
    if beyond is not None:
        yield fact(beyond, beyond=_further(statement))
    creates = _creates(role, estate, new, functions)
    if creates is not None:
        yield fact(creates, creates=True)


def _groups(role: Role, estate: Estate, new: Policies, statement: Statement, functions: Sequence[Function]) -> Judged:
    """Which groups beyond the own ones the statement lets the role write."""
    texts = [*policies_texts(new), role.arn]
    account = account_of(role.arn) or estate.account
    judged = mildest(
        (
            world,
            climb(
                fill_policies(new, world.fill),
                _ladder(role, estate, statement, functions, world, _known(role, new, world)),
            ),
        )
        for world in worlds(account, _region(functions, estate), texts)
    )
    return _about_the_group(judged)


def _known(role: Role, new: Policies, world: World) -> Mapping[str, Domain]:
    return MappingProxyType(known_of(aws(role.arn.fill(world.fill)), sorted(condition_keys(new))))


def _about_the_group(judged: Judged) -> Judged:
    """CreateLogGroup names a group and no stream: the witness too, where that is allowed as well."""
    request, policies = judged.witness, judged.policies
    if request is None or policies is None or request.action != CREATE_GROUP:
        return judged
    group = text(str(request.resource).partition(":log-stream:")[0])
    for resource in (group, text(group, ":log-stream:")):
        shown = replace(request, resource=resource)
        if decide(shown, policies).allowed:
            return replace(judged, witness=shown)
    return judged


def _region(functions: Sequence[Function], estate: Estate) -> Text:
    parsed = arn(functions[0].arn) if functions else None
    return parsed.region if parsed is not None else estate.region


def _ladder(
    role: Role,
    estate: Estate,
    statement: Statement,
    functions: Sequence[Function],
    world: World,
    known: Mapping[str, Domain],
) -> Iterator[Rung]:
    groups = [exactly(group_arn(f, f.log_group, estate)) for f in functions if f.log_group is not None]
    own = [group.fill(world.fill) for group in groups]
    own += [text(f"arn:*:logs:*:*:log-group:{_INSIGHTS}")]
    own += [
        text("arn:*:logs:*:*:log-group:/aws/lambda/us-east-1.", exactly(f.name).fill(world.fill)) for f in functions
    ]
    if not functions:
        own += [group for p in statement.resources or () if (group := _named_group(p.text)) is not None]
    names = [text("arn:*:logs:*:*:log-group:", parsed.resource.split(":")[1]) for g in own if (parsed := arn(g))]
    here = (estate.partition, world.region, world.account)

    def ask(domain: Domain) -> Question:
        caller = aws(role.arn.fill(world.fill))
        return Question((caller,), (PUT_EVENTS, CREATE_STREAM, CREATE_GROUP), domain, known)

    fresh = _domain(*here, text(_OTHER_GROUP), _OTHER_GROUP)
    held = frozenset(hole for group in own for hole in group.holes)
    yield Rung(Reach.ANY_GROUP, ask(fresh), _only(own), held)
    name = each(HoleType.SEGMENT, "group")
    yield Rung(Reach.LAMBDA_GROUPS, ask(_domain(*here, text(name), _OTHER_FUNCTION)), _only(names), held)
    anywhere = (estate.partition, text(each(HoleType.REGION)), world.account)
    yield Rung(Reach.LAMBDA_GROUPS, ask(_domain(*anywhere, text(name), _OTHER_FUNCTION)), _only(names), held)
    yield Rung(Reach.ELSEWHERE, ask(_domain(*anywhere, text(name), _OTHER_FUNCTION)), _only(own), held)


def _named_group(resource: Text) -> Text | None:
    """The group that a resource names without wildcards, in any region and account."""
    parsed = arn(resource)
    if parsed is None or not parsed.resource.startswith("log-group:"):
        return None
    name = parsed.resource.split(":")[1]
    return None if any(c in str(name) for c in "*?") else text("arn:*:logs:*:*:log-group:", name)


def _domain(partition: Text, region: Text | str, account: str, name: Text, likely: str) -> Domain:
    """Streams of a group, and the group itself. No stream's name has a colon (CreateLogStream)."""
    prefix = text("arn:", partition, ":logs:", region, ":", account, ":log-group:")
    forms = (
        text(prefix, name, ":log-stream:", each(HoleType.SEGMENT, "stream")),
        text(prefix, name, ":log-stream:"),
        text(prefix, name),
    )
    place = region if isinstance(region, str) else "eu-west-1"
    shown = text("arn:", partition, ":logs:", place, ":", account, ":log-group:", likely, ":log-stream:any")
    return Domain(forms, (shown,))


def _only(groups: Sequence[Text]) -> Policies:
    """Writing these groups and nothing else."""
    resources = [resource for group in groups for resource in (group, text(group, ":*"))]
    return Policies(identity=(policy_of(PolicyKind.IDENTITY, [allow(WRITING, resources)] if resources else []),))


def _beyond(role: Role, new: Policies, statement: Statement) -> Judged | None:
    """A request that does more in CloudWatch Logs than write."""
    actions = _further(statement)
    if not actions:
        return None
    own = account_of(role.arn) or text("*")
    prefix = text("arn:aws:logs:", each(HoleType.REGION), ":", own, ":")
    group = text("arn:aws:logs:", OWN_REGION, ":", own, ":log-group:", _OTHER_GROUP)
    likely = (group, text(group, ":log-stream:any"), text("*"))
    anything = Domain((text(prefix, "log-group:", each(HoleType.ANYTHING)), text("*")), likely)
    known = MappingProxyType(known_of(aws(role.arn), sorted(condition_keys(new))))
    question = Question((aws(role.arn),), actions, anything, known)
    answer = escape(new, Policies(), question)
    if answer.outcome is not Outcome.FOUND or answer.request is None:
        return None
    return made_concrete(Judged(witness=answer.request, policies=new))


def _creates(role: Role, estate: Estate, new: Policies, functions: Sequence[Function]) -> Judged | None:
    """A request that creates a group which the estate makes."""
    if not functions or any(f.log_group is None or f.log_group.managed is not True for f in functions):
        return None
    for function in functions:
        assert function.log_group is not None, "looked at above"
        group = group_arn(function, function.log_group, estate)
        for resource in (group, text(group, ":log-stream:")):
            one = Domain((resource,), (resource,))
            known = MappingProxyType(known_of(aws(role.arn), sorted(condition_keys(new)), resource))
            answer = escape(new, Policies(), Question((aws(role.arn),), (CREATE_GROUP,), one, known))
            if answer.outcome is Outcome.FOUND and answer.request is not None:
                return made_concrete(Judged(witness=answer.request, policies=new))
    return None
