"""The condition keys of policies: which they name, and which of them can have several values.

Source: IAM user guide, "AWS global condition context keys" (each key's value type).
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.decide import Policies
from auditor.iam.document import Statement
from auditor.iam.match.glob import glob, variables_in
from auditor.iam.match.statement import resource_glob
from auditor.iam.text import Text

SOURCE_ARN, SOURCE_ACCOUNT = "aws:sourcearn", "aws:sourceaccount"
PRINCIPAL_ARN, PRINCIPAL_ACCOUNT = "aws:principalarn", "aws:principalaccount"
RESOURCE_ACCOUNT, REQUESTED_REGION = "aws:resourceaccount", "aws:requestedregion"

_MULTIVALUED = frozenset(
    (
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
    )
)


def condition_keys(policies: Policies) -> frozenset[str]:
    """The keys, in lower case, that statements test or use as policy variables."""
    found: set[str] = set()
    for _, policy in policies.named():
        bodies = (unread.body for unread in policy.unknown if unread.body is not None)
        for statement in (*policy.statements, *bodies):
            found.update(_keys(statement, policy.variables))
    return frozenset(found)


def _keys(statement: Statement, variables: bool) -> Iterator[str]:
    for condition in statement.conditions:
        if condition.key.literal is not None:
            yield condition.key.literal.lower()
        for value in condition.values if variables else ():
            yield from _variables(value.text)
    for resource in statement.resources or () if variables else ():
        yield from variables_in(resource_glob(resource.text, True))


def _variables(written: Text) -> frozenset[str]:
    return variables_in(glob(written, True, True))


def is_single_valued(key: str) -> bool:
    """Whether a key (lower case) is known never to have several values. Of keys of services and of
    tags in requests it is not known here."""
    return key.startswith("aws:") and key not in _MULTIVALUED
