"""Facts about what a role's statements allow at large."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from auditor.engine.fact import RoleGrant
from auditor.engine.facts.concrete import OWN_ACCOUNT, Concrete, concrete
from auditor.engine.facts.isolate import isolate
from auditor.engine.facts.log_grant import is_for_lambda, place_of
from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Effect, Policy, PolicyKind, Statement
from auditor.iam.request import Request, aws
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, Text, text
from auditor.needs.deciding import role_policies

_EVERYTHING = Policies(identity=(policy_of(PolicyKind.IDENTITY, [allow(("*",), (text("*"),))]),))
_TELLING = ("iam:CreateUser", "s3:DeleteBucket", "kms:Decrypt", "lambda:InvokeFunction", "sts:AssumeRole")


def role_grants(role: Role, estate: Estate) -> Iterator[RoleGrant]:
    """One fact for each Allow statement of each policy of a function's role."""
    functions = estate.functions_of(role)
    if not functions and not is_for_lambda(role):
        return
    for held in role.policies:
        for statement in held.policy.statements if held.policy is not None else ():
            if held.policy is None or statement.effect is not Effect.ALLOW:
                continue
            shown = _shown(role) if _is_everything(role, held.policy, statement) else None
            yield RoleGrant(
                estate=estate,
                origin=place_of(statement, held),
                witness=shown.request if shown else None,
                witness_in=shown.policies if shown else None,
                values=shown.values if shown else MappingProxyType({}),
                role=role,
                function=functions[0] if len(functions) == 1 else None,
                statement=statement,
                policy=held,
                admin=shown is not None,
            )


def _is_everything(role: Role, document: Policy, statement: Statement) -> bool:
    """Whether no request is left that the statement does not allow: not an action that nobody
    names, not one that the statement itself mentions, on no resource."""
    anything = Domain((text("arn:aws:", each(HoleType.NAME), ":us-east-1:", _own(role), ":", each(HoleType.ANYTHING)),))
    question = Question((aws(role.arn),), None, anything)
    alone = Policies(identity=(isolate(document, statement).with_statements((statement,)),))
    return escape(_EVERYTHING, alone, question).outcome is Outcome.NONE


def _shown(role: Role) -> Concrete | None:
    """A telling request that the role may make, its denials and its boundary counted; None where
    they leave none of them."""
    policies = role_policies(role)
    for action in _TELLING:
        service = action.partition(":")[0]
        request = Request(aws(role.arn), action, text(f"arn:aws:{service}::", _own(role), ":any/thing"))
        if decide(request, policies).allowed:
            return concrete(request, policies)
    return None


def _own(role: Role) -> Text:
    return account_of(role.arn) or text(OWN_ACCOUNT)
