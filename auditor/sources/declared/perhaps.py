"""What stands on a function or role of which a part of the name is not known: it may stand on any
other whose name fits."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.iam.document import Policy, UnknownStatement
from auditor.iam.match.glob import glob, matches
from auditor.iam.text import Text


def may_be(one: Text, other: Text) -> bool:
    """Whether two texts are the same for some value of their holes."""
    if one.literal is not None and other.literal is not None:
        return one == other
    return _ends_agree(one, other) and not matches(glob(one, wildcards=False), other).no


def _ends_agree(one: Text, other: Text) -> bool:
    """Whether what is known of two texts at their ends is compatible: the quick way to a no."""
    heads = [text.parts[0] if text.parts else "" for text in (one, other)]
    tails = [text.parts[-1] if text.parts else "" for text in (one, other)]
    if all(isinstance(head, str) for head in heads):
        shorter, longer = sorted(map(str, heads), key=len)
        if not longer.startswith(shorter):
            return False
    if all(isinstance(tail, str) for tail in tails):
        shorter, longer = sorted(map(str, tails), key=len)
        return longer.endswith(shorter)
    return True


MOST_DOUBTS = 50
"""Policies of others beyond which they are one doubt: none of them is looked at by itself."""


def doubts_about_many(policies: Sequence[Policy], name: Text, what: str) -> Policy:
    """Policies that may be on a function or role (`what`) as one of which nothing is known."""
    first = policies[0]
    reason = f"which {what}s {len(policies)} policies are on is not known: they name it by values that are not known"
    return Policy(first.kind, unknown=(UnknownStatement(name, first.origin, reason=reason),), origin=first.origin)


def perhaps(policy: Policy, name: Text, address: str | None, what: str) -> Policy:
    """The policy of the `what` (`function`, `role`) called `name`, as another one may have it: each
    statement may be there. `address` is the block that puts it there, where it is one for all."""

    def why(block: str | None) -> str:
        return f"whether `{address or block}` is on this {what} is not known: it names {what} `{name}`"

    unread = [
        UnknownStatement(part.text, part.origin, part.effect, why(part.origin.address), part.body)
        for part in policy.unknown
    ]
    unread += [UnknownStatement(name, s.origin, s.effect, why(s.origin.address), s) for s in policy.statements]
    return Policy(policy.kind, (), tuple(unread), policy.version, (), policy.origin)
