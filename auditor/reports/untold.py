"""What the inputs leave out, so that it was not looked at: one entry a function, role or document."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.document import PolicyKind
from auditor.reports.report import Undetermined

NOT_LOOKED_AT = "not looked at, since nothing tells it: "
"""What machine formats write before what is left out."""

_TOLD_BY_HAND = (SourceKind.BUNDLE, SourceKind.DOCUMENT, SourceKind.AWS)
"""Estates put together from parts. Source tells of all its functions, and of what is not known in it
a value is unresolved."""
_HOLDERS = {
    PolicyKind.IDENTITY: "who has this policy, and which functions",
    PolicyKind.TRUST: "which role has this trust policy, and which functions",
    PolicyKind.RESOURCE: "which function has this policy",
}


def untold(estate: Estate) -> Iterator[Undetermined]:
    """The parts of an estate that no input tells."""
    by_hand = estate.kind in _TOLD_BY_HAND
    for function in estate.functions:
        declared = function.described or (function.elsewhere is not None and function.elsewhere.described)
        lacks = _of_function(function, estate.role(function.role), by_hand) if by_hand or not declared else []
        if lacks:
            yield Undetermined(function.origin, None, f"of `{function.title}`: {', '.join(lacks)}", function)
    if not by_hand:
        return
    for role in estate.roles:
        if not estate.functions_of(role):
            lacks = [f"its {part}" for part in _of_role(role)] + ["which functions have it"]
            yield Undetermined(role.origin, None, f"of role `{role.title}`: {', '.join(lacks)}")
    for document in estate.documents:
        yield Undetermined(document.policy.origin, None, _HOLDERS[document.policy.kind] + ": it stands alone")


def _of_function(function: Function, role: Role | None, by_hand: bool) -> list[str]:
    lacks = ["its resource policy"] if function.resource_policy is None else []
    lacks += ["its role"] if role is None else [f"its role's {part}" for part in _of_role(role)]
    if not (function.hooks or function.hooks_known):
        if function.invokers or function.invokers_known:
            lacks.append("which Lex bots call it (`hooks`)")
        else:
            lacks.append("who calls it (`hooks`, `invokers`)" if by_hand else "who calls it")
    return lacks


def _of_role(role: Role) -> list[str]:
    lacks = ["trust policy"] if role.trust is None else []
    if not role.policies_known:
        lacks.append("other policies" if role.policies else "policies")
    return lacks
