"""Facts about what a role's statements allow at large."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import RoleGrant
from auditor.engine.facts.concrete import Concrete, concrete
from auditor.engine.facts.isolate import isolate
from auditor.engine.facts.log_grant import place_of
from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, Policy, PolicyKind, Statement
from auditor.iam.request import Request, aws
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, text

_EVERYTHING = Policies(identity=(policy_of(PolicyKind.IDENTITY, [allow(("*",), (text("*"),))]),))
_UNNAMED_ACTION = "anyservice:AnyAction"
_TELLING = ("iam:CreateUser", "s3:DeleteBucket", "kms:Decrypt", "lambda:InvokeFunction", "sts:AssumeRole")


def role_grants(role: Role, estate: Estate) -> Iterator[RoleGrant]:
    """One fact for each Allow statement of each policy of a role."""
    functions = estate.functions_of(role)
    for held in role.policies:
        for statement in held.policy.statements if held.policy is not None else ():
            if held.policy is None or statement.effect is not Effect.ALLOW:
                continue
            admin = _is_everything(role, held.policy, statement)
            made = _witness(role, held.policy, statement)
            yield RoleGrant(
                estate=estate,
                origin=place_of(statement, held),
                witness=made.request if admin else None,
                witness_in=made.policies if admin else None,
                values=made.values,
                role=role,
                function=functions[0] if len(functions) == 1 else None,
                statement=statement,
                policy=held,
                admin=admin,
            )


def _is_everything(role: Role, document: Policy, statement: Statement) -> bool:
    """Whether no request is left that the statement does not allow: not an action that nobody
    names, not one that the statement itself mentions, on no resource."""
    mentioned = [p.text.literal for p in statement.actions if p.text.literal and "*" not in p.text.literal]
    actions = tuple(dict.fromkeys((_UNNAMED_ACTION, *_TELLING, *mentioned)))
    own = account_of(role.arn) or text("111122223333")
    anything = Domain((text("arn:aws:", each(HoleType.NAME), ":us-east-1:", own, ":", each(HoleType.ANYTHING)),))
    question = Question((aws(role.arn),), actions, anything)
    alone = Policies(identity=(isolate(document, statement).with_statements((statement,)),))
    return escape(_EVERYTHING, alone, question).outcome is Outcome.NONE


def _witness(role: Role, document: Policy, statement: Statement) -> Concrete:
    own = account_of(role.arn) or text("111122223333")
    request = Request(aws(role.arn), _TELLING[0], text("arn:aws:iam::", own, ":user/anyone"))
    held = Policies(identity=(isolate(document, statement),))
    return concrete(request, held)
