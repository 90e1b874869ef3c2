"""Narrowing what a role may do beyond its logs."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.engine.fact import RoleGrant, RolePath, RoleUse, Width
from auditor.estate.role import Attachment
from auditor.fixes.candidate import Candidate
from auditor.fixes.narrow import configured_statements, log_statements
from auditor.fixes.operation import AddInlinePolicy, DetachPolicy, ReplaceStatement
from auditor.fixes.plan_role import LOGS_POLICY, free_name, rests_on_sharing
from auditor.iam.catalogue import matched_by
from auditor.iam.document import Pattern, Statement

_POLICY_NAME = "what-is-needed"


def plan_role_grant(fact: RoleGrant) -> Iterator[Candidate]:
    """What the function can be seen to need, where that is known to be all; else advice."""
    if fact.role is None:
        yield Candidate(
            "Allow what is needed, and nothing else",
            advice="what has this policy is not known here: name the actions and resources that it needs, or audit the "
            "policy together with its role and function",
        )
    elif fact.admin:
        yield from _instead_of_everything(fact)
    elif fact.width is Width.RESOURCE and fact.needed:
        yield from _on_what_is_configured(fact)
    else:
        yield Candidate(_TITLES[fact.width], advice=_advice(fact))


_TITLES = {
    Width.SERVICE: "Name the actions that the function uses",
    Width.RESOURCE: "Name the resources that the function uses",
    Width.PASSING: "Name the roles, and the service they are passed to",
    Width.NEGATION: "Name what is allowed, not what is not",
    Width.NONE: "Allow what is needed, and nothing else",
}


def _advice(fact: RoleGrant) -> str:
    """What to write; which actions and resources these are, only the function's code tells."""
    match fact.width:
        case Width.SERVICE:
            return f"list what the code calls of {', '.join(fact.services)} in the place of the wildcard, by ARN"
        case Width.RESOURCE:
            return "put the ARNs of what the code works on in the place of the wildcard"
        case Width.PASSING:
            return "set Resource to the ARNs of the roles, and add the condition iam:PassedToService"
        case Width.NEGATION:
            return f"write {fact.negated.removeprefix('Not')} with what is needed in the place of {fact.negated}"
        case Width.NONE:
            return "name the actions and resources that are needed"


def _instead_of_everything(fact: RoleGrant) -> Iterator[Candidate]:
    """What the function can be seen to need, in the place of everything."""
    assert fact.role is not None, "looked at before"
    functions = fact.estate.functions_of(fact.role)
    configured = configured_statements(functions, fact.estate)
    narrow = (*log_statements(functions, fact.estate, create=True), *configured)
    assumption = "the function's own code calls no AWS service: add what it uses"
    if fact.policy.attachment is Attachment.AWS_MANAGED:
        added = AddInlinePolicy(fact.role, free_name(fact.role, _POLICY_NAME if configured else LOGS_POLICY), narrow)
        yield Candidate(
            f"Put a policy for what is needed in the place of {fact.policy.name}",
            (*((added,) if narrow else ()), DetachPolicy(fact.role, fact.policy)),
            (assumption,),
        )
        return
    yield Candidate(
        "Allow what the function can be seen to need",
        (ReplaceStatement(fact.role, fact.policy, fact.statement, narrow),),
        (assumption, *rests_on_sharing(fact.policy)),
    )


def _on_what_is_configured(fact: RoleGrant) -> Iterator[Candidate]:
    """The actions that the configuration asks for on what it names, and the rest as it was."""
    assert fact.role is not None, "looked at before"
    needed = configured_statements(fact.estate.functions_of(fact.role), fact.estate)
    wanted = {str(pattern.text) for statement in needed for pattern in statement.actions}
    assumption = "the function's own code uses none of these actions on anything else"
    if fact.policy.attachment is Attachment.AWS_MANAGED:
        yield Candidate(
            "Put a policy of the role in the place of AWS's",
            advice="AWS's policy cannot name your resources: allow the same actions on their ARNs in a policy of the "
            "role, then detach it",
        )
        return
    kept = tuple(pattern for pattern in fact.statement.actions if not _names_any(pattern, wanted))
    taken = tuple(statement for statement in needed if any(_matches(fact.statement, p) for p in statement.actions))
    rest = (replace(fact.statement, actions=kept),) if kept else ()
    yield Candidate(
        "Allow it on what the function is configured with",
        (ReplaceStatement(fact.role, fact.policy, fact.statement, (*taken, *rest)),),
        (assumption, *rests_on_sharing(fact.policy)),
    )


def _names_any(pattern: Pattern, wanted: set[str]) -> bool:
    return pattern.text.literal is not None and not wanted.isdisjoint(matched_by(pattern.text.literal))


def _matches(statement: Statement, action: Pattern) -> bool:
    return any(_names_any(pattern, {str(action.text)}) for pattern in statement.actions)


def plan_role_path(fact: RolePath) -> Iterator[Candidate]:
    """Which of the actions the function uses, only its code tells: any one of them breaks the path."""
    one = "one of " if len(fact.actions) > 1 else ""
    yield Candidate(
        "Break the path",
        advice=f"take away {one}{', '.join(fact.actions)}, or tie it to the resources that the function works on",
    )


def plan_role_use(fact: RoleUse) -> Iterator[Candidate]:
    yield Candidate(
        "Give each function a role of its own",
        advice=f"make a role for each of {', '.join(fact.functions)} with what it needs, then remove the shared one",
    )
