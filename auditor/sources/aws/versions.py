"""Which versions of a function its callers reach, and what is set on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditor.iam.frozen import Frozen
from auditor.sources.aws.caller import Answer

LATEST = "$LATEST"


class Routes(Frozen):
    """The versions behind each alias of a function, in the order in which the aliases tell them."""

    behind: Mapping[str, tuple[str, ...]]

    def of(self, qualifier: str | None) -> tuple[str, ...]:
        """The versions that a qualifier leads to. One that names neither an alias nor a version leads
        to the function as it is now."""
        if qualifier is None:
            return (LATEST,)
        return self.behind.get(qualifier) or ((qualifier,) if qualifier.isdecimal() else (LATEST,))

    def published(self, qualifiers: Iterable[str | None] = ()) -> list[str]:
        """The numbered versions behind all aliases and these qualifiers, each once."""
        reached = [version for versions in self.behind.values() for version in versions]
        reached += [version for qualifier in qualifiers for version in self.of(qualifier)]
        return [version for version in dict.fromkeys(reached) if version != LATEST]


def routes_of(aliases: Iterable[Answer]) -> Routes:
    """Where aliases lead: to one version, or with weights to two."""
    behind = {}
    for alias in aliases:
        weights = ((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")) or {}
        behind[alias["Name"]] = tuple(dict.fromkeys((alias.get("FunctionVersion", LATEST), *weights)))
    return Routes(behind)


@dataclass(slots=True)
class Settings:
    """What is set on a function by qualifier, apart from its configuration: event sources and
    destinations, as a bundle writes them."""

    sources: list[tuple[str | None, Answer]] = field(default_factory=list)
    destinations: list[tuple[str | None, Answer]] = field(default_factory=list)

    @property
    def qualifiers(self) -> list[str | None]:
        return [qualifier for qualifier, _ in (*self.sources, *self.destinations)]

    def of(self, versions: Iterable[str], routes: Routes) -> Answer:
        """What is set on any of these versions, each once."""
        wanted = set(versions)
        found: Answer = {}
        destinations = _each_once(value for q, value in self.destinations if wanted.intersection(routes.of(q)))
        if destinations:
            found["destinations"] = destinations[0] if len(destinations) == 1 else destinations
        sources = _each_once(value for q, value in self.sources if wanted.intersection(routes.of(q)))
        return found | ({"event_sources": sources} if sources else {})


def _each_once(values: Iterable[Answer]) -> list[Answer]:
    found: list[Answer] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
