"""Conditions that pass where their key is absent, as the only thing that stands in a stranger's way."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.iam.decide import Policies, decide
from auditor.iam.document import Condition, Policy, Quantifier, Statement
from auditor.iam.request import Request


def optional_guard(policy: Policy, witness: Request) -> str:
    """The operator and key of the conditions of a policy's first statement that let a witness pass
    because it lacks their keys, where without that they would refuse it; empty where none does."""
    statement = policy.statements[0]
    passing = [c for c in statement.conditions if _passes_absent(c) and str(c.key).lower() not in witness.context]
    if not passing:
        return ""
    strict = _with(policy, statement, {id(condition): _strict(condition) for condition in passing})
    if decide(witness, Policies(strict)).allowed:
        return ""
    return ", ".join(f"{condition.operator} {condition.key}" for condition in passing)


def _passes_absent(condition: Condition) -> bool:
    return condition.operator.if_exists or condition.operator.quantifier is Quantifier.ALL


def _strict(condition: Condition) -> Condition:
    """The condition as it refuses a request without its key."""
    quantifier = Quantifier.ANY if condition.operator.quantifier is Quantifier.ALL else condition.operator.quantifier
    return replace(condition, operator=replace(condition.operator, if_exists=False, quantifier=quantifier))


def _with(policy: Policy, statement: Statement, changed: dict[int, Condition]) -> Policy:
    conditions = tuple(changed.get(id(condition), condition) for condition in statement.conditions)
    return policy.with_statements((replace(statement, conditions=conditions), *policy.statements[1:]))
