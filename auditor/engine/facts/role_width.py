"""What of one statement of a role is wider than any need that can be thought of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType

from msgspec.structs import replace

from auditor.engine.fact import Width
from auditor.engine.facts.asking import allowed
from auditor.engine.facts.fresh import ROLE, Home, Wide, fresh, only_looks, wide_actions
from auditor.engine.facts.isolate import isolated
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role, RolePolicy
from auditor.iam.arn import account_of, arn
from auditor.iam.catalogue import Level, action, actions_of, matched_by, minimised
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Effect, Policy, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.keys import condition_keys
from auditor.iam.match.statement import match_action
from auditor.iam.request import Request, aws
from auditor.iam.text import Text, text
from auditor.needs import derive
from auditor.needs.configured import may_have_interfaces, used_by

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action, not a password
_PASSED_TO = "iam:passedtoservice"
_ANY_SERVICE = text("anyservice.amazonaws.com")
_OWNED_BY_LOGS = "logs"
Telling = Callable[[Home], Iterable[tuple[str, Text]]]
"""Requests, as actions and resources, that show how much is open."""
_NAMING = (
    "ec2:subnet",
    "ec2:vpc",
    "ecs:cluster",
    "elasticfilesystem:accesspointarn",
    "kms:requestalias",
    "kms:resourcealiases",
    "lambda:functionarn",
    "s3:dataaccesspointarn",
    "secretsmanager:secretid",
)
"""Keys that name what is acted on, or what it belongs to: a grant tied to one is tied to that."""
_THROUGH = ("kms:viaservice", "kms:encryptioncontext:", "aws:calledvia", "aws:viaawsservice")
"""How the keys begin that tell on behalf of which service a call comes, or for what of it."""
_MOST_TRIED = 8
"""Actions that are tried for a witness where conditions or denials may refuse the first."""


class Found(Frozen):
    """One way in which a statement is wide, and the request that shows it."""

    width: Width
    request: Request
    policies: Policies
    anywhere: bool = True
    any_service: bool = False
    looking: bool = False
    needed: bool = False
    services: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    negated: str = ""
    through: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class _Asked(Frozen):
    """A statement with what bears on it."""

    role: Role
    statement: Statement
    alone: Policies
    home: Home
    limited: bool
    """Conditions, denials or a boundary may refuse what it says."""

    def allows(self, name: str, resource: Text, context: dict[str, tuple[Text, ...]] | None = None) -> Request | None:
        """The request, where the statement surely allows it; with keys that satisfy its conditions,
        those about the resource's tags apart."""
        return allowed(aws(self.role.arn), name, resource, self.alone, context or {}, _NAMING)

    @property
    def actions(self) -> tuple[Text, ...]:
        return tuple(pattern.text for pattern in self.statement.actions)

    @property
    def resources(self) -> tuple[Text, ...]:
        return tuple(pattern.text for pattern in self.statement.resources or ())


def widths(
    role: Role,
    estate: Estate,
    held: RolePolicy,
    document: Policy,
    statement: Statement,
    telling: Telling,
) -> Iterator[Found]:
    """All that is wide of a statement: of actions and resources the widest, and what roles it may
    pass. `telling` are requests that show that much is left by a negation."""
    functions = estate.functions_of(role)
    documents = [policy.policy for policy in role.policies if policy.policy is not None]
    denies = any(other.effect is Effect.DENY for found in documents for other in found.statements)
    asked = _Asked(
        role,
        statement,
        replace(isolated(role, held, document, statement), alone=True),
        _home(role, estate, functions),
        bool(statement.conditions) or denies or role.boundary is not None,
    )
    if statement.not_action or statement.not_resource:
        found = _negation(asked, telling)
        if found is not None:
            yield found
        return
    services = whole_services(asked.actions)
    found = _service(asked, services, telling) if services else None
    found = found or _resource(asked, estate, functions)
    if found is not None:
        yield found
    passing = _pass_role(asked) if "iam" not in services and "*" not in services else None
    if passing is not None:
        yield passing


