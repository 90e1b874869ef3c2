"""Accounts that are somebody's own: what crosses into them is told, and does not gate."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from auditor.engine.fact import Fact, InvokeGrant, TrustGrant
from auditor.engine.finding import Finding
from auditor.engine.levels import Severity
from auditor.engine.rule import Rule
from auditor.iam.arn import account_of
from auditor.iam.document import Condition
from auditor.iam.frozen import Frozen
from auditor.iam.text import text
from auditor.triage.waiver import rules_of

TAG = "cross-account"
"""The rules that are lowered have it."""

_ACCOUNTS = ("aws:principalaccount", "aws:sourceaccount")
_ORGANIZATIONS = ("aws:principalorgid", "aws:sourceorgid")
_PATHS = ("aws:principalorgpaths", "aws:sourceorgpaths")
_EXACT = {"StringEquals", "StringLike"}
_EXACT_OF_SEVERAL = {f"ForAnyValue:{name}" for name in _EXACT}


class TrustedAccount(Frozen):
    """An account that may call functions, and why it is trusted."""

    account: str
    reason: str


class Trust(Frozen):
    """The accounts and the organization that are trusted."""

    accounts: tuple[TrustedAccount, ...] = ()
    organization: str | None = None

    def __bool__(self) -> bool:
        return bool(self.accounts or self.organization)


NOBODY = Trust()


def lower(findings: Sequence[Finding], rules: Sequence[Rule], trust: Trust) -> tuple[Finding, ...]:
    """The findings in which those of the cross-account rules are `info` where every part of them lets
    in only who is trusted. Which ones they are is told by the statements themselves."""
    crossing = {rule.id for rule in rules if TAG in rule.tags}
    return tuple(
        replace(finding, severity=Severity.INFO)
        if trust and rules_of(finding) <= crossing and all(_is_trusted(fact, trust) for fact in finding.facts)
        else finding
        for finding in findings
    )


def _is_trusted(fact: Fact, trust: Trust) -> bool:
    """Whether a grant lets in only the trusted: by its principal, or by a condition that no other
    caller can satisfy."""
    if not isinstance(fact, (InvokeGrant, TrustGrant)):
        return False
    accounts = {trusted.account for trusted in trust.accounts}
    principal = fact.principal
    owner = principal if principal.isdecimal() else account_of(text(principal))
    if str(owner) in accounts and not fact.statement.not_principal:
        return True
    return any(_binds(condition, accounts, trust.organization) for condition in fact.statement.conditions)


def _binds(condition: Condition, accounts: set[str], organization: str | None) -> bool:
    """Whether a condition holds only for callers of these accounts or this organization: each value
    of it is literal and names one of them."""
    operator, key = str(condition.operator), (condition.key.literal or "").lower()
    values = [value.text.literal or "" for value in condition.values]
    if not values:
        return False
    if key in _ACCOUNTS:
        return operator in _EXACT and all(value in accounts for value in values)
    if organization is None:
        return False
    if key in _ORGANIZATIONS:
        return operator in _EXACT and all(value == organization for value in values)
    # A caller has several paths, all of them in its one organization.
    return (
        key in _PATHS
        and operator in _EXACT_OF_SEVERAL
        and all(value.startswith(f"{organization}/") for value in values)
    )
