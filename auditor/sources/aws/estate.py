"""From the bundles of a live account to one estate: read and joined as bundles in files are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from auditor.estate.estate import Estate, Reading, Skipped, SourceKind
from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Members, Node, node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.described import Described
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.reading import AccountReader, Tell
from auditor.sources.aws.selection import Selection
from auditor.sources.bundle import read_bundle
from auditor.sources.errors import SourceError
from auditor.sources.found import Found
from auditor.sources.home import Home
from auditor.sources.join import join
from auditor.sources.options import ReadOptions
from auditor.sources.places import Places
from auditor.sources.source import Source

Revisions = dict[tuple[str, "str | None"], str]
"""The revision of a policy, by the function's ARN and the qualifier that it is on."""


Documents = dict[tuple[str, str], Any]
"""The documents of roles as they were read: inline ones by the role's ARN and their name, managed ones
by their own ARN and trust policies by the role's, with an empty name."""


class Live(Frozen):
    """A live reading, the revisions of the resource policies in it, and the documents of the roles."""

    reading: Reading
    revisions: Revisions
    documents: Documents


def read_live(selection: Selection, progress: Tell | None = None) -> Live:
    """Read what a selection names. Raises UsageError; what AWS refuses is in the reading's `skipped`."""
    reader = AccountReader(selection)
    if progress is not None:
        reader.progress = progress
    return live_of(reader, reader.gaps)


def live_of(functions: Iterable[Described], gaps: Gaps) -> Live:
    """The estate of functions that were read; `gaps`, looked at after the last of them, belong to
    none."""
    found: list[Found] = []
    unread: list[Skipped] = []
    revisions: Revisions = {}
    documents: Documents = {}
    for described in functions:
        arn = described.bundle["function"]["arn"]
        source = Source("", arn, Places(whole=Origin(arn=arn)))
        try:
            found.append(read_bundle(locate(described.bundle), source, Home()))
        except SourceError as error:
            unread.append(error.as_skipped())
            continue
        revisions.update({(arn, qualifier): revision for qualifier, revision in described.revisions.items()})
        for runs in (described.bundle, *described.bundle.get("versions", ())):
            documents.update(_documents(runs.get("role", {})))
    found.sort(key=lambda part: str(part.functions[0].arn))
    found.append(Found(skipped=(*(error.as_skipped() for error in gaps.skipped), *unread)))
    estate, skipped = join(found, ReadOptions())
    estates: tuple[Estate, ...] = (replace(estate, kind=SourceKind.AWS),) if estate is not None else ()
    return Live(Reading(estates, distinct(skipped)), revisions, documents)


def _documents(role: Answer) -> Documents:
    found: Documents = {(role["arn"], ""): role["trust_policy"]} if role.get("trust_policy") else {}
    for policy in role.get("policies", ()):
        if policy.get("document"):
            found[(policy["arn"], "") if "arn" in policy else (role["arn"], policy["name"])] = policy["document"]
    return found


def distinct(skipped: tuple[Skipped, ...]) -> tuple[Skipped, ...]:
    return tuple(dict.fromkeys(skipped))


def locate(bundle: Answer) -> Node:
    """A bundle as a node whose parts are at the ARN of what they tell of."""
    function = bundle["function"]["arn"]
    place = Origin(arn=function)
    met: dict[str, Text] = {}
    members = []
    for key, value in bundle.items():
        if key in _LISTS:
            items = tuple(_at(item, Origin(arn=_LISTS[key](item, function)), met) for item in value)
            located = Node(items, place)
        else:
            located = _at(value, place, met)
        members.append(Member(text(key), located, located.origin))
    return Node(Members(tuple(members)), place)


def _at(value: Any, place: Origin, met: dict[str, Text]) -> Node:
    """A value at the ARN in it, else at that of what it stands in. Equal places and equal texts are one."""
    if isinstance(value, dict):
        arn = value.get("arn")
        own = Origin(arn=arn) if isinstance(arn, str) and arn != place.arn else place
        members = tuple(Member(text(key), _at(item, own, met), own) for key, item in value.items())
        return Node(Members(members), own)
    if isinstance(value, list):
        return Node(tuple(_at(item, place, met) for item in value), place)
    if isinstance(value, str):
        return Node(met.setdefault(value, text(value)), place)
    return node(value, place)


def _hook_arn(hook: Answer, function: str) -> str:
    _, partition, _, region, account = function.split(":")[:5]
    resource = f"bot-alias/{hook['bot']}/{hook['alias']}" if hook["lex"] == "v2" else f"intent:{hook['intent']}"
    return f"arn:{partition}:lex:{region}:{account}:{resource}"


def _invoker_arn(invoker: Answer, _function: str) -> str:
    arn: str = invoker["source_arn"]
    return arn


def _version_arn(version: Answer, function: str) -> str:
    return f"{function}:{version['version']}"


_LISTS: dict[str, Callable[[Answer, str], str]] = {
    "hooks": _hook_arn,
    "invokers": _invoker_arn,
    "versions": _version_arn,
}
