"""Narrowing or extending what a role may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.engine.fact import LogGrant, LogNeed, RoleGrant
from auditor.engine.facts.trust_need import is_service_linked
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.fixes.candidate import Candidate
from auditor.fixes.narrow import log_statements
from auditor.fixes.operation import AddInlinePolicy, DetachPolicy, ReplaceStatement
from auditor.iam.document import Pattern, Statement
from auditor.iam.match.statement import match_action
from auditor.iam.text import text
from auditor.needs.logs import CREATE_GROUP, WRITING

_POLICY_NAME = "write-own-logs"


def plan_log_need(fact: LogNeed) -> Iterator[Candidate]:
    """A policy of the role for exactly the function's own group."""
    if fact.role is None or fact.function is None:
        return
    if is_service_linked(fact.role):
        yield Candidate(
            "Give the function a role of its own",
            advice="a service-linked role cannot be edited: make a role that trusts lambda.amazonaws.com and let it "
            f"write `{fact.group}:*`",
        )
        return
    statements = log_statements((fact.function,), fact.estate, create=CREATE_GROUP in fact.actions)
    yield Candidate(
        "Let the function write its own log group",
        (AddInlinePolicy(fact.role, _free_name(fact.role, _POLICY_NAME), statements),),
    )


def plan_log_grant(fact: LogGrant, rule: str) -> Iterator[Candidate]:
    """Keep what the functions need of a statement, topic by topic."""
    if fact.role is None or fact.statement.not_action or fact.statement.not_resource:
        yield Candidate("Write the statement with Action and Resource", advice="name what is allowed, not what is not")
        return
    functions = fact.estate.functions_of(fact.role)
    if not functions:
        yield Candidate("Name the group", advice="which function has this role is not known: name its log group")
        return
    creates = not match_action(fact.statement, CREATE_GROUP).no
    narrow = tuple(
        replace(s, conditions=fact.statement.conditions) for s in log_statements(functions, fact.estate, creates)
    )
    if fact.aws_managed:
        yield _instead_of_managed(fact, fact.role, narrow)
        return
    if rule == "logs-beyond-writing":
        yield _without_beyond(fact, fact.role)
        return
    rest, assumptions = _rest(fact.statement)
    # The same for the groups and for CreateLogGroup: one edit of the statement mends both.
    whole = Candidate(
        "Let the role write its functions' own log groups only",
        (ReplaceStatement(fact.role, fact.policy, fact.statement, (*narrow, *rest)),),
        (*assumptions, *_shared(fact.policy)),
    )
    yield whole
    if rule == "logs-create-group-unneeded" and whole.assumptions:
        yield _without_creating(fact, fact.role)


def _rest(statement: Statement) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """What a statement allows besides writing logs, as its own statement; a wildcard that takes in
    more than writing cannot be kept."""
    kept: list[Pattern] = []
    dropped: list[str] = []
    writing = {action.lower() for action in WRITING}
    for pattern in statement.actions:
        only = replace(statement, actions=(pattern,))
        if not any(match_action(only, action).yes for action in WRITING):
            kept.append(pattern)
        elif str(pattern.text).lower() not in writing:
            dropped.append(str(pattern.text))
    rest = (replace(statement, actions=tuple(kept), sid=None),) if kept else ()
    assumptions = tuple(f"the function's code uses nothing else of `{action}`" for action in dropped)
    return rest, assumptions


def _shared(policy: RolePolicy) -> tuple[str, ...]:
    return ("no other role needs what this shared policy allows",) if policy.shared else ()


def _without_beyond(fact: LogGrant, role: Role) -> Candidate:
    keep = tuple(p for p in fact.statement.actions if not _beyond(p, fact))
    wild = any("*" in str(p.text) for p in fact.statement.actions if _beyond(p, fact))
    writing = tuple(Pattern(text(action)) for action in WRITING) if wild else ()
    actions = tuple(dict.fromkeys((*keep, *writing)))
    by = (replace(fact.statement, actions=actions),) if actions else ()
    return Candidate(
        "Allow writing alone",
        (ReplaceStatement(role, fact.policy, fact.statement, by),),
        ("the function's own code does not manage log groups", *_shared(fact.policy)),
    )


def _beyond(pattern: Pattern, fact: LogGrant) -> bool:
    only = replace(fact.statement, actions=(pattern,))
    return any(match_action(only, action).yes for action in fact.beyond_writing)


def _without_creating(fact: LogGrant, role: Role) -> Candidate:
    keep = tuple(p for p in fact.statement.actions if (p.text.literal or "").lower() != CREATE_GROUP.lower())
    if any(match_action(replace(fact.statement, actions=(p,)), CREATE_GROUP).yes for p in keep):
        keep = tuple(Pattern(text(action)) for action in WRITING if action != CREATE_GROUP)
    by = (replace(fact.statement, actions=keep),) if keep else ()
    return Candidate(
        "Drop CreateLogGroup: the group is managed here",
        (ReplaceStatement(role, fact.policy, fact.statement, by),),
        _shared(fact.policy),
    )


def _instead_of_managed(fact: LogGrant, role: Role, narrow: tuple[Statement, ...]) -> Candidate:
    """The narrow statements and what else the managed policy allows, in a policy of the role."""
    kept: list[Statement] = []
    assumptions: dict[str, None] = {}
    for statement in fact.policy.policy.statements if fact.policy.policy is not None else ():
        rest, assumed = _rest(statement)
        kept.extend(rest)
        assumptions.update(dict.fromkeys(assumed))
    added = AddInlinePolicy(role, _free_name(role, _POLICY_NAME), (*narrow, *kept))
    return Candidate(
        f"Put a policy for the own log group in the place of {fact.policy.name}",
        (added, DetachPolicy(role, fact.policy)),
        tuple(assumptions),
    )


def plan_role_grant(fact: RoleGrant) -> Iterator[Candidate]:
    """What the function can be seen to need, in the place of everything."""
    if fact.role is None:
        return
    narrow = log_statements(fact.estate.functions_of(fact.role), fact.estate, create=True)
    assumption = "the function's own code calls no AWS service: add what it uses"
    if fact.policy.attachment is Attachment.AWS_MANAGED:
        added = AddInlinePolicy(fact.role, _free_name(fact.role, _POLICY_NAME), narrow)
        yield Candidate(
            f"Put a policy for what is needed in the place of {fact.policy.name}",
            (*((added,) if narrow else ()), DetachPolicy(fact.role, fact.policy)),
            (assumption,),
        )
        return
    yield Candidate(
        "Allow what the function can be seen to need",
        (ReplaceStatement(fact.role, fact.policy, fact.statement, narrow),),
        (assumption, *_shared(fact.policy)),
    )


def _free_name(role: Role, base: str) -> str:
    used = {str(policy.name) for policy in role.policies}
    return next(name for n in range(1, len(used) + 2) if (name := base if n == 1 else f"{base}-{n}") not in used)
