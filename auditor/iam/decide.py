"""Whether one request is allowed: the only place in the program that decides access.

Sources: IAM user guide, "Policy evaluation logic" (default deny; an explicit deny wins; within
an account the identity policy or the resource policy suffices, across accounts both must
allow; for a service the resource policy alone decides; the root user needs no policy of its
own; a trust policy must allow in any case) and "Permissions boundaries".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from auditor.iam.arn import account_of
from auditor.iam.document import Effect, Policy, PolicyKind, Statement
from auditor.iam.match.glob import glob, matches
from auditor.iam.match.principal import account_named, principal_account
from auditor.iam.match.statement import match_statement
from auditor.iam.request import Principal, PrincipalKind, Request
from auditor.iam.truth import NO, YES, Truth, all_of, any_of, maybe, negate


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies that bear on a request.

    `resource` is on the resource (a function's policy, a role's trust policy); `identity` are
    the caller's; each of `boundaries` (permission boundary, session policy) must allow too.
    With `callers_allow`, the identity policies of AWS principals are not known and taken to
    allow: the question is then what the resource policy lets in.

    With `alone`, whatever else AWS would ask for besides these policies is taken to allow, in the
    caller's account as in any other: the resource policy decides alone, or without one the
    identity policies and boundaries. That is how a document is compared with another version.
    """

    resource: Policy | None = None
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    callers_allow: bool = False
    alone: bool = False

    def named(self) -> Iterator[tuple[str, Policy]]:
        """Every policy with its name in answers: `resource`, `identity:0`, `boundary:0`."""
        if self.resource is not None:
            yield "resource", self.resource
        for index, policy in enumerate(self.identity):
            yield f"identity:{index}", policy
        for index, policy in enumerate(self.boundaries):
            yield f"boundary:{index}", policy

    def statements(self) -> Iterator[tuple[Policy, Statement]]:
        for _, policy in self.named():
            for statement in policy.statements:
                yield policy, statement


class Verdict(Enum):
    ALLOW = "allow"
    DENY = "deny"
    UNDETERMINED = "undetermined"


class Because(Enum):
    STATEMENT = "statement"
    """An Allow statement matched."""
    EXPLICIT_DENY = "explicit-deny"
    NO_MATCH = "no-match"
    CORNER_CASE = "corner-case"
    """Something is not known, or AWS's documents leave it open."""