def _home(role: Role, estate: Estate, functions: Sequence[Function]) -> Home:
    parsed = arn(functions[0].arn) if functions else None
    region = parsed.region if parsed is not None else estate.region
    return Home(estate.partition, region, account_of(role.arn) or estate.account)


def only_logs(statement: Statement) -> bool:
    """Whether a statement is about CloudWatch Logs alone, of which other rules tell."""
    named = [pattern.text.literal for pattern in statement.actions]
    return not statement.not_action and all(name is not None and name.lower().startswith("logs:") for name in named)


@lru_cache(maxsize=4096)
def whole_services(actions: tuple[Text, ...]) -> tuple[str, ...]:
    """The services all of whose actions some of the patterns match, CloudWatch Logs apart; `*` for
    all services."""
    named = [pattern.literal for pattern in actions if pattern.literal is not None and "*" in pattern.literal]
    if any(pattern.strip("*") == "" for pattern in named):
        return ("*",)
    found: dict[str, set[str]] = {}
    for pattern in named:
        found.setdefault(pattern.partition(":")[0].lower(), set()).update(matched_by(pattern))
    return tuple(
        service
        for service, matched in found.items()
        if service != _OWNED_BY_LOGS and matched and matched.issuperset(actions_of(service))
    )


def _service(asked: _Asked, services: tuple[str, ...], telling: Telling) -> Found | None:
    """A whole service: anywhere, or on the resources that are named. None where denials or a boundary leave
    less than half of it."""
    if services == ("*",):
        candidates = list(telling(asked.home))
        refused = tuple(name for name, resource in candidates if asked.allows(name, resource) is None)
        few = 2 * len(refused) > len(candidates)
    else:
        patterns = tuple(text(f"{service}:*") for service in services)
        wide = wide_actions(patterns, asked.resources, False, asked.home)
        left = _still_allowed(asked, wide) if asked.limited else wide
        kept = {one.action.name for one in left}
        refused = minimised(tuple(one.action.name for one in wide if one.action.name not in kept))
        few = 2 * len(left) < len(wide)
        candidates = [(one.action.name, one.resource) for one in left[:_MOST_TRIED]]
        candidates += [(name, text("*")) for service in services for name in _without_resource(service)[:1]]
    if few:
        return None
    for name, resource in candidates:
        request = asked.allows(name, resource)
        if request is not None:
            return Found(Width.SERVICE, request, asked.alone, services=services, refused=refused)
    for resource in asked.resources:
        named = _instance(resource)
        for service in services:
            for name in _on(service, named)[:_MOST_TRIED]:
                request = asked.allows(name, named)
                if request is not None:
                    return Found(Width.SERVICE, request, asked.alone, anywhere=False, services=services)
    return None


@lru_cache(maxsize=512)
def _without_resource(service: str) -> tuple[str, ...]:
    known = (action(name) for name in actions_of(service))
    found = sorted((one.level.rank, one.name) for one in known if one is not None and not one.resources)
    return tuple(name for _, name in found)


def _instance(resource: Text) -> Text:
    """A resource that a pattern matches."""
    return resource.map(lambda part: part.replace("*", "any").replace("?", "a"))


def _on(service: str, resource: Text) -> list[str]:
    """The actions that a service has on resources of this form, the most dangerous first."""
    parsed = arn(resource)
    if parsed is None or parsed.service.literal not in (None, service):
        return [] if service != "*" or parsed is None else _on(str(parsed.service), resource)
    known = (action(name) for name in actions_of(service))
    listed = sorted((one.level.rank, one.name) for one in known if one is not None and one.resources)
    return [name for _, name in listed]


