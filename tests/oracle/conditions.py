"""Random conditions, and random values of the keys they test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from .patterns import FOREIGN, OWN, instance, nudge, vary, vary_arn

ARNS = (
    f"arn:aws:lex:us-east-1:{OWN}:bot-alias/ABCDEFGHIJ/TSTALIASID",
    f"arn:aws:lex:eu-west-1:{OWN}:bot-alias/ABCDEFGHIJ/KLMNOPQRST",
    f"arn:aws:lex:us-east-1:{FOREIGN}:bot-alias/ABCDEFGHIJ/TSTALIASID",
    f"arn:aws:lex:us-east-1:{OWN}:intent:OrderFlowers:1",
    f"arn:aws:lex:us-east-1:{OWN}:intent:OrderFlowers:$LATEST",
    f"arn:aws:events:us-east-1:{OWN}:rule/nightly",
    "arn:aws:s3:::orders-uploads",
    f"arn:aws:iam::{OWN}:role/team/app",
    f"arn:aws:iam::{OWN}:role/app",
)
_WORDS = ("blue", "Blue", "green", "blue/green", "a:b", "x*y", "100%", "{}", "a.b", "(x|y)")
_NUMBERS = ("0", "1", "5", "5.0", "5.5", "10", "3600", "-2")
_DATES = (
    "2026-01-01T00:00:00Z",
    "2025-12-31T23:59:59Z",
    "2026-01-01T01:00:00+01:00",
    "2026-01-01T00:00:00.5Z",
    "2026-01-01",
    "2026-01",
    "2026-06-30T12:30Z",
)
_SECONDS = ("1767225600", "2026", "1700000000")
_MOMENTS = (*_DATES, *_DATES, *_SECONDS)
_BLOCKS = (
    "203.0.113.0/24",
    "203.0.113.7/32",
    "203.0.113.7",
    "10.0.0.0/8",
    "10.0.0.0/9",
    "0.0.0.0/0",
    "2001:db8::/32",
    "2001:db8::7",
    "2001:db8::7/128",
    "::/0",
)
_ADDRESSES = (
    "203.0.113.7",
    "203.0.113.255",
    "203.0.114.0",
    "10.127.0.1",
    "10.128.0.1",
    "2001:db8::7",
    "2001:DB8:0::7",
    "::1",
)
_BINARY = ("QmluYXJ5", "QmluYXJ5Mg==", "AA==")
_FLAGS = ("true", "false", "True", "FALSE")

_TYPED: dict[str, tuple[str, ...]] = {
    "aws:multifactorauthage": _NUMBERS,
    "s3:max-keys": _NUMBERS,
    "aws:currenttime": _MOMENTS,
    "aws:tokenissuetime": _MOMENTS,
    "aws:securetransport": _FLAGS,
    "aws:viaawsservice": _FLAGS,
    "custom:binary": _BINARY,
    "aws:sourceip": _ADDRESSES,
    "aws:vpcsourceip": _ADDRESSES,
}

TEXT_KEYS = (
    "aws:PrincipalTag/team",
    "aws:PrincipalOrgID",
    "aws:SourceAccount",
    "aws:username",
    "lambda:FunctionUrlAuthType",
    "lambda:EventSourceToken",
)
ARN_KEYS = ("aws:SourceArn", "aws:SourceArn", "aws:PrincipalArn", "lambda:FunctionArn")
LIST_KEYS = ("aws:TagKeys", "aws:CalledVia", "aws:PrincipalOrgPaths")
_ARN_KEYS = {key.lower() for key in ARN_KEYS}
_LIST_KEYS = {key.lower() for key in LIST_KEYS}
VARIABLES = (
    "${aws:username}",
    "${aws:PrincipalTag/team}",
    "${aws:principaltag/TEAM}",
    "${aws:username, 'blue'}",
    "${*}",
    "${?}",
    "${$}",
)

STRING = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
LIKE = ("StringLike", "StringNotLike")
ARN = ("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals")
NUMERIC = tuple(
    f"Numeric{name}"
    for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
)
DATE = tuple(name.replace("Numeric", "Date") for name in NUMERIC)


def _text(random: Random) -> str:
    kind = random.random()
    word = random.choice((*_WORDS, OWN, FOREIGN))
    if kind < 0.12:
        return random.choice(("", word)) + random.choice(VARIABLES) + random.choice(("", "*", "?", "x"))
    return vary(word, random) if kind < 0.6 else word


def _arn(random: Random) -> str:
    made = vary_arn(random.choice(ARNS), random)
    kind = random.random()
    if kind < 0.04:
        return made[: random.randint(3, max(3, len(made)))]
    if kind < 0.08:
        return made + random.choice(VARIABLES)
    return made.replace(OWN, "${aws:PrincipalAccount}") if kind < 0.12 else made


def _of(values: tuple[Any, ...]) -> Callable[[Random], Any]:
    return lambda random: random.choice(values)


@dataclass(frozen=True, slots=True)
class _Family:
    """Operators with the keys that they are put on, how often, and how their values are made."""

    weight: int
    operators: tuple[str, ...]
    keys: tuple[str, ...]
    value: Callable[[Random], Any]


_FAMILIES = (
    _Family(5, STRING, (*TEXT_KEYS, "aws:SourceAccount"), _text),
    _Family(5, LIKE, TEXT_KEYS, _text),
    _Family(2, (*STRING, *LIKE), ("aws:SourceArn",), _arn),
    _Family(8, ARN, ARN_KEYS, _arn),
    _Family(2, NUMERIC, ("aws:MultiFactorAuthAge", "s3:max-keys"), _of((*_NUMBERS, 5, 10))),
    _Family(2, DATE, ("aws:CurrentTime", "aws:TokenIssueTime"), _of(_MOMENTS)),
    _Family(1, ("Bool",), ("aws:SecureTransport", "aws:ViaAWSService"), _of((*_FLAGS, True, False))),
    _Family(1, ("BinaryEquals",), ("custom:Binary",), _of(_BINARY)),
    _Family(2, ("IpAddress", "NotIpAddress"), ("aws:SourceIp", "aws:VpcSourceIp"), _of(_BLOCKS)),
    _Family(3, (*STRING, *LIKE), LIST_KEYS, _text),
)
_WEIGHTS = [family.weight for family in _FAMILIES]


def random_condition(random: Random) -> dict[str, dict[str, Any]]:
    """A Condition element of one to three tests."""
    made: dict[str, dict[str, Any]] = {}
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        name, key, values = _random_test(random)
        made.setdefault(name, {})[key] = values
    return made


def _random_test(random: Random) -> tuple[str, str, Any]:
    if random.random() < 0.1:
        key = random.choice((*TEXT_KEYS, *ARN_KEYS, *LIST_KEYS))
        wanted = random.choice(("true", "false", ["true"], ["true", "false"]))
        return _cased("Null", random), _cased_key(key, random), wanted
    family = random.choices(_FAMILIES, _WEIGHTS)[0]
    name, key = random.choice(family.operators), random.choice(family.keys)
    if random.random() < (0.9 if key in LIST_KEYS else 0.12):
        name = random.choice(("ForAllValues:", "ForAnyValue:")) + name
    if random.random() < 0.2:
        name += "IfExists"
    values = [family.value(random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    single = len(values) == 1 and random.random() < 0.7
    return _cased(name, random), _cased_key(key, random), values[0] if single else values


def _cased(name: str, random: Random) -> str:
    return name.lower() if random.random() < 0.02 else name


def _cased_key(key: str, random: Random) -> str:
    kind = random.random()
    return key.upper() if kind < 0.1 else key.lower() if kind < 0.2 else key


def random_context(tests: Mapping[str, list[str]], random: Random) -> dict[str, str | list[str]]:
    """Values for the keys that conditions test: absent, or near what a condition asks. `tests`
    maps keys to the patterns they are compared with."""
    made: dict[str, str | list[str]] = {}
    single: dict[str, str] = {}
    for key, patterns in sorted(tests.items(), key=lambda item: (any("${" in p for p in item[1]), item[0])):
        if random.random() < 0.25:
            continue
        shown = _cased_key(key, random)
        if key in _LIST_KEYS or random.random() < 0.02:
            values = [_value(key, patterns, single, random) for _ in range(random.choice((1, 2, 2, 3)))]
            made[shown] = values[0] if len(values) == 1 else values
            continue
        made[shown] = single[key] = _value(key, patterns, single, random)
    return made


def _value(key: str, patterns: list[str], known: dict[str, str], random: Random) -> str:
    if key in _TYPED:
        return random.choice(_TYPED[key])
    if key in _ARN_KEYS:
        made = random.choice(ARNS)
        if patterns and random.random() < 0.7:
            made = instance(random.choice(patterns), random, known)
        # Now and then a value is no ARN; one that ends after its account would be neither.
        is_arn = made.count(":") > 4 and bool(made.split(":", 5)[5])
        return made if is_arn or (made.count(":") < 4 and random.random() < 0.1) else random.choice(ARNS)
    if patterns and random.random() < 0.75:
        return instance(random.choice(patterns), random, known) or "x"
    word = random.choice((*_WORDS, OWN, FOREIGN))
    return word if random.random() < 0.8 else nudge(word, random)
