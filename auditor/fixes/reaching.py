"""Whether a change of policies lets anything new in, needs apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.fixes.narrow import as_pattern, permission_for
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each
from auditor.iam.decide import Policies
from auditor.iam.document import Policy, PolicyKind, Statement
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, aws, service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, text
from auditor.needs import NeedKind, derive
from auditor.needs.deciding import role_policies
from auditor.needs.invoke import INVOKE

_STRANGER = aws("arn:aws:iam::444455556666:role/anyone")


def function_escapes(old: Function, new: Function, estate: Estate) -> str:
    """What `new` lets in that neither `old` nor a need of the function does; empty for nothing."""
    policy, changed = old.resource_policy, new.resource_policy
    if changed is None:
        return ""
    needed = [permission_for(need) for need in derive(old, estate) if need.kind is NeedKind.INVOKE]
    before = (*(policy.statements if policy is not None else ()), *needed)
    arns = (old.arn, text(old.arn, ":any"), *(p.text for s in changed.statements for p in s.resources or ()))
    question = Question(_principals(changed.statements), _actions(changed.statements, INVOKE), Domain(arns, arns))
    return _told(Policies(changed, callers_allow=True), Policies(_merged(policy, before), callers_allow=True), question)


def role_escapes(old: Role, new: Role, estate: Estate) -> str:
    """What the role can do in `new` that it could not in `old` and does not need; empty for nothing."""
    needs = [n for f in estate.functions_of(old) for n in derive(f, estate) if n.kind is NeedKind.LOGS]
    needed = [
        allow((n.request.action,), [as_pattern(r.resource) for r in (n.request, n.instead) if r is not None])
        for n in needs
    ]
    before = role_policies(old)
    changed = role_policies(new)
    statements = [s for _, s in changed.statements()]
    anything = Domain((text(each(HoleType.ANYTHING)),))
    question = Question((aws(old.arn),), _actions(statements, "logs:PutLogEvents"), anything)
    with_needs = Policies(
        identity=(*before.identity, policy_of(PolicyKind.IDENTITY, needed)), boundaries=before.boundaries
    )
    return _told(changed, with_needs, question)


def trust_escapes(old: Role, new: Role) -> str:
    """Who can assume the role in `new` that could not in `old`, Lambda apart; empty for nothing."""
    if new.trust is None:
        return ""
    needed = allow(("sts:AssumeRole",), None, (service("lambda.amazonaws.com"),))
    before = (*(old.trust.statements if old.trust is not None else ()), needed)
    target = Domain((old.arn,), (old.arn,))
    question = Question(_principals(new.trust.statements), _actions(new.trust.statements, "sts:AssumeRole"), target)
    return _told(
        Policies(new.trust, callers_allow=True), Policies(_merged(old.trust, before), callers_allow=True), question
    )


def _merged(policy: Policy | None, statements: Sequence[Statement]) -> Policy:
    return (policy or Policy(PolicyKind.RESOURCE)).with_statements(tuple(statements))


def _told(new: Policies, old: Policies, question: Question) -> str:
    answer = escape(new, old, question)
    if answer.outcome is Outcome.NONE:
        return ""
    if answer.outcome is Outcome.UNDETERMINED:
        return f"whether it lets anything new in cannot be told: {answer.reason}"
    assert answer.request is not None, "FOUND has a request"
    return f"it would let `{answer.request.principal}` do `{answer.request.action}`, which nothing needs"


def _principals(statements: Iterable[Statement]) -> tuple[Principal, ...]:
    """Everyone the statements name, and strangers."""
    named = [p for s in statements for p in s.principals or () if p.kind is not PrincipalKind.ANYONE]
    listed = [Principal(p.kind, p.text) for p in named]
    return tuple(dict.fromkeys((*listed, ANONYMOUS, _STRANGER, service("anyservice.amazonaws.com"))))


def _actions(statements: Iterable[Statement], first: str) -> tuple[str, ...]:
    """The actions that tell the statements apart: each as named, and one that none names."""
    named = [p.text.literal for s in statements for p in s.actions if p.text.literal is not None]
    shown = [_example(action) for action in named]
    return tuple(dict.fromkeys((first, *shown, "anyservice:AnyAction")))


def _example(pattern: str) -> str:
    """An action that a pattern matches and that hardly another one does."""
    return "anyservice:AnyAction" if pattern == "*" else pattern.replace("*", "Anything").replace("?", "x")
