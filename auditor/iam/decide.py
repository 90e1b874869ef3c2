"""Whether one request is allowed: the only place in the program that decides access.

Sources: IAM user guide, "Policy evaluation logic" (default deny; an explicit deny wins; within
an account the identity policy or the resource policy suffices, across accounts both must
allow; for a service the resource policy alone decides; the root user needs no policy of its
own; a trust policy must allow in any case), "Permissions boundaries" and "Session policies" (a
grant to a user or role is limited by them, one to the session itself is not); STS API reference,
AssumeRole (not for root users); KMS developer guide, "Key policies" (identity policies count only
where the key's policy names the account).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from msgspec.structs import replace

from auditor.iam.arn import account_of
from auditor.iam.document import Effect, Policy, PolicyKind, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.match.doubt import not_known
from auditor.iam.match.glob import glob, matches
from auditor.iam.match.principal import CORNER_BOUNDARY, account_named, principal_account, spares
from auditor.iam.match.statement import Part, StatementMatch, match_statement
from auditor.iam.request import Principal, PrincipalKind, Request
from auditor.iam.text import Text
from auditor.iam.truth import NO, YES, Truth, all_of, any_of, maybe, negate


class Policies(Frozen):
    """All policies that bear on a request.

    `resource` is on the resource (a function's policy, a role's trust policy); `identity` are
    the caller's; each of `boundaries` (permission boundaries) and `sessions` (session policies)
    must allow too, as far as AWS lets it limit a grant.
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
    sessions: tuple[Policy, ...] = ()

    def named(self) -> Iterator[tuple[str, Policy]]:
        """Every policy with its name in answers: `resource`, `identity:0`, `boundary:0` (the
        boundaries, then the session policies)."""
        if self.resource is not None:
            yield "resource", self.resource
        for index, policy in enumerate(self.identity):
            yield f"identity:{index}", policy
        for index, policy in enumerate((*self.boundaries, *self.sessions)):
            yield f"boundary:{index}", policy

    def with_each(self, change: Callable[[Policy], Policy]) -> Policies:
        """These policies with each changed, in the order of `named`."""
        return replace(
            self,
            resource=change(self.resource) if self.resource is not None else None,
            identity=tuple(map(change, self.identity)),
            boundaries=tuple(map(change, self.boundaries)),
            sessions=tuple(map(change, self.sessions)),
        )

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
    ROOT_USER = "root-user"
    """No statement: the root user of the account needs none."""
    CORNER_CASE = "corner-case"
    """Something is not known, or AWS's documents leave it open."""


class Decider(Frozen):
    """A statement that decided: the policy's name as in `Policies.named`, and the statement."""

    policy: str
    statement: Statement

    def to_dict(self) -> dict[str, str | int | None]:
        """Where it stands, as plain JSON values: policy, index, sid."""
        sid = None if self.statement.sid is None else str(self.statement.sid)
        return {"policy": self.policy, "index": self.statement.index, "sid": sid}


class Decision(Frozen):
    """The answer. `statements` are every Allow that matched, or every Deny where one did;
    `reason` is said where the verdict is UNDETERMINED, and where the statements alone do not tell
    it: what else would have to allow, or what the answer takes for granted."""

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
    """What the statements of one policy say to one request; the kinds of allow as in `Naming`."""

    allow_direct: Truth = NO
    allow_delegated: Truth = NO
    allow_unbounded: Truth = NO
    allow_in_session: Truth = NO
    deny: Truth = NO

    @property
    def allow(self) -> Truth:
        return any_of((self.allow_direct, self.allow_delegated))


def decide(request: Request, policies: Policies) -> Decision:
    """Decide a request. The context is taken as given: nothing is derived from it."""
    allowing: list[Decider] = []
    denying: list[Decider] = []
    bounded = bool(policies.boundaries)
    answers = {name: _answer(name, policy, request, bounded, allowing, denying) for name, policy in policies.named()}
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
        because = Because.ROOT_USER if not allowing and is_root(request.principal) else Because.STATEMENT
        return Decision(Verdict.ALLOW, because, tuple(allowing), _taken_for_granted(request, policies))
    if granted.no:
        lacks = "" if policies.alone else _what_lacks(request, policies, answers)
        return Decision(Verdict.DENY, Because.NO_MATCH, reason=lacks)
    return Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), granted.reason)


def _answer(
    name: str, policy: Policy, request: Request, bounded: bool, allowing: list[Decider], denying: list[Decider]
) -> PolicyAnswer:
    answer = PolicyAnswer()
    for statement in policy.statements:
        match = match_statement(statement, request, policy.variables)
        if bounded and match.mismatch is Part.PRINCIPAL and spares(statement, request.principal):
            match = _in_spite_of_list(statement, request, policy.variables)
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
        answer.allow_in_session = any_of((answer.allow_in_session, all_of((naming.in_session, match.applies))))
        if match.applies.yes:
            allowing.append(Decider(name, statement))
    for unknown in policy.unknown:
        if unknown.body is not None and match_statement(unknown.body, request, policy.variables).applies.no:
            continue
        unread = maybe(unknown.reason or not_known(unknown.text))
        if unknown.may_deny:
            answer.deny = any_of((answer.deny, unread))
        if unknown.effect is not Effect.DENY:
            # An unread statement may allow. That it denies is not assumed where nothing of it is
            # known: it is listed as unresolved, and the statements that were read are decided.
            answer.allow_direct = any_of((answer.allow_direct, unread))
    return answer


