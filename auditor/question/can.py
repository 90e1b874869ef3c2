"""One question to what sources describe: may this caller do this to this function?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from auditor.engine.facts.worlds import World, worlds
from auditor.estate.estate import Estate, Reading
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Because, Decision, Policies, Verdict, decide
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.filling import fill_policies, fill_request, policies_texts, request_texts
from auditor.iam.frozen import Frozen
from auditor.iam.match.principal import principal_account, role_of_session
from auditor.iam.request import ANONYMOUS, Context, Principal, PrincipalKind, Request, service
from auditor.iam.text import ACCOUNT, REGION, Hole, Text, text
from auditor.needs import NeedKind, derive
from auditor.needs.deciding import role_policies
from auditor.question.decide import not_given, resource_kind
from auditor.question.documents import with_doubts
from auditor.question.explain import Explanation, explain
from auditor.question.request import check_action, parse_principal
from auditor.sources.arns import function_arn
from auditor.sources.errors import UsageError

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_FEDERATED = re.compile(r"arn:[^:]+:iam::\d{12}:(?:saml|oidc)-provider/.+", re.ASCII)
_CALLER = re.compile(
    r"arn:[a-z-]+:(iam::\d{12}:(root|(role|user)/[^:*?]+)|sts::\d{12}:(assumed-role/[^:/*?]+|federated-user)/[^:/*?]+)",
    re.ASCII,
)
_ARN_HELP = "write it as `arn:aws:iam::111122223333:role/NAME` or `arn:aws:sts::111122223333:assumed-role/ROLE/SESSION`"
_QUALIFIER = re.compile(r"[\w$-]{1,128}", re.ASCII)
"""A version or alias (Lambda API reference, Invoke: Qualifier)."""
_PRINCIPAL_HELP = "name a service (`lex.amazonaws.com`), an ARN, an account of 12 digits, or `*` for anybody"
_MOST = 10


class Answer(Frozen):
    """The request as it was asked, the decision, and an explanation for each statement."""

    request: Request
    decision: Decision
    explanations: tuple[Explanation, ...]

    def to_dict(self) -> dict[str, object]:
        """The decision's plain JSON values, and `explain`."""
        return {**self.decision.to_dict(), "explain": [explanation.to_dict() for explanation in self.explanations]}


def parse_caller(written: str) -> Principal:
    """A principal as a person names it; raises `UsageError`."""
    if written in ("*", "anonymous"):
        return ANONYMOUS
    if written.startswith("{"):
        try:
            return parse_principal(json.loads(written))
        except ValueError:
            raise UsageError(f"the principal `{written}` is no JSON", _PRINCIPAL_HELP) from None
    if _FEDERATED.fullmatch(written):
        return Principal(PrincipalKind.FEDERATED, text(written))
    if _ACCOUNT.fullmatch(written) or _CALLER.fullmatch(written):
        return parse_principal({"AWS": written})
    if written.startswith("arn:"):
        raise UsageError(f"`{written}` is no ARN of a role, user, session or root user", _ARN_HELP)
    if "." in written and not re.search(r"[\s*?/:]", written):
        return service(written)
    raise UsageError(f"`{written}` is no principal", _PRINCIPAL_HELP)


def can(reading: Reading, caller: Principal, action: str, target: str, context: Context) -> Answer:
    """Decide whether `caller` may do `action` to `target`, and explain it.

    `target` is a function that was read, by name, `name:qualifier`, ARN or address; for what a role
    may do elsewhere, the ARN of anything. The function's policy decides, for `sts:AssumeRole` its
    role's trust policy, and for a role that was read its own policies too. Of an AWS principal of
    another account the identity policies are taken to allow. Raises `UsageError` where there is no
    such function, or several.
    """
    check_action(action)
    asked = _ask(reading, caller, action, target)
    request = Request(caller, action, asked.resource, context)
    answers = [_in_world(request, asked, world) for world in _worlds(request, asked)]
    verdicts = {answer.decision.verdict for answer in answers}
    if len(verdicts) == 1:
        return answers[0]
    reason = "it depends on which account and region are the audited ones"
    return replace(answers[0], decision=Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), reason))


