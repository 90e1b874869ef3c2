"""Facts about roles that several functions run with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.engine.fact import RoleUse
from auditor.engine.facts.concrete import concrete
from auditor.estate.estate import Estate
from auditor.estate.function import Function, title
from auditor.estate.role import Role
from auditor.needs import Need, decide_need, derive
from auditor.needs.deciding import role_policies
from auditor.needs.need import OF_THE_ROLE


def role_uses(role: Role, estate: Estate) -> Iterator[RoleUse]:
    """One fact for a role by which one function may do what only another one needs; the witness is
    such a request."""
    functions = estate.functions_of(role)
    called = _called(functions)
    policies = role_policies(role)
    for need in _of_some_alone(functions, estate):
        if not decide_need(need, policies).allowed:
            continue
        made = concrete(need.request, policies)
        yield RoleUse(
            estate=estate,
            origin=role.origin,
            related=tuple(dict.fromkeys(function.origin for function in functions)),
            witness=made.request,
            witness_in=made.policies,
            values=made.values,
            role=role,
            functions=tuple(dict.fromkeys(called.values())),
            owner=called[need.function.common_key],
        )
        return


def _of_some_alone(functions: Sequence[Function], estate: Estate) -> Iterator[Need]:
    """The needs that some of several functions have and others do not."""
    needed: dict[str, list[Need]] = {}
    for function in functions:
        needs_of = (need for need in derive(function, estate) if need.kind in OF_THE_ROLE)
        needed.setdefault(function.common_key, []).extend(needs_of)
    if len(needed) < 2:
        return
    asked = [{(need.request.action, need.request.resource): need for need in needs} for needs in needed.values()]
    for needs in asked:
        yield from (need for key, need in needs.items() if not all(key in others for others in asked))


def _called(functions: Sequence[Function]) -> dict[str, str]:
    """What each function is called: its name, also where one of its versions is meant; its ARN or address where
    another one has that name, in another region."""
    names = {function.common_key: title(function.name, function.address) for function in functions}
    several = Counter(names.values())
    return {key: name if several[name] == 1 else key for key, name in names.items()}
