"""A role that was deleted: nothing can be written into it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import Fact
from auditor.estate.role import Role
from auditor.fixes.candidate import Candidate


def plan_gone_role(fact: Fact, role: Role) -> Iterator[Candidate]:
    """Another role, for the function or for a version of it that comes after."""
    version = fact.function is not None and fact.function.version is not None
    then = (
        "a version keeps its role for good, so publish a new one and lead its alias there"
        if version
        else "set it on the function, also where it has the old name: Lambda knows the old one by its id"
    )
    yield Candidate(
        "Give the function a role that is there",
        advice=f"`{role.title}` was deleted. Make a role that trusts lambda.amazonaws.com and allows what the function "
        f"needs; {then}",
    )
