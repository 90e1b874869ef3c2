"""Facts about the ways by which a role can raise its own rights.

A path is decided on what the role's policies allow together, by requests that the path is made of:
what nobody names stands for what a stranger to the policies would pick.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from auditor.engine.fact import RolePath
from auditor.engine.facts.asking import allowed
from auditor.engine.facts.concrete import concrete
from auditor.engine.facts.escalation import BOUNDARY_PATHS, ELSEWHERE, PATHS, On, Path, Step
from auditor.engine.facts.fresh import ROLE, Home, fresh
from auditor.engine.facts.log_grant import is_for_lambda, place_of
from auditor.engine.facts.strength import Strength
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role
from auditor.iam.arn import account_of, arn
from auditor.iam.catalogue import action
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Effect, Pattern, Policy, Statement
from auditor.iam.match.statement import match_action
from auditor.iam.origin import Origin
from auditor.iam.request import Request, aws
from auditor.iam.text import Text, text
from auditor.needs.deciding import without_doubts

_POLICY = "arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}"
_PASSED_TO = "iam:passedtoservice"
_GIVEN = "iam:policyarn"
_GIVING = frozenset(("iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy"))
_BOUNDED = "iam:permissionsboundary"
_FREELY = frozenset(("iam:CreateRole",))
_ADMINISTRATOR = "iam::aws:policy/AdministratorAccess"
_ACTIONS = tuple(dict.fromkeys(step.action for path in PATHS for step in path.steps))


def role_paths(role: Role, estate: Estate, admin: Collection[Statement], strength: Strength) -> Iterator[RolePath]:
    """One fact for each path that is open to a role of a function. Statements that allow everything
    (`admin`) are left out: they need no path."""
    if estate.functions_of(role) or is_for_lambda(role):
        yield from paths_of(role, estate, admin, strength)


def paths_of(role: Role, estate: Estate, admin: Collection[Statement], strength: Strength) -> Iterator[RolePath]:
    """The same for a role whatever it is for."""
    holder = _without(role, admin)
    possible = _possible(holder)
    stronger = strength.reached_from(role)
    if not possible and stronger is None:
        return
    asking = _Asking(holder, estate, strength)
    function = estate.only_function_of(role)
    opened: set[str] = set()
    for path in PATHS:
        if path.name.removesuffix(ELSEWHERE) not in opened and all(step.action in possible for step in path.steps):
            found = asking.opens(path)
            if found is not None:
                opened.add(path.name)
                yield _fact(estate, role, path, found, asking.policies, function)
    if stronger is not None and not admin:
        request, policies, target = stronger
        chain = Path("AssumeRole-chain", f"assume role `{target.title}`, which is stronger", (Step("sts:AssumeRole"),))
        yield _fact(estate, role, chain, [request], policies, function)


def _fact(
    estate: Estate, role: Role, path: Path, requests: Sequence[Request], policies: Policies, function: Function | None
) -> RolePath:
    deciding = [decide(request, policies).statements for request in requests]
    statements = tuple(dict.fromkeys(d.statement for found in deciding for d in found if d.policy != "resource"))
    places = list(dict.fromkeys(_place(role, statement) for statement in statements)) or [role.origin]
    made = concrete(requests[-1], policies)
    return RolePath(
        estate=estate,
        origin=places[0],
        related=tuple(places[1:]),
        witness=made.request,
        witness_in=made.policies,
        values=made.values,
        role=role,
        function=function,
        path=path.name,
        title=path.title,
        actions=tuple(step.action for step in path.steps),
        direct=path.direct,
        statements=statements,
    )


def _place(role: Role, statement: Statement) -> Origin:
    for held in role.policies:
        if held.policy is not None and any(s.origin == statement.origin for s in held.policy.statements):
            return place_of(statement, held)
    return statement.origin


def _without(role: Role, admin: Collection[Statement]) -> Role:
    """The role without the statements that allow everything."""
    if not admin:
        return role

    def kept(policy: Policy | None) -> Policy | None:
        if policy is None:
            return None
        return replace(policy, statements=tuple(s for s in policy.statements if s not in admin))

    return replace(role, policies=tuple(replace(held, policy=kept(held.policy)) for held in role.policies))


def _possible(role: Role) -> frozenset[str]:
    """The actions of all paths that some statement of the role may allow."""
    found: set[str] = set()
    for held in role.policies:
        for statement in held.policy.statements if held.policy is not None else ():
            if statement.effect is Effect.ALLOW:
                found |= _matched(tuple(pattern.text for pattern in statement.actions), statement.not_action)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _matched(actions: tuple[Text, ...], negated: bool) -> frozenset[str]:
    statement = Statement(Effect.ALLOW, tuple(map(Pattern, actions)), not_action=negated)
    return frozenset(name for name in _ACTIONS if not match_action(statement, name).no)


class _Asking:
    """What the policies of a role allow of the steps of paths, each asked once."""

    def __init__(self, role: Role, estate: Estate, strength: Strength) -> None:
        self.role = role
        self.estate = estate
        self.strength = strength
        held = [policy.deciding for policy in role.policies]
        bounds = role.boundary is not None and not role.boundary.unread
        self.policies = Policies(
            identity=tuple(without_doubts(policy) for policy in held if policy is not None),
            boundaries=(role.boundary,) if bounds and role.boundary is not None else (),
            alone=True,
        )
        functions = estate.functions_of(role)
        parsed = arn(functions[0].arn) if functions else None
        region = parsed.region if parsed is not None else estate.region
        self.home = Home(estate.partition, region, account_of(role.arn) or estate.account)
        self._patterns = [
            pattern.text
            for policy in held
            for statement in (policy.statements if policy is not None else ())
            if statement.effect is Effect.ALLOW and not statement.not_resource
            for pattern in statement.resources or ()
            if any(sign in str(pattern.text) for sign in "*?") and pattern.text.literal != "*"
        ]
        self._asked: dict[Step, Request | None] = {}

    def opens(self, path: Path) -> list[Request] | None:
        """The requests of a path, where all of its steps are allowed."""
        if path.name in BOUNDARY_PATHS and self.role.boundary is None:
            return None
        found: list[Request] = []
        made = [step for step in path.steps if step.on is On.NEW]
        for step in path.steps:
            if step.on is not On.NEW:
                request = self._step(step)
                if request is None:
                    return None
                found.append(request)
        built = self._built(made)
        return None if built is None else [*built, *found]

    def _built(self, steps: Sequence[Step]) -> list[Request] | None:
        """The requests of steps on things that the path makes: those of one kind are one thing."""
        kinds: dict[str, list[Step]] = {}
        for step in steps:
            for template in _templates(step.action):
                kinds.setdefault(template, []).append(step)
        found: list[Request] = []
        for template, alike in kinds.items():
            answer = None
            for resource in self._names(template):
                requests = [self._ask(step.action, resource) for step in alike]
                if all(request is not None for request in requests):
                    answer = [request for request in requests if request is not None]
                    break
            if answer is None:
                return None
            found += answer
        return found

    def _names(self, template: str) -> Iterator[Text]:
        """Things of a kind: one that nobody names, and one for each pattern that is about the kind."""
        if not template:
            yield text("*")
            return
        unnamed = fresh(template, self.home)
        yield unnamed
        begins = ":".join(template.split(":", 5)[2:3])
        for pattern in self._patterns:
            parsed = arn(pattern)
            if parsed is not None and parsed.service.literal == begins:
                yield pattern.map(lambda part: part.replace("*", "any").replace("?", "a"))

    def _step(self, step: Step) -> Request | None:
        if step not in self._asked:
            self._asked[step] = next(filter(None, self._tries(step)), None)
        return self._asked[step]

    def _tries(self, step: Step) -> Iterator[Request | None]:
        name = step.action
        match step.on:
            case On.OWN_ROLE:
                yield self._ask(name, self.role.arn)
            case On.OWN_POLICY:
                for held in self.role.policies:
                    if held.attachment is Attachment.MANAGED and held.arn is not None:
                        yield self._ask(name, held.arn)
            case On.POLICY:
                yield self._ask(name, fresh(_POLICY, self.home))
            case On.ASSUMED:
                yield self._ask(name, fresh(ROLE, self.home))
            case On.PASSED:
                yield self._ask(name, fresh(ROLE, self.home), step.passed_to)
                for other in self.estate.roles:
                    if other.key != self.role.key and self.strength.takes(other, step.passed_to):
                        yield self._ask(name, other.arn, step.passed_to)
            case On.FUNCTION:
                yield self._any(name)
                for function in self.estate.functions:
                    # What is published cannot be changed.
                    published = function.version is not None
                    if function.role is None or function.role == self.role.key or published:
                        continue
                    request = self._ask(name, function.arn)
                    if request is not None and self.strength.adds(function.role, self.role):
                        yield request
            case On.ANY | On.NEW:
                yield self._any(name)

    def _any(self, name: str) -> Request | None:
        """A request on things that nobody names: on each kind that the action requires, else on one."""
        known = action(name)
        templates = _templates(name)
        requests = [self._ask(name, fresh(template, self.home) if template else text("*")) for template in templates]
        if known is not None and any(acted.required for acted in known.resources):
            return requests[0] if all(request is not None for request in requests) else None
        return next(filter(None, requests), None)

    def _ask(self, name: str, resource: Text, passed_to: str = "") -> Request | None:
        context: dict[str, tuple[Text, ...]] = {}
        if passed_to:
            context[_PASSED_TO] = (text(passed_to),)
        if name in _GIVING:
            context[_GIVEN] = (text("arn:", self.home.partition, ":", _ADMINISTRATOR),)
        # What is asked of a role with a boundary is not asked of this one, nor of one that it makes to be free.
        lacking = (_BOUNDED,) if self.role.boundary is None or name in _FREELY else ()
        return allowed(aws(self.role.arn), name, resource, self.policies, context, lacking)


@lru_cache(maxsize=512)
def _templates(name: str) -> tuple[str, ...]:
    """The kinds of things that an action is asked about: those that it requires, else all that it
    takes; an empty one for an action that takes none."""
    known = action(name)
    if known is None or not known.resources:
        return ("",)
    return tuple(acted.arn for acted in known.resources if acted.required) or tuple(a.arn for a in known.resources)
