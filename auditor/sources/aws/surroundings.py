"""What functions poll, and the log groups that there are: lists for a whole place, or for each
function where a few are asked for."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field

from auditor.sources.arns import function_arn
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import CallError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.operations import LIST_EVENT_SOURCES, LIST_LOG_GROUPS
from auditor.sources.aws.session import Place

_USUAL = "/aws/lambda/"
Polled = tuple["str | None", Answer]
"""An event source as a bundle writes it, after the version or alias that it calls."""


@dataclass(slots=True)
class Surroundings:
    """What a place has around its functions. `mappings` are event source mappings by unqualified
    ARN, `groups` the names of log groups; each None where it was not listed for the whole place."""

    place: Place
    mappings: dict[str, list[Polled]] | None = None
    groups: frozenset[str] | None = None
    groups_refused: bool = False
    gaps: Gaps = field(default_factory=Gaps)
    _asked: dict[str, bool] = field(default_factory=dict)

    def sources_of(self, arn: str, name: str, gaps: Gaps) -> list[Polled]:
        """The event sources of a function."""
        if self.mappings is not None:
            return self.mappings.get(arn, [])
        about = self.place.arn("lambda", f"function:{name}")
        listed = gaps.attempt(lambda: list(self.place.caller.items(LIST_EVENT_SOURCES, about, FunctionName=name)))
        return [polled for mapping in listed or () if (polled := _polled(mapping)) is not None]

    def has_group(self, name: str, gaps: Gaps) -> bool | None:
        """Whether there is a log group of this name; None where that is not known."""
        if self.groups is not None and name.startswith(_USUAL):
            return name in self.groups
        if self.groups_refused:
            return None
        if name not in self._asked:
            about = self.place.arn("logs", f"log-group:{name}")
            try:
                listed = self.place.caller.items(LIST_LOG_GROUPS, about, logGroupNamePrefix=name)
                self._asked[name] = any(group["logGroupName"] == name for group in listed)
            except CallError as error:
                gaps.note(error)
                return None
        return self._asked[name]


def survey(place: Place, executor: Executor) -> Surroundings:
    """Lists what the whole place has: the shorter way where every function is read."""
    mappings = executor.submit(_all_mappings, place)
    groups = executor.submit(_all_groups, place)
    found = Surroundings(place)
    try:
        found.mappings = mappings.result()
    except CallError as error:
        found.gaps.note(error)
        found.mappings = {}
    try:
        found.groups = groups.result()
    except CallError as error:
        found.gaps.note(error)
        found.groups_refused = True
    return found


def _all_mappings(place: Place) -> dict[str, list[Polled]]:
    found: dict[str, list[Polled]] = {}
    for mapping in place.caller.items(LIST_EVENT_SOURCES, place.arn("lambda", "event-source-mapping:*")):
        called = function_arn(mapping.get("FunctionArn", ""))
        polled = _polled(mapping)
        if called is not None and polled is not None:
            found.setdefault(called.unqualified, []).append(polled)
    return found


def _polled(mapping: Answer) -> Polled | None:
    """None for a source without an ARN (Kafka that is hosted elsewhere)."""
    arn = mapping.get("EventSourceArn")
    if arn is None:
        return None
    called = function_arn(mapping.get("FunctionArn", ""))
    failed = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    source = {"arn": arn, **({"on_failure": failed} if failed else {})}
    return (called.qualifier if called is not None else None, source)


def _all_groups(place: Place) -> frozenset[str]:
    listed = place.caller.items(LIST_LOG_GROUPS, place.arn("logs", "log-group:*"), logGroupNamePrefix=_USUAL)
    return frozenset(group["logGroupName"] for group in listed)