class _Asked(Frozen):
    """What decides: the resource, the policies on it and those of the caller (None: not known)."""

    estate: Estate
    resource: Text
    account: Text
    region: Text
    on_resource: Policy | None
    of_caller: Policies | None


def _in_world(request: Request, asked: _Asked, world: World) -> Answer:
    filled = fill_request(request, world.fill)
    policies = fill_policies(_policies(asked), world.fill)
    decision = decide(filled, policies)
    if asked.of_caller is None and filled.principal.kind is PrincipalKind.AWS:
        decision = _unknown_caller(filled, policies, decision)
    return Answer(filled, decision, explain(filled, policies))


def _policies(asked: _Asked) -> Policies:
    own = asked.of_caller or Policies()
    return replace(own, resource=asked.on_resource)


def _unknown_caller(request: Request, policies: Policies, bare: Decision) -> Decision:
    """The caller's identity policies are not in the sources. Those of another account are taken to
    allow; in the same account the answer may hang on them."""
    if bare.verdict is not Verdict.DENY or bare.because is Because.EXPLICIT_DENY:
        return bare
    owner, own = account_of(request.resource), principal_account(request.principal.value)
    kindly = decide(request, replace(policies, callers_allow=True))
    if kindly.denied:
        return kindly
    if owner is not None and own is not None and owner.literal is not None and owner != own:
        return replace(kindly, reason=f"the identity policies of `{request.principal}` are taken to allow")
    reason = f"the policies of `{request.principal}` are not in the sources"
    return Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), reason)


def _worlds(request: Request, asked: _Asked) -> Iterator[World]:
    texts = (*request_texts(request), *policies_texts(_policies(asked)))
    holes = (asked.estate.account.hole or ACCOUNT, asked.estate.region.hole or REGION)
    found = worlds(asked.account, asked.region, texts)
    for world in found if {hole for written in texts for hole in written.holes} & {*holes} else found[:1]:
        yield replace(world, account_hole=holes[0], region_hole=holes[1])


def _ask(reading: Reading, caller: Principal, action: str, target: str) -> _Asked:
    role = _role_of(reading, caller)
    named = arn(text(target))
    if named is not None and named.service.literal != "lambda":
        if role is None:
            raise UsageError(f"`{caller}` is no role that was read", _known_roles(reading))
        estate, held = role
        on_resource = not_given(action, text(target))
        return _Asked(estate, text(target), _account(held.arn, estate, caller), estate.region, on_resource, _held(held))
    estate, function, qualifier = _find(reading, target)
    whole = function_arn(target)
    known = arn(function.arn)
    account = text(whole.account) if whole else _account(function.arn, estate, caller if role else None)
    region = text(whole.region) if whole else known.region if known is not None else estate.region
    of_caller = _held(role[1]) if role is not None else None
    if action.lower().startswith("lambda:"):
        resource = text(function.arn, f":{qualifier}" if qualifier else "")
        policy = _attached(function.whole_policy, PolicyKind.RESOURCE, "the function's policy")
        return _Asked(estate, resource, account, region, policy, of_caller)
    if resource_kind(action) is PolicyKind.TRUST:
        own = estate.role(function.role)
        if own is None:
            raise UsageError(f"the role of `{function.title}` is not known", "read its sources too")
        trust = _attached(own.trust, PolicyKind.TRUST, "the trust policy")
        return _Asked(estate, own.arn, account, region, trust, of_caller)
    if role is None:
        raise UsageError(f"`{caller}` is no role that was read", _known_roles(reading))
    return _Asked(estate, _needed(function, estate, action), account, region, None, of_caller)


