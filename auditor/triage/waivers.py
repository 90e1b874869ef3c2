"""Waivers in a file: what an entry of the list may say."""

from __future__ import annotations

from auditor.iam.node import Node
from auditor.sources.bundle.shape import Leaf, Record
from auditor.sources.errors import SourceError
from auditor.sources.fields import members_of, needed, string_at
from auditor.triage.day import HELP, parse_day
from auditor.triage.waiver import Waiver, WaiverKind

WAIVER = Record(
    "a waiver",
    {
        "fingerprint": Leaf.TEXT,
        "rule": Leaf.TEXT,
        "function": Leaf.TEXT,
        "origin": Leaf.TEXT,
        "reason": Leaf.TEXT,
        "expires": Leaf.TEXT,
        "owner": Leaf.TEXT,
    },
    ("reason", "expires"),
    one_of=("fingerprint", "rule"),
)


def read_waiver(node: Node, home: str) -> Waiver:
    """A waiver that the shape allows, from a file in the folder `home`. Raises SourceError where it
    gives no reason, no day, or does not tell what it is about."""
    members = members_of(node, "a waiver")
    told = {key: string_at(members, key) for key in WAIVER.keys}
    reason, written = needed(members, "reason", node), needed(members, "expires", node)
    if not reason.strip():
        raise SourceError("the reason of a waiver is empty", (members.get("reason") or node).origin, "say why")
    expires = parse_day(written)
    if expires is None:
        raise SourceError(f"`{written}` is no date", (members.get("expires") or node).origin, HELP)
    places = told["function"], told["origin"]
    if told["fingerprint"] is not None and any((told["rule"], *places)):
        help = "keep `fingerprint`, or take it out"
        raise SourceError("a waiver with `fingerprint` names nothing else", node.origin, help)
    if told["rule"] is not None and not any(places):
        help = 'add `function` or `origin`; `function: "*"` is every function'
        raise SourceError("a waiver of a rule needs a `function` or an `origin`", node.origin, help)
    return Waiver(
        WaiverKind.WAIVER,
        node.origin,
        reason.strip(),
        expires,
        told["owner"] or "",
        told["fingerprint"],
        (told["rule"],) if told["rule"] is not None else (),
        *places,
        home=home,
    )
