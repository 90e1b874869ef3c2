"""The parts of a statement against the parts of a request."""

from __future__ import annotations

from enum import Enum

from auditor.iam.arn import COMPONENTS
from auditor.iam.document import Condition, Pattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.match.condition import match_condition, match_with_variables
from auditor.iam.match.glob import Glob, Variable, fold, glob, matches
from auditor.iam.match.principal import Naming, match_principal
from auditor.iam.match.text import match_resource
from auditor.iam.request import Context, Request
from auditor.iam.text import Text, text
from auditor.iam.truth import YES, Truth, all_of, any_of, maybe, negate


class Part(Enum):
    """The parts of a statement, in the order in which a mismatch is told."""

    PRINCIPAL = "principal"
    ACTION = "action"
    RESOURCE = "resource"
    CONDITION = "condition"


class StatementMatch(Frozen):
    """How a statement answers a request. `mismatch` is the first part that surely does not
    match, with the condition where it is one."""

    applies: Truth
    naming: Naming
    mismatch: Part | None = None
    condition: Condition | None = None


def match_action(statement: Statement, action: str) -> Truth:
    """Actions are compared without case."""
    lowered = text(action.lower())
    answer = any_of(matches(fold(glob(p.text)), lowered, folded=True) for p in statement.actions)
    return negate(answer) if statement.not_action else answer


def match_resources(statement: Statement, resource: Text, context: Context, variables: bool) -> Truth:
    """Resource or NotResource; a statement without either (a trust policy's) applies to all."""
    if statement.resources is None:
        return YES
    completed = statement.principals is None
    answer = any_of(_match_resource(p, resource, context, variables, completed) for p in statement.resources)
    return negate(answer) if statement.not_resource else answer


def _match_resource(pattern: Pattern, resource: Text, context: Context, variables: bool, completed: bool) -> Truth:
    parsed = resource_glob(pattern.text, variables)
    return match_with_variables(parsed, context, lambda resolved: match_resource(resolved, resource, completed))


def resource_glob(written: Text, variables: bool) -> Glob:
    """A Resource pattern. A policy variable counts only after the fifth colon."""
    if not variables:
        return glob(written)
    parsed = glob(written, variables=True)
    if not any(isinstance(token, Variable) for token in parsed):
        return parsed
    colons = 0
    for token in parsed:
        if isinstance(token, Variable):
            if colons < COMPONENTS - 1:
                return glob(written)
        elif isinstance(token, str):
            colons += token.count(":")
    return parsed


def match_statement(statement: Statement, request: Request, variables: bool) -> StatementMatch:
    naming = match_principal(statement, request.principal)
    parts = (
        (Part.PRINCIPAL, naming.either),
        (Part.ACTION, match_action(statement, request.action)),
        (Part.RESOURCE, match_resources(statement, request.resource, request.context, variables)),
    )
    for part, answer in parts:
        if answer.no:
            return StatementMatch(answer, naming, part)
    answers = [answer for _, answer in parts]
    for condition in statement.conditions:
        answer = match_condition(condition, request.context, variables)
        if answer.no:
            return StatementMatch(answer, naming, Part.CONDITION, condition)
        answers.append(answer)
    if statement.uncertain:
        answers.append(maybe(statement.uncertain))
    return StatementMatch(all_of(answers), naming)
