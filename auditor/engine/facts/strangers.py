"""Who stands for everybody else: principals of other accounts, and what they can send."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import MappingProxyType

from auditor.engine.facts.source_domains import one_value
from auditor.iam.access.question import ANY_ACCOUNT, Domain, each
from auditor.iam.access.representatives import representatives
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies
from auditor.iam.keys import PRINCIPAL_ACCOUNT, PRINCIPAL_ARN
from auditor.iam.request import Principal, aws
from auditor.iam.text import HoleType, text

ORGANISATION_KEYS = ("aws:principalorgid", "aws:sourceorgid", "aws:principalorgpaths", "aws:sourceorgpaths")
NETWORK_KEYS = ("aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid")
FOREIGN_NETWORK = MappingProxyType(
    {
        "aws:sourcevpc": one_value("vpc-0123456789abcdef0"),
        "aws:sourcevpcarn": one_value("arn:aws:ec2:us-east-1:444455556666:vpc/vpc-0123456789abcdef0"),
        "aws:sourcevpce": one_value("vpce-0123456789abcdef0"),
        "aws:vpceaccount": one_value("444455556666"),
        "aws:vpceorgid": one_value("o-anybodyelse"),
    }
)
"""A stranger's own VPC and endpoint, or none."""


def stranger_in(account: str) -> Principal:
    """Any role or user of an account."""
    return aws(f"arn:aws:iam::{account}:role/anyone")


def outsider(key: str) -> Domain:
    """An organisation that nothing names, as one of ORGANISATION_KEYS tells it."""
    return one_value("o-anybodyelse/r-ab12/" if key.endswith("paths") else "o-anybodyelse")


def accounts_fitting(policies: Policies, named: Collection[str]) -> Iterator[str]:
    """An account for each way in which conditions on the caller tell accounts apart that are not
    named; a pattern such as `1*` takes many of them."""
    head, tail = text("arn:aws:iam::", each(HoleType.ACCOUNT)), each(HoleType.ANYTHING)
    callers = Domain((text(head, ":role/", tail), text(head, ":user/", tail)))
    accounts = representatives(policies, PRINCIPAL_ACCOUNT, ANY_ACCOUNT)
    owners = (account_of(caller) for caller in representatives(policies, PRINCIPAL_ARN, callers))
    found = (account.literal for account in (*accounts, *owners) if account is not None)
    yield from dict.fromkeys(account for account in found if account is not None and account not in named)
