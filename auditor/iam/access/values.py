"""Values of one condition key that tell the conditions on it apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from math import prod
from types import MappingProxyType

from auditor.iam.access.atoms import TooManyError, atoms
from auditor.iam.access.boundaries import TYPED, boundary_values, readable
from auditor.iam.access.question import Domain
from auditor.iam.document import Condition
from auditor.iam.match.condition import match_condition
from auditor.iam.match.glob import Glob, Variable, glob, items_of, substitute, variables_in
from auditor.iam.match.items import Item, Machine, either_case, machine
from auditor.iam.operators import Family, meaning
from auditor.iam.text import Text, text
from auditor.iam.truth import Value

VariableValues = Callable[[str], Sequence[Text]]
"""The values that a variable's key takes in this search."""

_IS_ARN = machine(items_of(glob(text("*:*:*:*:*:*"))))


def key_values(
    key: str,
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
    machines: dict[Machine, None] = dict.fromkeys(extra)
    typed: dict[Family, list[str]] = {}
    for condition, variables in conditions:
        what = meaning(condition.operator)
        if what is None or what.family is Family.NULL:
            continue
        for value in condition.values:
            if what.family not in TYPED:
                machines.update(dict.fromkeys(_machines(value.text, what.family, variables, variable_values)))
            else:
                typed.setdefault(what.family, []).extend(() if value.text.literal is None else (value.text.literal,))
    candidates: list[tuple[Text, ...]] = []
    if domain.present:
        values = _values(list(machines), typed, domain, limit)
        candidates.extend((value,) for value in values)
        if any(condition.operator.quantifier is not None for condition, _ in conditions):
            candidates.extend(_sets(key, values, conditions, variable_values, limit))
    if domain.absent:
        candidates.append(())
    return candidates


def _values(machines: Sequence[Machine], typed: dict[Family, list[str]], domain: Domain, limit: int) -> Iterable[Text]:
    """Single values. A key that only typed operators read has values of those types: a number is
    never the text `other`."""
    values = atoms(machines, domain, limit)
    if not typed:
        return values
    if not machines:
        values = tuple(v for v in values if any(readable(family, str(v)) for family in typed))
    told = [text(value) for value in boundary_values(typed)]
    return dict.fromkeys((*(value for value in told if domain.admits(value)), *values))


def _sets(
    key: str,
    values: Iterable[Text],
    conditions: Sequence[tuple[Condition, bool]],
    variable_values: VariableValues,
    limit: int,
) -> Iterator[tuple[Text, ...]]:
    """Several values at once: one set for each way in which the conditions tell sets apart. A set
    operator reads the values one by one, so every way is found by adding value after value."""
    contexts = _contexts_of_variables(conditions, variable_values, limit)

    def told(held: tuple[Text, ...]) -> tuple[Value, ...]:
        here = {key: held}
        return tuple(
            match_condition(condition, MappingProxyType({**known, **here}), variables).value
            for known in contexts
            for condition, variables in conditions
        )

    singles = list(values)
    seen: set[tuple[Value, ...]] = set()
    growing: list[tuple[Text, ...]] = [(value,) for value in singles]
    asked = 0
    while growing:
        grown: list[tuple[Text, ...]] = []
        for held, value in product(growing, singles):
            if value in held:
                continue
            asked += 1
            if asked > limit:
                raise TooManyError
            bigger = (*held, value)
            way = told(bigger)
            if way not in seen:
                seen.add(way)
                grown.append(bigger)
        yield from grown
        growing = grown


def _contexts_of_variables(
    conditions: Sequence[tuple[Condition, bool]], variable_values: VariableValues, limit: int
) -> list[dict[str, tuple[Text, ...]]]:
    """Every choice of values for the variables that the conditions refer to, absence included."""
    referred = {
        name
        for condition, variables in conditions
        if variables
        for value in condition.values
        for name in variables_in(value_glob(value.text, Family.LIKE, True))
    }
    choices = {name: [(), *((value,) for value in variable_values(name))] for name in sorted(referred)}
    if prod(len(choice) for choice in choices.values()) > limit:
        raise TooManyError
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


def _machines(written: Text, family: Family, variables: bool, variable_values: VariableValues) -> Iterator[Machine]:
    for resolved in expansions(value_glob(written, family, variables), variable_values):
        yield machine(pattern_items(resolved, family))
    if family is Family.ARN:
        yield _IS_ARN


def value_glob(written: Text, family: Family, variables: bool) -> Glob:
    """A condition value as the operators of a textual family read it."""
    return glob(written, family in (Family.LIKE, Family.ARN), variables and family is not Family.BINARY)


def pattern_items(pattern: Glob, family: Family) -> Iterator[Item]:
    """A pattern without variables as items, as the operators of a textual family compare it."""
    for item in items_of(pattern, segmented=family is Family.ARN):
        yield either_case(item) if family is Family.STRING_IGNORE_CASE else item


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
