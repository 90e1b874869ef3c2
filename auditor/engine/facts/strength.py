"""Which roles of an estate are stronger than a function should be, and who gets at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies, decide
from auditor.iam.document import PolicyKind
from auditor.iam.keys import PRINCIPAL_ARN
from auditor.iam.request import PrincipalKind, Request, aws, service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, text
from auditor.needs.assume import ASSUME_ROLE
from auditor.needs.deciding import role_policies

_ANYTHING = Domain((text("arn:", each(HoleType.ANYTHING)), text("*")))
_LOGS = policy_of(PolicyKind.IDENTITY, [allow(("logs:*",), (text("*"),))])
Reached = tuple[Request, Policies, Role]
_MOST_STEPS = 10


@dataclass
class Strength:
    """`is_admin` tells of a role whether it may do everything; asked once for each."""

    estate: Estate
    is_admin: Callable[[Role], bool]
    _admin: dict[str, bool] = field(default_factory=dict)
    _assumable: list[Role] | None = None

    def takes(self, role: Role, principal: str) -> bool:
        """Whether a role is an administrator's and a service may assume it."""
        if role.trust is None or not self._strong(role):
            return False
        request = Request(service(principal), ASSUME_ROLE, role.arn)
        return decide(request, Policies(resource=role.trust)).allowed

    def adds(self, key: str, own: Role) -> bool:
        """Whether the role of a key may do anything, writing logs apart, that `own` may not; also where it is
        not known."""
        other = next((role for role in self.estate.roles if role.key == key), None)
        if other is None or not other.policies_known or any(held.policy is None for held in other.policies):
            return True
        asked = Question((aws(own.arn),), None, _ANYTHING)
        known = Policies(identity=(*role_policies(own).identity, _LOGS), boundaries=role_policies(own).boundaries)
        return escape(role_policies(other), known, asked).outcome is not Outcome.NONE

    def reached_from(self, role: Role) -> Reached | None:
        """An administrator's role that a role can assume, perhaps by way of others, with the first
        request on the way; None where there is none."""
        waiting: list[tuple[Role, Reached | None]] = [(role, None)]
        seen = {role.key}
        for _ in range(_MOST_STEPS):
            following: list[tuple[Role, Reached | None]] = []
            for holder, first in waiting:
                for other in self._candidates():
                    if other.key in seen:
                        continue
                    step = _assumes(holder, other)
                    if step is None:
                        continue
                    seen.add(other.key)
                    begun = (step[0], step[1], other) if first is None else (first[0], first[1], other)
                    if self._strong(other):
                        return begun
                    following.append((other, begun))
            if not following:
                return None
            waiting = following
        return None

    def _strong(self, role: Role) -> bool:
        if role.key not in self._admin:
            self._admin[role.key] = self.is_admin(role)
        return self._admin[role.key]

    def _candidates(self) -> list[Role]:
        """The roles that more than services may assume."""
        if self._assumable is None:
            self._assumable = [role for role in self.estate.roles if _names_account(role)]
        return self._assumable


def _names_account(role: Role) -> bool:
    statements = role.trust.statements if role.trust is not None else ()
    return any(p.kind in (PrincipalKind.AWS, PrincipalKind.ANYONE) for s in statements for p in s.principals or ())


def _assumes(holder: Role, other: Role) -> tuple[Request, Policies] | None:
    policies = Policies(other.trust, role_policies(holder).identity)
    context = {PRINCIPAL_ARN: (holder.arn,)}
    account = account_of(holder.arn)
    if account is not None:
        context["aws:principalaccount"] = (account,)
    request = Request(aws(holder.arn), ASSUME_ROLE, other.arn, MappingProxyType(context))
    return (request, policies) if decide(request, policies).allowed else None
