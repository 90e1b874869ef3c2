"""Descriptions that say again, or otherwise, what another one said: they are told, and not judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from auditor.estate.estate import Skipped
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.sources.contradiction import contradict
from auditor.sources.found import Found
from auditor.sources.identity import function_arns, function_key, role_arns, role_key


def without_repeats(found: Sequence[Found]) -> tuple[list[Found], list[Skipped]]:
    """What was found without further descriptions of a function that one file describes whole, and
    without roles of which two descriptions cannot both be true; and what is to be told of these.

    Of a function the first description is read. Of a role none is: a function of the other one
    would be judged, and mended, by what is perhaps not its role's.
    """
    kept, skipped = _without_functions(found)
    arns = role_arns(role for part in kept for role in _roles(part))
    wrong = {role_key(role, arns): _tell_role(role, first) for role, first in _contradictions(kept, arns)}

    def left(roles: tuple[Role, ...]) -> tuple[Role, ...]:
        return tuple(role for role in roles if role_key(role, arns) not in wrong)

    if wrong:
        kept = [replace(part, roles=left(part.roles), bystanders=left(part.bystanders)) for part in kept]
    return kept, [*skipped, *wrong.values()]


def _without_functions(found: Sequence[Found]) -> tuple[list[Found], list[Skipped]]:
    arns = function_arns(function for part in found for function in part.functions)
    whole: dict[str, Function] = {}
    kept: list[Found] = []
    skipped: list[Skipped] = []
    for part in found:
        keys = [function_key(function, arns) for function in part.functions] if part.whole else []
        repeated = next((key for key in keys if key in whole), None)
        if repeated is None:
            whole.update(zip(keys, part.functions, strict=False))
            kept.append(part)
        else:
            skipped.append(_tell_function(part.functions[0], whole[repeated]))
    return kept, skipped


def _contradictions(found: Sequence[Found], arns: Sequence[str]) -> Iterator[tuple[Role, Role]]:
    """The roles that contradict an earlier description, each with that one; of a role the first pair."""
    described: dict[str, list[Role]] = {}
    told: set[str] = set()
    for role in (role for part in found for role in _roles(part)):
        key = role_key(role, arns)
        first = next((earlier for earlier in described.get(key, ()) if contradict(earlier, role)), None)
        if first is not None and key not in told:
            told.add(key)
            yield role, first
        described.setdefault(key, []).append(role)


def _roles(part: Found) -> tuple[Role, ...]:
    return (*part.roles, *part.bystanders)


def _tell_function(function: Function, first: Function) -> Skipped:
    message = f"the function `{function.name}` is described twice; read was {first.origin}"
    return Skipped(function.origin, message, "audit one at a time, or give each its own `arn`")


def _tell_role(role: Role, first: Role) -> Skipped:
    message = f"the role `{role.name}` is described otherwise than at {first.origin}; neither was judged"
    return Skipped(role.origin, message, "make the two agree, or audit one at a time")
