"""Parts of a request that are tied: the source account to the source ARN, the caller's account to
the caller's ARN, and the owner's account and the region to the resource.

Source: IAM user guide, "AWS global condition context keys" (aws:SourceAccount, aws:PrincipalAccount,
aws:ResourceAccount, aws:RequestedRegion).
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.iam.access.question import each
from auditor.iam.arn import account_of, arn
from auditor.iam.keys import (
    PRINCIPAL_ACCOUNT,
    PRINCIPAL_ARN,
    REQUESTED_REGION,
    RESOURCE_ACCOUNT,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
)
from auditor.iam.match.glob import glob, items_of
from auditor.iam.match.items import Machine, machine
from auditor.iam.request import Context
from auditor.iam.text import HoleType, Text, text

PAIRS = ((SOURCE_ARN, SOURCE_ACCOUNT), (PRINCIPAL_ARN, PRINCIPAL_ACCOUNT))
"""Keys with an ARN, each with the key that has the account in it."""
RESOURCE_KEYS = (RESOURCE_ACCOUNT, REQUESTED_REGION)
"""Keys whose value is a part of the resource's ARN, where it has that part."""


def agree(context: Context) -> bool:
    """Whether aws:SourceAccount is the account inside aws:SourceArn, where both are there, and
    aws:PrincipalAccount that inside aws:PrincipalArn."""
    return all(_fits(context.get(arn, ()), context.get(account, ())) for arn, account in PAIRS)


def _fits(arns: tuple[Text, ...], accounts: tuple[Text, ...]) -> bool:
    if len(arns) != 1 or len(accounts) != 1:
        return True
    named = account_of(arns[0])
    return named is None or named == accounts[0]


def owns(context: Context, resource: Text) -> bool:
    """Whether the keys that a resource decides have its parts for values."""
    return all(
        (part := resource_part(key, resource)) is None or values == (part,)
        for key in RESOURCE_KEYS
        if (values := context.get(key, ()))
    )


def resource_part(key: str, resource: Text) -> Text | None:
    """What a resource makes of a key; None where its ARN has no such part."""
    parsed = arn(resource)
    if parsed is None:
        return None
    return (parsed.account if key == RESOURCE_ACCOUNT else parsed.region) or None


def lifted(key: str, machines: Iterable[Machine]) -> list[Machine]:
    """Patterns of ARNs whose account, or region, is like one of these patterns of a key's values."""
    before, after = _AROUND[RESOURCE_ACCOUNT if key in (SOURCE_ACCOUNT, PRINCIPAL_ACCOUNT) else key]
    return [_between(before, pattern, after) for pattern in machines]


def well_formed(key: str) -> Machine:
    """A pattern of ARNs that have an account, or a region, as AWS writes them."""
    return lifted(key, [machine(items_of((_FORMS[key],)))])[0]


def valued(key: str, values: Iterable[Text]) -> list[Machine]:
    """Patterns of ARNs with one of these accounts, or regions."""
    return lifted(key, [machine(items_of(glob(value, wildcards=False))) for value in values])


_FORMS = {RESOURCE_ACCOUNT: each(HoleType.ACCOUNT), REQUESTED_REGION: each(HoleType.REGION)}
_AROUND = {
    key: tuple(machine(items_of(glob(text(part)), segmented=segmented)) for part, segmented in parts)
    for key, parts in {
        RESOURCE_ACCOUNT: (("arn:*:*:*:", True), (":*", False)),
        REQUESTED_REGION: (("arn:*:*:", True), (":*:*", True)),
    }.items()
}


def _between(before: Machine, pattern: Machine, after: Machine) -> Machine:
    begin = before.end
    return Machine(
        (*before.items, *pattern.items, *after.items),
        tuple((begin + start, kind, begin + end) for start, kind, end in pattern.jumps),
        tuple((begin + start, begin + end) for start, end in pattern.skips),
    )