@dataclass(frozen=True, slots=True)
class Decider:
    """A statement that decided: the policy's name as in `Policies.named`, and the statement."""

    policy: str
    statement: Statement

    def to_dict(self) -> dict[str, str | int | None]:
        """Where it stands, as plain JSON values: policy, index, sid."""
        sid = None if self.statement.sid is None else str(self.statement.sid)
        return {"policy": self.policy, "index": self.statement.index, "sid": sid}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `statements` are every Allow that matched, or every Deny where one did;
    `reason` is said where the verdict is UNDETERMINED."""

    verdict: Verdict
    because: Because
    statements: tuple[Decider, ...] = ()
    reason: str = ""

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOW

    @property
    def denied(self) -> bool:
        return self.verdict is Verdict.DENY

    def to_dict(self) -> dict[str, object]:
        """The answer as plain JSON values: decision, because, statements, reason."""
        return {
            "decision": self.verdict.value,
            "because": self.because.value,
            "statements": [decider.to_dict() for decider in self.statements],
            "reason": self.reason,
        }


@dataclass(slots=True)
class PolicyAnswer:
    """What the statements of one policy say to one request."""

    allow_direct: Truth = NO
    allow_delegated: Truth = NO
    allow_unbounded: Truth = NO
    deny: Truth = NO

    @property
    def allow(self) -> Truth:
        return any_of((self.allow_direct, self.allow_delegated))


def decide(request: Request, policies: Policies) -> Decision:
    """Decide a request. The context is taken as given: nothing is derived from it."""
    allowing: list[Decider] = []
    denying: list[Decider] = []
    answers = {name: _answer(name, policy, request, allowing, denying) for name, policy in policies.named()}
    return conclude(request, policies, answers, allowing, denying)


def conclude(
    request: Request,
    policies: Policies,
    answers: dict[str, PolicyAnswer],
    allowing: list[Decider],
    denying: list[Decider],
) -> Decision:
    """The decision that follows from what each policy says, by `Policies.named`."""
    denied = any_of(answer.deny for answer in answers.values())
    if denied.yes:
        return Decision(Verdict.DENY, Because.EXPLICIT_DENY, tuple(denying))
    granted = all_of((_granted(request, policies, answers), negate(denied)))
    if granted.yes:
        return Decision(Verdict.ALLOW, Because.STATEMENT, tuple(allowing))
    if granted.no:
        return Decision(Verdict.DENY, Because.NO_MATCH)
    return Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), granted.reason)


def _answer(
    name: str, policy: Policy, request: Request, allowing: list[Decider], denying: list[Decider]
) -> PolicyAnswer:
    answer = PolicyAnswer()
    for statement in policy.statements:
        match = match_statement(statement, request, policy.variables)
        if match.applies.no:
            continue
        if statement.effect is Effect.DENY:
            answer.deny = any_of((answer.deny, match.applies))
            if match.applies.yes:
                denying.append(Decider(name, statement))
            continue
        naming = match.naming
        answer.allow_direct = any_of((answer.allow_direct, all_of((naming.direct, match.applies))))
        answer.allow_delegated = any_of((answer.allow_delegated, all_of((naming.delegated, match.applies))))
        answer.allow_unbounded = any_of((answer.allow_unbounded, all_of((naming.unbounded, match.applies))))
        if match.applies.yes:
            allowing.append(Decider(name, statement))
    for unknown in policy.unknown:
        unread = maybe(unknown.reason or f"`{unknown.text}` is not known")
        if unknown.effect is Effect.DENY:
            answer.deny = any_of((answer.deny, unread))
        else:
            # An unread statement may allow. That it denies is not assumed where its effect is not
            # known: it is listed as unresolved, and the statements that were read are decided.
            answer.allow_direct = any_of((answer.allow_direct, unread))
    return answer


def _granted(request: Request, policies: Policies, answers: dict[str, PolicyAnswer]) -> Truth:
    resource = answers.get("resource", PolicyAnswer())
    if request.principal.kind is not PrincipalKind.AWS:
        return resource.allow
    bounded = all_of(answer.allow for name, answer in answers.items() if name.startswith("boundary:"))
    identity = any_of(answer.allow for name, answer in answers.items() if name.startswith("identity:"))
    if policies.alone:
        return resource.allow if policies.resource is not None else all_of((identity, bounded))
    if policies.callers_allow or is_root(request.principal):
        identity = YES
    same = _same_account(request)
    identity = all_of((identity, bounded))
    direct = any_of((resource.allow_unbounded, all_of((resource.allow_direct, bounded))))
    within = any_of((identity, direct))
    if policies.resource is not None and policies.resource.kind is PolicyKind.TRUST:
        within = all_of((within, resource.allow))
    across = all_of((identity, resource.allow))
    if same.yes:
        return within
    if same.no:
        return across
    return within if within.value is across.value else same


def _same_account(request: Request) -> Truth:
    caller = principal_account(request.principal.value)
    owner = account_of(request.resource)
    if caller is None:
        return maybe(f"the account of `{request.principal}` is not known")
    if owner is None:
        # An ARN without an account (a bucket's, or `*`) is taken to be the caller's own.
        return YES
    return matches(glob(owner, wildcards=False), caller)


def is_root(principal: Principal) -> bool:
    """Whether a principal is the root user of an account, which needs no identity policy."""
    return principal.kind is PrincipalKind.AWS and account_named(principal.value) is not None
