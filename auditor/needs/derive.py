"""Which requests a function needs."""

from __future__ import annotations

from collections.abc import Iterator

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
    configuration asks of the role."""
    return tuple(_derive(function, estate))


def _derive(function: Function, estate: Estate) -> Iterator[Need]:
    yield from invoke_needs(function)
    yield from url_needs(function, estate)
    role = estate.role(function.role)
    if role is not None:
        yield from assume_need(function, role)
        yield from log_needs(function, role, estate)
        yield from configured_needs(function, role, estate)
