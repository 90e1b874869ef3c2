"""Values of one key, one for each way in which the conditions of policies on it tell values apart."""

from __future__ import annotations

from auditor.iam.access.atoms import atoms
from auditor.iam.access.question import Domain
from auditor.iam.access.steps import TooManyError
from auditor.iam.access.values import value_machines
from auditor.iam.decide import Policies
from auditor.iam.text import Text

_LIMIT = 2_000


def representatives(policies: Policies, key: str, domain: Domain) -> tuple[Text, ...]:
    """The values, within a domain, of a key in lower case; none where no condition is on it, or
    where they tell too many apart. Policy variables have no values here."""
    conditions = [
        (condition, policy.variables)
        for policy, statement in policies.statements()
        for condition in statement.conditions
        if str(condition.key).lower() == key
    ]
    machines = tuple(dict.fromkeys(value_machines(conditions, lambda _: ())))
    if not machines:
        return ()
    try:
        return atoms(machines, domain, _LIMIT)
    except TooManyError:
        return ()
