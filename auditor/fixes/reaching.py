"""Whether a change of policies lets anything new in, needs apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.engine.facts.concrete import named_values
from auditor.engine.facts.worlds import World, worlds
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.fixes.narrow import as_pattern, permission_for
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import ANY_RESOURCE, fill_question
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies
from auditor.iam.document import Policy, PolicyKind, Statement
from auditor.iam.filling import fill_policies, policies_texts, request_texts
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, aws, service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, Text, text
from auditor.needs import NeedKind, derive
from auditor.needs.assume import ASSUME_ROLE, LAMBDA
from auditor.needs.deciding import role_policies


def function_escapes(old: Function, new: Function, estate: Estate) -> str:
    """What `new` lets in that neither `old` nor a need of the function does; empty for nothing."""
    policy = old.resource_policy or Policy(PolicyKind.RESOURCE)
    changed = new.resource_policy or Policy(PolicyKind.RESOURCE)
    needed = [permission_for(need) for need in derive(old, estate) if need.kind is NeedKind.INVOKE]
    before = Policies(policy.with_statements((*policy.statements, *needed)), callers_allow=True)
    after = Policies(changed, callers_allow=True)
    targets = (old.arn, text(old.arn, ":any"), *(p.text for s in changed.statements for p in s.resources or ()))
    names = [t for n in derive(old, estate) for t in (old.name, *request_texts(n.request))]
    place = (account_of(old.arn) or estate.account, _region(old, estate))
    for world in _worlds(*place, after, before):
        arns = tuple(target.fill(world.fill) for target in targets)
        question = Question(_principals(changed.statements, world), None, Domain(arns, arns))
        came = _told(after, before, question, world, names)
        if came:
            return came
    return ""


def _region(function: Function, estate: Estate) -> Text:
    parsed = arn(function.arn)
    return parsed.region if parsed is not None else estate.region


def role_escapes(old: Role, new: Role, estate: Estate) -> str:
    """What the role can do in `new` that it could not in `old` and does not need; empty for nothing."""
    needs = [n for f in estate.functions_of(old) for n in derive(f, estate) if n.kind is NeedKind.LOGS]
    needed = [
        allow((n.request.action,), [as_pattern(r.resource) for r in (n.request, n.instead) if r is not None])
        for n in needs
    ]
    names = [t for n in needs for t in (n.function.name, *request_texts(n.request))]
    held, after = role_policies(old), role_policies(new)
    before = Policies(None, (*held.identity, policy_of(PolicyKind.IDENTITY, needed)), held.boundaries)
    for world in _worlds(account_of(old.arn) or estate.account, estate.region, after, before):
        question = Question((aws(old.arn.fill(world.fill)),), None, ANY_RESOURCE)
        came = _told(after, before, question, world, names)
        if came:
            return came
    return ""


def trust_escapes(old: Role, new: Role, estate: Estate) -> str:
    """Who can assume the role in `new` that could not in `old`, Lambda apart; empty for nothing."""
    policy, changed = old.trust or Policy(PolicyKind.TRUST), new.trust or Policy(PolicyKind.TRUST)
    needed = allow((ASSUME_ROLE,), None, (service(LAMBDA),))
    before = Policies(policy.with_statements((*policy.statements, needed)), callers_allow=True)
    after = Policies(changed, callers_allow=True)
    for world in _worlds(account_of(old.arn) or estate.account, estate.region, after, before):
        target = old.arn.fill(world.fill)
        question = Question(_principals(changed.statements, world), None, Domain((target,), (target,)))
        came = _told(after, before, question, world)
        if came:
            return came
    return ""


def _worlds(account: Text, region: Text, after: Policies, before: Policies) -> Sequence[World]:
    return worlds(account, region, (*policies_texts(after), *policies_texts(before)))


def _told(after: Policies, before: Policies, question: Question, world: World, names: Iterable[Text] = ()) -> str:
    """Ask in one world. Holes in `names`, and holes that hold one name, are the same on both sides
    whatever they are, so a value may stand for them."""
    held = {hole for name in names for hole in name.holes if not hole.each}
    held |= {hole for t in policies_texts(before) for hole in t.holes if hole.type is not HoleType.ANYTHING}
    values = {**named_values(hole for hole in held if not hole.each), **world.values}
    answer = escape(
        fill_policies(after, values.get), fill_policies(before, values.get), fill_question(question, values.get)
    )
    if answer.outcome is Outcome.NONE:
        return ""
    if answer.outcome is Outcome.UNDETERMINED:
        return f"whether it lets anything new in cannot be told: {answer.reason}"
    assert answer.request is not None, "FOUND has a request"
    return f"it would let `{answer.request.principal}` do `{answer.request.action}`, which nothing needs"


def _principals(statements: Iterable[Statement], world: World) -> tuple[Principal, ...]:
    """Everyone the statements name, and strangers."""
    stranger = aws(f"arn:aws:iam::{world.foreign_account}:role/anyone")
    return tuple(dict.fromkeys((*_named(statements, world), ANONYMOUS, stranger, service("anyservice.amazonaws.com"))))


def _named(statements: Iterable[Statement], world: World) -> Iterator[Principal]:
    for statement in statements:
        for principal in statement.principals or ():
            if principal.kind is not PrincipalKind.ANYONE:
                yield Principal(principal.kind, principal.text.fill(world.fill))