def _attached(policy: Policy | None, kind: PolicyKind, name: str) -> Policy:
    if policy is None:
        return Policy(kind, unknown=(UnknownStatement(text(Hole(name)), reason=f"{name} is not known"),))
    return with_doubts(policy, name)


def _held(role: Role) -> Policies:
    held = role_policies(role)
    name = "a policy of the role"
    return replace(
        held,
        identity=tuple(with_doubts(policy, name) for policy in held.identity),
        boundaries=tuple(with_doubts(policy, "the role's boundary") for policy in held.boundaries),
    )


def _needed(function: Function, estate: Estate, action: str) -> Text:
    """What the function does this action on, where it is one that it needs."""
    for need in derive(function, estate):
        if need.kind is NeedKind.LOGS and need.request.action.lower() == action.lower():
            return need.request.resource.fill(lambda hole: "example" if hole.each else None)
    help = "give the ARN of what it is done to in the place of FUNCTION"
    raise UsageError(f"`{action}` is nothing that is done to a function", help)


def _account(written: Text, estate: Estate, caller: Principal | None) -> Text:
    """The account of an ARN; where it is not known but the caller lives there, the caller's."""
    account = account_of(written) or estate.account
    if account.literal is None and caller is not None:
        return principal_account(caller.value) or account
    return account


def _role_of(reading: Reading, caller: Principal) -> tuple[Estate, Role] | None:
    """The role that a caller is, or a session of it, where it was read."""
    if caller.kind is not PrincipalKind.AWS:
        return None
    role = role_of_session(caller.value) or caller.value
    asked = arn(role)
    if asked is None or not asked.resource.startswith("role/"):
        return None
    name = asked.resource.split("/")[-1]
    for estate in reading.estates:
        for held in estate.roles:
            account = account_of(held.arn)
            near = account is None or account.literal is None or account == asked.account
            if held.name == name and near:
                return estate, held
    return None


def _find(reading: Reading, target: str) -> tuple[Estate, Function, str]:
    """The function that a target names, and the qualifier after it."""
    named = function_arn(target)
    name, _, qualifier = target.partition(":")
    if named is not None:
        name, qualifier = named.name, named.qualifier or ""
    elif target.startswith("arn:"):
        raise UsageError(f"`{target}` is no ARN of a function", "write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`")
    elif ":" in target and not _QUALIFIER.fullmatch(qualifier):
        raise UsageError(f"`{target}` names no version or alias", "write `NAME`, or `NAME:ALIAS`")
    found = [
        (estate, function)
        for estate in reading.estates
        for function in estate.functions
        if function.version is None
        and name in (function.title, function.address)
        and (named is None or _fits(function, named.unqualified))
    ]
    # Where one of the templates declares it, what the others tell of it is known there.
    declared = [entry for entry in found if entry[1].elsewhere is None or not entry[1].elsewhere.described]
    if len(declared or found) == 1:
        return (*(declared or found)[0], qualifier)
    if found:
        shown = ", ".join(f"`{function.address or function.arn}`" for _, function in found[:_MOST])
        raise UsageError(f"several functions are called `{name}`", f"name one of {shown}, or fewer paths")
    raise UsageError(f"there is no function `{target}`", _known_functions(reading))


def _fits(function: Function, written: str) -> bool:
    """Whether a function's ARN is, or may be, the written one."""
    parts, wanted = function.arn.split(":"), text(written).split(":")
    return len(parts) == len(wanted) and all(
        part.literal is None or part == want for part, want in zip(parts, wanted, strict=True)
    )


def _known_functions(reading: Reading) -> str:
    functions = [function for estate in reading.estates for function in estate.functions]
    names = [function.title for function in functions if function.version is None]
    return _listed("functions", names)


def _known_roles(reading: Reading) -> str:
    return _listed("roles", [str(role.arn) for estate in reading.estates for role in estate.roles])


def _listed(what: str, names: Sequence[str]) -> str:
    if not names:
        return f"there are no {what}"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"there are {', '.join(f'`{name}`' for name in names[:_MOST])}{more}"
