"""Our answer to one request beside the simulator's, part by part and as a whole.

Comparing the parts of each statement as well finds what another statement would hide: a wrong
condition in an Allow beside a Deny that decides anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.iam.decide import Because, Decision, Policies, Verdict, decide
from auditor.iam.document import Effect, Policy, Statement
from auditor.iam.match.condition import match_condition
from auditor.iam.match.principal import match_principal
from auditor.iam.match.statement import match_action, match_resources, match_statement
from auditor.iam.request import Request
from auditor.iam.truth import Truth, truth

from .faults import fault_of_condition, fault_of_decision, fault_of_principal, fault_of_resource
from .simulator import Judgement, Parts


@dataclass(frozen=True, slots=True)
class Difference:
    """Where we and the simulator differ. `fault` names the known fault that explains it."""

    place: str
    ours: str
    theirs: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome for one request. `compared` tells whether the decisions could be compared: a
    known fault in a part that we differ on takes its statement's effect out of our hands."""

    decision: Decision
    differences: tuple[Difference, ...]
    compared: bool

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if difference.fault is None)

    @property
    def undetermined(self) -> bool:
        return self.decision.verdict is Verdict.UNDETERMINED


_RESULTS = {
    Because.STATEMENT: "Allowed",
    Because.ROOT_USER: "Allowed",
    Because.EXPLICIT_DENY: "ExplicitlyDenied",
    Because.NO_MATCH: "ImplicitlyDenied",
}


def compare(policies: Policies, request: Request, judgement: Judgement) -> Comparison:
    """Compare one request. What is undetermined for us agrees with every answer."""
    found = [
        difference
        for name, policy in policies.named()
        for statement, parts in zip(policy.statements, judgement.statements[name], strict=True)
        for difference in _parts(name, policy, statement, request, parts)
    ]
    decision = decide(request, policies)
    if found:
        return Comparison(decision, tuple(found), compared=False)
    expected = _RESULTS.get(decision.because)
    if expected is None or expected == judgement.result or _denies_either_way(decision, judgement, policies, request):
        return Comparison(decision, (), compared=True)
    fault = fault_of_decision(policies, request)
    return Comparison(decision, (Difference("decision", expected, judgement.result, fault),), compared=fault is None)


def _denies_either_way(decision: Decision, judgement: Judgement, policies: Policies, request: Request) -> bool:
    """Whether nothing allows, so that a Deny that is undetermined for us need not be decided."""
    if decision.because is not Because.NO_MATCH or judgement.result != "ExplicitlyDenied":
        return False
    return any(
        statement.effect is Effect.DENY and match_statement(statement, request, policy.variables).applies.maybe
        for policy, statement in policies.statements()
    )


def _parts(name: str, policy: Policy, statement: Statement, request: Request, parts: Parts) -> Iterator[Difference]:
    place = f"{name}[{statement.index}]"
    naming = match_principal(statement, request.principal)
    if statement.principals is not None:
        direct = parts.principal not in ("NoMatch", "AccountLevelMatch")
        fault = fault_of_principal(statement, request)
        yield from _differ(f"{place} principal", naming.direct, direct, fault)
        if not direct:
            yield from _differ(f"{place} account", naming.delegated, parts.principal == "AccountLevelMatch", fault)
    yield from _differ(f"{place} action", match_action(statement, request.action), parts.action, None)
    on_it = match_resources(statement, request.resource, request.context, policy.variables)
    fault = fault_of_resource(statement, request, policy.variables)
    yield from _differ(f"{place} resource", on_it, parts.resource, fault)
    for condition, theirs in zip(statement.conditions, parts.conditions, strict=True):
        held = match_condition(condition, request.context, policy.variables)
        fault = fault_of_condition(condition, request.context, policy.variables)
        yield from _differ(f"{place} {condition.operator} {condition.key}", held, theirs, fault)


def _differ(place: str, ours: Truth, theirs: bool, fault: str | None) -> Iterator[Difference]:
    if not ours.maybe and ours != truth(theirs):
        yield Difference(place, str(ours.yes), str(theirs), fault)
