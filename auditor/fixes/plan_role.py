"""Narrowing or extending what a role may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from auditor.engine.fact import LogGrant, LogNeed
from auditor.engine.facts.trust_need import is_service_linked
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.fixes.apply import holds
from auditor.fixes.candidate import Candidate
from auditor.fixes.narrow import log_statements
from auditor.fixes.operation import AddInlinePolicy, DetachPolicy, ReplaceStatement
from auditor.iam.document import Effect, Pattern, Statement
from auditor.iam.match.statement import match_action
from auditor.iam.text import text
from auditor.needs.logs import CREATE_GROUP, PUT_EVENTS, WRITING

LOGS_POLICY = "write-own-logs"
BEYOND = "logs-beyond-writing"
_MANAGES_NOTHING = "the function's own code does not manage log groups"


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
        (AddInlinePolicy(fact.role, free_name(fact.role, LOGS_POLICY), statements),),
    )


def plan_log_statement(grants: Mapping[str, LogGrant]) -> Candidate | None:
    """One edit of a statement that mends all that rules (by id) found in it; None where one rule's
    own fix is as good."""
    facts = list(grants.values())
    first, role = facts[0], facts[0].role
    beyond = grants.get(BEYOND)
    functions = first.estate.functions_of(role) if role is not None else ()
    if len(grants) < 2 or beyond is None or role is None or first.aws_managed or not functions:
        return None
    rest, assumptions = _rest(_without(first.statement, beyond.beyond_writing))
    narrow = _narrow(first, role)
    return Candidate(
        "Let the role write its functions' own log groups, and nothing else in CloudWatch Logs",
        (ReplaceStatement(role, first.policy, first.statement, (*narrow, *rest)),),
        tuple(dict.fromkeys((*_dropped(beyond), *assumptions, *rests_on_sharing(first.policy), *_unknown_users(role)))),
    )


def plan_log_grant(fact: LogGrant, rule: str) -> Iterator[Candidate]:
    """Keep what the functions need of a statement, topic by topic."""
    if fact.role is None or fact.statement.not_action or fact.statement.not_resource:
        yield Candidate("Write the statement with Action and Resource", advice="name what is allowed, not what is not")
        return
    if not fact.estate.functions_of(fact.role):
        yield Candidate("Name the group", advice="which function has this role is not known: name its log group")
        return
    narrow = _narrow(fact, fact.role)
    if fact.aws_managed:
        yield _instead_of_managed(fact, fact.role, narrow)
        return
    if rule == BEYOND:
        yield _without_beyond(fact, fact.role)
        return
    shared = fact.policy.shared or len([True for role in fact.estate.roles if holds(role, fact.policy)]) > 1
    if shared and fact.policy.attachment is Attachment.MANAGED:
        # An edit would be for every role that holds it.
        yield _instead_of_managed(fact, fact.role, narrow)
    rest, assumptions = _rest(fact.statement)
    # The same for the groups and for CreateLogGroup: one edit of the statement mends both.
    whole = Candidate(
        "Let the role write its functions' own log groups only",
        (ReplaceStatement(fact.role, fact.policy, fact.statement, (*narrow, *rest)),),
        (*assumptions, *rests_on_sharing(fact.policy), *_unknown_users(fact.role)),
    )
    yield whole
    if rule == "logs-create-group-unneeded" and whole.assumptions:
        yield _without_creating(fact, fact.role)


def _narrow(fact: LogGrant, role: Role) -> tuple[Statement, ...]:
    """Writing the own groups of the role's functions."""
    creates = not match_action(fact.statement, CREATE_GROUP).no
    written = log_statements(fact.estate.functions_of(role), fact.estate, creates)
    return tuple(replace(statement, conditions=fact.statement.conditions) for statement in written)


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


def rests_on_sharing(policy: RolePolicy) -> tuple[str, ...]:
    """What an edit of a policy rests on where other roles hold it too."""
    return ("no other role needs what this shared policy allows",) if policy.shared else ()


def _unknown_users(role: Role) -> tuple[str, ...]:
    """Of a role that is known by name alone, not all who use it are known."""
    known = role.trust is not None or role.policies_known
    return () if known else (f"nothing outside of what was read uses the role `{role.title}`",)


def _without_beyond(fact: LogGrant, role: Role) -> Candidate:
    left = _without(fact.statement, fact.beyond_writing)
    return Candidate(
        "Allow writing alone",
        (ReplaceStatement(role, fact.policy, fact.statement, (left,) if left.actions else ()),),
        (*_dropped(fact), *rests_on_sharing(fact.policy), *_unknown_users(role)),
    )


def _dropped(beyond: LogGrant) -> tuple[str, ...]:
    """What rests on the function not doing what it will no longer be allowed."""
    patterns = [str(p.text) for p in beyond.statement.actions if not str(p.text).lower().startswith("logs:")]
    only = {p: replace(beyond.statement, actions=(Pattern(text(p)),)) for p in patterns}
    wider = [pattern for pattern in patterns if match_action(only[pattern], PUT_EVENTS).yes]
    return (_MANAGES_NOTHING, *(f"the function's code uses nothing else of `{pattern}`" for pattern in wider))


def _without(statement: Statement, beyond: Sequence[str]) -> Statement:
    """The statement without the patterns that allow one of the actions `beyond`; what they allow of
    writing is spelled out."""
    keep: list[Pattern] = []
    for pattern in statement.actions:
        only = replace(statement, actions=(pattern,))
        if any(match_action(only, action).yes for action in beyond):
            keep.extend(Pattern(text(action)) for action in WRITING if match_action(only, action).yes)
        else:
            keep.append(pattern)
    return replace(statement, actions=tuple(dict.fromkeys(keep)))


def _without_creating(fact: LogGrant, role: Role) -> Candidate:
    keep = tuple(p for p in fact.statement.actions if (p.text.literal or "").lower() != CREATE_GROUP.lower())
    if any(match_action(replace(fact.statement, actions=(p,)), CREATE_GROUP).yes for p in keep):
        keep = tuple(Pattern(text(action)) for action in WRITING if action != CREATE_GROUP)
    by = (replace(fact.statement, actions=keep),) if keep else ()
    return Candidate(
        "Drop CreateLogGroup: the group is managed here",
        (ReplaceStatement(role, fact.policy, fact.statement, by),),
        rests_on_sharing(fact.policy),
    )


def _instead_of_managed(fact: LogGrant, role: Role, narrow: tuple[Statement, ...]) -> Candidate:
    """The narrow statements and what else the managed policy allows, in a policy of the role."""
    kept: list[Statement] = []
    assumptions: dict[str, None] = {}
    for statement in fact.policy.policy.statements if fact.policy.policy is not None else ():
        rest, assumed = ((statement,), ()) if statement.effect is Effect.DENY else _rest(statement)
        kept.extend(rest)
        assumptions.update(dict.fromkeys(assumed))
    added = AddInlinePolicy(role, free_name(role, LOGS_POLICY), (*narrow, *kept))
    return Candidate(
        "Put a policy for the own log group in the place of {}",
        (added, DetachPolicy(role, fact.policy)),
        (*assumptions, *_unknown_users(role)),
        names=(str(fact.policy.name),),
    )


def free_name(role: Role, base: str) -> str:
    """`base`, or with a number behind it where a policy of the role has that name."""
    used = {str(policy.name) for policy in role.policies}
    return next(name for n in range(1, len(used) + 2) if (name := base if n == 1 else f"{base}-{n}") not in used)
