"""Worlds: what the audited account and region may turn out to be.

Where nothing tells the account, a literal account in a policy is neither ours nor foreign. So a
question about a grant is asked once for each account (and region) that could be ours: each that
the grant names, and one that it does not name. Only what holds in every world is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, count, product

from auditor.engine.facts.concrete import FOREIGN_ACCOUNT, OTHER_REGION, OWN_ACCOUNT, OWN_REGION
from auditor.iam.frozen import Frozen
from auditor.iam.text import ACCOUNT, REGION, Hole, Text

_ACCOUNTS = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_REGIONS = re.compile(r"(?<![a-z0-9-])[a-z]{2}(?:-[a-z]+)+-\d(?!\d)", re.ASCII)
_MOST = 8
"""Worlds beyond the first eight accounts or regions of one grant are not tried: with so many
named, at most one is ours and the others stay foreign in every world."""


class World(Frozen):
    """One choice of account and region, and two that are not ours and that nothing names."""

    account: str
    region: str
    foreign_account: str
    other_region: str
    account_hole: Hole = ACCOUNT
    region_hole: Hole = REGION

    def fill(self, hole: Hole) -> str | None:
        if hole == self.account_hole:
            return self.account
        return self.region if hole == self.region_hole else None

    @property
    def values(self) -> dict[Hole, str]:
        """The holes that this world fills."""
        return {self.account_hole: self.account, self.region_hole: self.region}


def worlds(account: Text, region: Text, texts: Iterable[Text]) -> tuple[World, ...]:
    """The worlds that a grant with these texts tells apart, where `account` and `region` are the
    audited ones, as far as known; the world that the grant does not name is first."""
    shown = [str(text) for text in texts]
    accounts = _named(_ACCOUNTS, shown)
    regions = _named(_REGIONS, shown)
    own_accounts = _choices(account, accounts, _numbers(OWN_ACCOUNT))
    own_regions = _choices(region, regions, _places(OWN_REGION))
    return tuple(
        World(
            own,
            place,
            _unused(_numbers(FOREIGN_ACCOUNT), {own, *accounts}),
            _unused(_places(OTHER_REGION), {place, *regions}),
            account.hole or ACCOUNT,
            region.hole or REGION,
        )
        for own, place in product(own_accounts, own_regions)
    )


def accounts_in(texts: Iterable[Text]) -> list[str]:
    """The account ids that stand in texts, in order."""
    return _named(_ACCOUNTS, [str(text) for text in texts])


def _named(pattern: re.Pattern[str], shown: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found for text in shown for found in pattern.findall(text)))


def _choices(known: Text, named: list[str], fresh: Iterator[str]) -> list[str]:
    literal = known.literal
    return [literal] if literal is not None else [_unused(fresh, set(named)), *named[:_MOST]]


def _numbers(first: str) -> Iterator[str]:
    return (str(int(first) + step) for step in count())


def _places(first: str) -> Iterator[str]:
    return chain((first,), (f"us-west-{number}" for number in count(1)))


def _unused(candidates: Iterator[str], taken: set[str]) -> str:
    return next(candidate for candidate in candidates if candidate not in taken)
