"""Why a statement does not match a request: its first part that does not, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Quantifier, Statement, UnknownStatement
from auditor.iam.frozen import Frozen
from auditor.iam.match.statement import Part, StatementMatch, match_action, match_resources, match_statement
from auditor.iam.operators import Family, meaning
from auditor.iam.request import PrincipalKind, Request
from auditor.iam.truth import Truth
from auditor.reports.condition_key import spell_key
from auditor.reports.request import Json

_MOST = 3
"""More patterns than this are counted, not listed."""


class Explanation(Frozen):
    """How one statement answers a request. `matched` is None where it cannot be told; `mismatch`
    is the first part that does not match, or is not known, as a clause that begins with its name.
    A part of a policy that could not be read has no `statement`."""

    policy: str
    statement: Statement | None
    matched: bool | None
    mismatch: str = ""

    def to_dict(self) -> dict[str, Json]:
        """The explanation as plain JSON values: policy, index, sid, matched, first_mismatch."""
        sid = self.statement.sid if self.statement is not None else None
        return {
            "policy": self.policy,
            "index": self.statement.index if self.statement is not None else None,
            "sid": str(sid) if sid is not None else None,
            "matched": self.matched,
            "first_mismatch": self.mismatch or None,
        }


def explain(request: Request, policies: Policies) -> tuple[Explanation, ...]:
    """An explanation for every statement of the policies, in their order."""
    return tuple(_explain(request, policies))


def _explain(request: Request, policies: Policies) -> Iterator[Explanation]:
    for name, policy in policies.named():
        for statement in policy.statements:
            match = match_statement(statement, request, policy.variables)
            if match.applies.yes:
                yield Explanation(name, statement, matched=True)
            elif match.applies.no:
                yield Explanation(name, statement, matched=False, mismatch=_tell(match, statement, request))
            else:
                told = f"{_unknown_part(statement, request, policy.variables)}: {match.applies.reason}"
                yield Explanation(name, statement, matched=None, mismatch=told)
        for unread in policy.unknown:
            yield Explanation(name, None, matched=None, mismatch=_tell_unread(unread))


def _tell_unread(unread: UnknownStatement) -> str:
    return unread.reason or f"`{unread.text}` is not known"


def _unknown_part(statement: Statement, request: Request, variables: bool) -> str:
    """The first part that is not known to match."""
    if match_action(statement, request.action).maybe:
        return Part.ACTION.value
    on_it: Truth = match_resources(statement, request.resource, request.context, variables)
    return Part.RESOURCE.value if on_it.maybe else "principal or condition"


def _tell(match: StatementMatch, statement: Statement, request: Request) -> str:
    match match.mismatch:
        case Part.PRINCIPAL:
            return f"principal: {_tell_principal(statement, request)}"
        case Part.ACTION:
            listed = [str(pattern.text) for pattern in statement.actions]
            return f"action: `{request.action}` {_unlike(listed, statement.not_action, 'NotAction')}"
        case Part.RESOURCE:
            listed = [str(pattern.text) for pattern in statement.resources or ()]
            return f"resource: `{request.resource}` {_unlike(listed, statement.not_resource, 'NotResource')}"
        case Part.CONDITION:
            assert match.condition is not None, "the mismatch is a condition"
            return f"condition: {_tell_condition(match.condition, request)}"
        case None:
            return "it does not apply"


def _tell_principal(statement: Statement, request: Request) -> str:
    caller = "an anonymous caller" if request.principal.kind is PrincipalKind.ANYONE else f"`{request.principal}`"
    listed = _list([str(pattern.text) for pattern in statement.principals or ()])
    if statement.not_principal:
        return f"{caller} is one of those that NotPrincipal leaves out: {listed}"
    return f"{caller} is not {listed}"


def _unlike(patterns: Sequence[str], negated: bool, element: str) -> str:
    return f"is like {_list(patterns)}, which {element} leaves out" if negated else f"is not like {_list(patterns)}"


def _list(patterns: Sequence[str]) -> str:
    shown = [f"`{pattern}`" for pattern in patterns[:_MOST]]
    more = len(patterns) - len(shown)
    return " or ".join(shown) + (f" or {more} more" if more > 0 else "")


def _tell_condition(condition: Condition, request: Request) -> str:
    key = spell_key(str(condition.key).lower())
    name = f"{condition.operator} on {key}"
    given = request.value(str(condition.key)) or ()
    wanted = _list([str(value.text) for value in condition.values])
    what = meaning(condition.operator)
    if what is None:
        return f"{name} does not hold"
    if what.family is Family.NULL:
        return f"{name} asks for {wanted}, and the key is {'there' if given else 'not there'}"
    if not given:
        return f"{name} asks for {wanted}, and the request has no {key}"
    held = " and ".join(f"`{value}`" for value in given)
    if what.negated:
        return f"{name} does not want {wanted}, and the request has {held}"
    extent = {Quantifier.ALL: "each of its values to be ", Quantifier.ANY: "one of its values to be ", None: ""}
    asked = f"{extent[condition.operator.quantifier]}{wanted}"
    return f"{name} asks for {asked}, and the request has {held}"
