"""An estate that was just built, and what its ARNs tell of where it lives."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.iam.text import ACCOUNT, REGION, text
from auditor.sources.arns import function_arn, role_arn
from auditor.sources.home import Home
from auditor.sources.options import ReadOptions


class Assembled(NamedTuple):
    """An estate and the literal ARNs of its execution roles."""

    estate: Estate
    role_arns: frozenset[str]


def told_by_arns(assembled: Assembled, options: ReadOptions, home: Home | None = None) -> ReadOptions:
    """The options with the account and region that nothing told, where `home` does, or the full
    ARNs of functions and their roles agree on them."""
    estate = assembled.estate
    named = (function.arn.literal or "" for function in estate.functions if function.address is None)
    functions = [arn for arn in map(function_arn, named) if arn is not None]
    accounts = {arn.account for arn in functions}
    accounts |= {arn.account for arn in map(role_arn, assembled.role_arns) if arn is not None}
    regions = {arn.region for arn in functions}
    if home is not None:
        accounts = {home.account.literal} if home.account.literal is not None else accounts
        regions = {home.region.literal} if home.region.literal is not None else regions
    if estate.account == text(ACCOUNT) and len(accounts) == 1:
        options = replace(options, account=accounts.pop())
    if estate.region == text(REGION) and len(regions) == 1:
        options = replace(options, region=regions.pop())
    return options