def _in_spite_of_list(statement: Statement, request: Request, variables: bool) -> StatementMatch:
    """How a Deny with NotPrincipal applies to someone on its list whom a boundary limits."""
    match = match_statement(replace(statement, principals=None, not_principal=False), request, variables)
    return replace(match, applies=all_of((match.applies, maybe(CORNER_BOUNDARY))))


def _granted(request: Request, policies: Policies, answers: dict[str, PolicyAnswer]) -> Truth:
    resource = answers.get("resource", PolicyAnswer())
    if request.principal.kind is not PrincipalKind.AWS:
        return resource.allow
    if _is_root_assuming(request):
        return NO
    said = _Said.of(request, policies, answers)
    limited = all_of((said.identity, said.bounded, said.in_session))
    if policies.alone:
        return resource.allow if policies.resource is not None else limited
    same = _same_account(request, policies)
    direct = any_of(
        (
            resource.allow_in_session,
            all_of((resource.allow_unbounded, said.in_session)),
            all_of((resource.allow_direct, said.bounded, said.in_session)),
        )
    )
    by_identity = all_of((limited, resource.allow)) if _asks_for_both(request, policies) else limited
    within = any_of((by_identity, direct))
    across = all_of((limited, resource.allow))
    if same.yes:
        return within
    if same.no:
        return across
    return within if within.value is across.value else same


class _Said(Frozen):
    """What the caller's policies say: the identity policies, the boundaries, the session policies."""

    identity: Truth
    bounded: Truth
    in_session: Truth

    @classmethod
    def of(cls, request: Request, policies: Policies, answers: dict[str, PolicyAnswer]) -> _Said:
        limits = [answer.allow for name, answer in answers.items() if name.startswith("boundary:")]
        identity = any_of(answer.allow for name, answer in answers.items() if name.startswith("identity:"))
        if not policies.alone and (policies.callers_allow or is_root(request.principal)):
            identity = YES
        boundaries = len(policies.boundaries)
        return cls(identity, all_of(limits[:boundaries]), all_of(limits[boundaries:]))


def _what_lacks(request: Request, policies: Policies, answers: dict[str, PolicyAnswer]) -> str:
    """What would have to allow besides the statements that match; empty where none allows."""
    said, resource = _Said.of(request, policies, answers), answers.get("resource", PolicyAnswer())
    if _is_root_assuming(request):
        return "the root user of an account cannot assume a role"
    if not (resource.allow.yes or said.identity.yes) or request.principal.kind is not PrincipalKind.AWS:
        return ""
    if said.bounded.no:
        return "the permissions boundary does not allow it"
    if said.in_session.no:
        return "a session policy does not allow it"
    if said.identity.yes and _asks_for_both(request, policies):
        whose = "trust" if policies.resource is not None and policies.resource.kind is PolicyKind.TRUST else "key"
        return f"the {whose} policy has to allow it too"
    if said.identity.yes:
        return f"`{request.resource}` is another account's, so the policy on it has to allow it too"
    if _same_account(request, policies).yes:
        return "the policy on it names the account, so an identity policy of the caller has to allow it too"
    return "the caller is of another account, so its identity policies have to allow it too"


def _taken_for_granted(request: Request, policies: Policies) -> str:
    if policies.alone or policies.resource is not None or request.principal.kind is not PrincipalKind.AWS:
        return ""
    if _owner(request) is not None or not request.resource.startswith("arn:"):
        return ""
    return f"`{request.resource}` names no account, and is taken to be the caller's own"


def _asks_for_both(request: Request, policies: Policies) -> bool:
    """Whether identity policies count only as far as the policy on the resource allows too: of a
    role its trust policy, of a KMS key its key policy."""
    if policies.resource is None:
        return False
    return policies.resource.kind is PolicyKind.TRUST or request.action.lower().startswith("kms:")


def _is_root_assuming(request: Request) -> bool:
    return request.action.lower() == "sts:assumerole" and is_root(request.principal)


def bearing(request: Request) -> tuple[object, ...]:
    """What of a request, besides the statements that match it, the decision hangs on. Of a service
    nothing: the resource policy alone decides, whoever owns the resource."""
    if request.principal.kind is not PrincipalKind.AWS:
        return ()
    action = request.action.lower() if request.action.lower().startswith(("kms:", "sts:")) else ""
    return request.principal, request.resource, action, request.context.get(_RESOURCE_ACCOUNT)


_RESOURCE_ACCOUNT = "aws:resourceaccount"


def _owner(request: Request) -> Text | None:
    """The account that owns the resource, as its ARN or the request tells."""
    told = request.context.get(_RESOURCE_ACCOUNT, ())
    return account_of(request.resource) or (told[0] if len(told) == 1 else None)


def _same_account(request: Request, policies: Policies) -> Truth:
    caller, owner = principal_account(request.principal.value), _owner(request)
    if caller is None:
        return maybe(f"the account of `{request.principal}` is not known")
    if owner is not None:
        return matches(glob(owner, wildcards=False), caller)
    if policies.resource is None or not request.resource.startswith("arn:aws:s3:"):
        # What has no policy of its own, and what is done to no resource, is taken to be the caller's.
        # Of what has one, only a bucket's ARN does without the account.
        return YES
    return maybe(f"`{request.resource}` names no account, and the request has no aws:ResourceAccount")


def is_root(principal: Principal) -> bool:
    """Whether a principal is the root user of an account, which needs no identity policy."""
    return principal.kind is PrincipalKind.AWS and account_named(principal.value) is not None
