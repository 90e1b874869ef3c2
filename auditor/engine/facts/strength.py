"""Which roles of an estate are stronger than a function should be, and who gets at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies, decide
from auditor.iam.keys import PRINCIPAL_ARN
from auditor.iam.request import PrincipalKind, Request, aws, service
from auditor.needs.assume import ASSUME_ROLE
from auditor.needs.deciding import role_policies

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
