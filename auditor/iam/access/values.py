"""Values of one condition key that tell the conditions on it apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_network
from itertools import combinations

from auditor.iam.access.atoms import atoms
from auditor.iam.access.question import Domain
from auditor.iam.document import Condition
from auditor.iam.match.glob import Glob, Variable, fold, glob, items_of, substitute
from auditor.iam.match.items import Machine, machine
from auditor.iam.match.typed import moment, network, number
from auditor.iam.operators import Family, meaning
from auditor.iam.text import Hole, Text, text

_TEXTUAL = (Family.STRING, Family.LIKE, Family.ARN)

VariableValues = Callable[[str], Sequence[Text]]
"""The values that a variable's key takes in this search."""


def key_values(
    conditions: Sequence[tuple[Condition, bool]],
    domain: Domain,
    limit: int,
    variable_values: VariableValues,
    extra: Sequence[Machine] = (),
) -> list[tuple[Text, ...]]:
    """Candidates for one key: lists of values (an empty list is the absent key).

    `conditions` are those on the key, each with whether its document has policy variables;
    `extra` are further patterns to tell values apart by. Raises TooManyError as `atoms` does.
    """
    singles: dict[Text, None] = {}
    machines: list[Machine] = list(extra)
    quantified = 0
    for condition, variables in conditions:
        what = meaning(condition.operator)
        if what is None:
            continue
        quantified += condition.operator.quantifier is not None
        for value in condition.values:
            if what.family in _TEXTUAL:
                machines.extend(_machines(value.text, what.family, variables, variable_values))
            elif what.family is Family.STRING_IGNORE_CASE:
                singles.update(dict.fromkeys(_case_variants(value.text, variables, variable_values, limit)))
            elif what.family is not Family.NULL and value.text.literal is not None:
                singles.update(dict.fromkeys(text(v) for v in _neighbours(what.family, value.text.literal)))
    candidates: list[tuple[Text, ...]] = []
    if domain.present:
        values = list(dict.fromkeys((*atoms(machines, domain, limit), *singles)))
        candidates.extend((value,) for value in values)
        for size in range(2, min(quantified + 1, len(values), 4) + 1):
            candidates.extend(combinations(values, size))
    if domain.absent:
        candidates.append(())
    return candidates


def _machines(written: Text, family: Family, variables: bool, variable_values: VariableValues) -> Iterable[Machine]:
    parsed = glob(written, family is not Family.STRING, variables)
    for resolved in expansions(parsed, variable_values):
        yield machine(items_of(resolved, segmented=family is Family.ARN))


def expansions(parsed: Glob, variable_values: VariableValues) -> list[Glob]:
    """A pattern with its variables replaced by each combination of values that they take, and
    by their defaults."""
    expanded = [parsed]
    for variable in dict.fromkeys(part for part in parsed if isinstance(part, Variable)):
        values = list(variable_values(variable.key))
        if variable.default is not None:
            values.append(text(variable.default))
        expanded = [substitute(pattern, variable, value) for pattern in expanded for value in values]
    return expanded


def _case_variants(written: Text, variables: bool, variable_values: VariableValues, limit: int) -> Iterable[Text]:
    """The text as written and in other cases: what an operator without case lumps together and
    one with case tells apart."""
    for resolved in expansions(glob(written, False, variables), variable_values):
        exact = Domain((text(*(token for token in resolved if isinstance(token, (str, Hole)))),))
        for value in atoms([machine(items_of(fold(resolved)), True)], exact, limit):
            yield value
            yield value.map(str.swapcase)


def _neighbours(family: Family, written: str) -> Iterable[str]:
    """Values at and around a boundary."""
    if family is Family.BOOL:
        return ("true", "false")
    if family is Family.NUMERIC:
        value = number(written)
        return () if value is None else (str(value), str(value - 1), str(value + 1), str(value + Decimal("0.5")))
    if family is Family.DATE:
        stamp = moment(written)
        return () if stamp is None else (_date(stamp), _date(stamp - 1), _date(stamp + 1))
    if family is Family.IP:
        return _addresses(written)
    return (written, "AA==")


def _date(seconds: Decimal) -> str:
    stamp = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=int(seconds))
    return stamp.strftime("%Y-%m-%dT%H:%M:%SZ")


def _addresses(written: str) -> Iterable[str]:
    block = network(written)
    if block is None:
        return
    yield str(block.network_address)
    outside = "203.0.113.7" if block.version == 4 else "2001:db8::7"
    first, last = int(block.network_address), int(block.broadcast_address)
    for value in (first - 1, last + 1):
        if 0 <= value < 2**block.max_prefixlen:
            yield str(ip_network(value.to_bytes(block.max_prefixlen // 8, "big")).network_address)
    yield outside