def _resource(asked: _Asked, estate: Estate, functions: Sequence[Function]) -> Found | None:
    """Actions that take a resource, on one that nobody names."""
    found = wide_actions(asked.actions, asked.resources, False, asked.home)
    in_vpc = not functions or any(map(may_have_interfaces, functions))
    needs = [need for function in functions for need in derive(function, estate)]
    used = used_by(needs, in_vpc=in_vpc)
    always = used_by((), in_vpc=in_vpc)
    owned = [one for one in found if not _is_owned(one.action.name) and one.action.name not in always]
    if asked.limited:
        owned = _still_allowed(asked, owned)
    if not owned:
        return None
    request = asked.allows(owned[0].action.name, owned[0].resource)
    if request is None:
        return None
    through = _through(asked, request)
    looking = all(only_looks(one.action) for one in owned)
    told = owned if looking else [one for one in owned if not only_looks(one.action)]
    return Found(
        Width.RESOURCE,
        request,
        asked.alone,
        looking=looking,
        needed=not through and all(one.action.name in used for one in owned),
        actions=minimised(tuple(one.action.name for one in told)),
        through=through,
    )


def _through(asked: _Asked, request: Request) -> tuple[str, ...]:
    """The keys without which a request is refused, of those that tell on whose behalf it is made."""
    keys = tuple(key for key in sorted(request.context) if key.startswith(_THROUGH))
    without = {key: value for key, value in request.context.items() if key not in keys}
    plain = replace(request, context=MappingProxyType(without))
    return () if decide(plain, asked.alone).allowed else keys


def _is_owned(name: str) -> bool:
    """Whether another rule tells about an action."""
    return name.startswith(f"{_OWNED_BY_LOGS}:") or name == PASS_ROLE


def _still_allowed(asked: _Asked, found: Sequence[Wide]) -> list[Wide]:
    """Those that conditions, denials and a boundary leave. Conditions are asked for one action alone of a
    level and of those that the same other statements match: they seldom tell these apart."""
    if not condition_keys(asked.alone):
        return [one for one in found if asked.allows(one.action.name, one.resource) is not None]
    others = [statement for _, statement in asked.alone.statements() if statement is not asked.statement]
    answers: dict[tuple[Level, tuple[bool, ...]], bool] = {}
    left: list[Wide] = []
    for one in found:
        alike = (one.action.level, tuple(not match_action(other, one.action.name).no for other in others))
        if alike not in answers:
            answers[alike] = asked.allows(one.action.name, one.resource) is not None
        if answers[alike]:
            left.append(one)
    return left


def _pass_role(asked: _Asked) -> Found | None:
    """Which roles may be passed, and to which services."""
    if not match_action(asked.statement, PASS_ROLE).yes:
        return None
    another = fresh(ROLE, asked.home)
    anything: dict[str, tuple[Text, ...]] = {_PASSED_TO: (_ANY_SERVICE,)}
    request = asked.allows(PASS_ROLE, another, anything)
    if request is not None:
        return Found(Width.PASSING, request, asked.alone, any_service=True)
    request = asked.allows(PASS_ROLE, another)
    if request is not None:
        return Found(Width.PASSING, request, asked.alone)
    for resource in asked.resources:
        request = asked.allows(PASS_ROLE, _instance(resource), anything)
        if request is not None and resource != asked.role.arn:
            return Found(Width.PASSING, request, asked.alone, anywhere=False, any_service=True)
    return None


def _negation(asked: _Asked, telling: Telling) -> Found | None:
    """What a statement leaves that says what it does not allow."""
    negated = "NotAction" if asked.statement.not_action else "NotResource"
    candidates = list(telling(asked.home))
    if not asked.statement.not_action:
        wide = wide_actions(asked.actions, asked.resources, True, asked.home)
        candidates = [(one.action.name, one.resource) for one in wide[:_MOST_TRIED]]
    for resource in asked.resources if not asked.statement.not_resource else ():
        named = _instance(resource)
        candidates += [(name, named) for name in _on("*", named)[:_MOST_TRIED]]
    for name, resource in candidates:
        request = asked.allows(name, resource)
        if request is not None:
            return Found(Width.NEGATION, request, asked.alone, negated=negated)
    return None
