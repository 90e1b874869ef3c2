"""Which requests a function needs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.needs.assume import assume_need
from auditor.needs.configured import configured_needs
from auditor.needs.invoke import invoke_needs
from auditor.needs.logs import log_needs
from auditor.needs.need import Need
from auditor.needs.url import url_needs


def derive(function: Function, estate: Estate) -> tuple[Need, ...]:
    """All needs of a function: who must invoke it, its logs, its role's assumption, and what its
    configuration asks of the role. A version that runs with the function's role needs what the
    function itself, and the versions before it, do not need of that role already."""
    needs = tuple(_derive(function, estate))
    if function.version is None:
        return needs
    told = {_asked(need) for other in _before(function, estate) for need in _derive(other, estate)}
    return tuple(need for need in needs if _asked(need) not in told)


def derive_everywhere(function: Function, estate: Estate) -> tuple[Need, ...]:
    """The needs of a function with those of the callers that other templates have, which are told there."""
    needs, other = derive(function, estate), function.elsewhere
    if other is None or not (other.hooks or other.invokers):
        return needs
    called = invoke_needs(replace(function, hooks=other.hooks, invokers=other.invokers))
    return (*needs, *(replace(need, function=function) for need in called))


def _asked(need: Need) -> Hashable:
    forms = (form for form in (need.request, need.instead) if form is not None)
    return (need.kind, *((form.action, form.resource, tuple(form.context.items())) for form in forms))


def _before(version: Function, estate: Estate) -> Iterator[Function]:
    """The function of a version, and its versions up to this one, as far as they run with its role."""
    for function in estate.versions_beside(version):
        if function.key == version.key:
            return
        if function.role == version.role:
            yield function


def _derive(function: Function, estate: Estate) -> Iterator[Need]:
    yield from invoke_needs(function)
    yield from url_needs(function, estate)
    role = estate.role(function.role)
    if role is not None:
        yield from assume_need(function, role)
        yield from log_needs(function, role, estate)
        yield from configured_needs(function, role, estate)
