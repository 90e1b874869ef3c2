"""Random patterns, and random texts near them: matching ones, and ones that only just do not."""

from __future__ import annotations

import re
from random import Random

OWN = "111122223333"
FOREIGN = "444455556666"

_STAR = ("", "", "x", "live", "a:b", "/", ":", "Zz9", "-prod/east")
_ONE = "abX1:/-"
_TOKEN = re.compile(r"\$\{[^{}]*\}|[*?]")


def vary(written: str, random: Random) -> str:
    """A pattern made of a text: some stretch of it becomes `*` or `?`, or changes its case."""
    kind = random.random()
    if kind < 0.3 or not written:
        return written
    start = random.randrange(len(written))
    end = min(len(written), start + random.randint(1, 8))
    if kind < 0.55:
        return written[:start] + "*" + written[end:]
    if kind < 0.7:
        return written[:start] + "?" + written[start + 1 :]
    if kind < 0.8:
        return written[:start] + "*"
    if kind < 0.9:
        return written[:start] + "*" + written[end:] + "*"
    return written[:start] + written[start].swapcase() + written[start + 1 :]


def vary_arn(written: str, random: Random) -> str:
    """An ARN pattern made of an ARN. Most variations stay within one component, as people write
    them; a few cross its colons or cut it short."""
    pieces = written.split(":", 5)
    kind = random.random()
    if kind < 0.2 or len(pieces) < 6:
        return written
    if kind < 0.3:
        return vary(written, random)
    for _ in range(random.randint(1, 2)):
        chosen = random.choice((3, 4, 5, 5, 5, 5))
        if chosen < 5:
            pieces[chosen] = "*" if random.random() < 0.8 else vary(pieces[chosen], random)
        else:
            pieces[5] = vary_tail(pieces[5], random)
    if kind > 0.98:
        pieces[random.randrange(1, 3)] = "*"
    return ":".join(pieces)


def vary_tail(written: str, random: Random) -> str:
    """A resource part: mostly varied behind its type (`function:`, `bot-alias/`)."""
    kind = re.match(r"[a-z-]+[:/]", written)
    if kind is None or random.random() < 0.1:
        return vary(written, random)
    return kind.group() + vary(written[kind.end() :], random)


def instance(pattern: str, random: Random, values: dict[str, str] | None = None) -> str:
    """A text that the pattern mostly matches: wildcards and variables are filled. One in four
    is then changed by a character or in its case."""

    def fill(found: re.Match[str]) -> str:
        token = found.group()
        if token == "*":
            return random.choice(_STAR)
        if token == "?":
            return random.choice(_ONE)
        inside = token[2:-1]
        if len(inside) == 1:
            return inside
        key, _, default = inside.partition(",")
        known = {name.lower(): value for name, value in (values or {}).items()}
        return known.get(key.strip().lower(), default.strip(" '") or "blue")

    made = _TOKEN.sub(fill, pattern)
    return nudge(made, random) if random.random() < 0.25 else made


def nudge(written: str, random: Random) -> str:
    """A text one small step away."""
    if not written:
        return "x"
    at = random.randrange(len(written))
    return random.choice(
        (
            written[:at] + written[at + 1 :],
            written[:at] + "x" + written[at:],
            written[:at] + written[at].swapcase() + written[at + 1 :],
            written + random.choice(("x", ":live", "/x", ":")),
        )
    )
