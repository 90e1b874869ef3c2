"""Values of one condition key that tell the conditions on it apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from types import MappingProxyType

from auditor.iam.access.atoms import atoms
from auditor.iam.access.boundaries import TYPED, boundary_values, readable
from auditor.iam.access.question import Domain
from auditor.iam.access.steps import Steps, TooManyError
from auditor.iam.document import Condition
from auditor.iam.keys import is_single_valued
from auditor.iam.match.condition import match_condition
from auditor.iam.match.glob import Glob, Variable, glob, items_of, substitute, variables_in
from auditor.iam.match.items import Item, Machine, either_case, machine
from auditor.iam.operators import Family, meaning
from auditor.iam.text import Text, text
from auditor.iam.truth import Value

VariableValues = Callable[[str], Sequence[Text]]
"""The values that a variable's key takes in this search."""

_ADDRESS = "aws:sourceip"
"""The key that holds a public address (its values from private networks are in `aws:VpcSourceIp`)."""
_IS_ARN = machine(items_of(glob(text("*:*:*:*:*:*"))))


def key_values(
    key: str,
    conditions: Sequence[tuple[Condition, bool]],
    domain: Domain,
    limit: int,
    variable_values: VariableValues,
    extra: Sequence[Machine],
    steps: Steps,
) -> list[tuple[Text, ...]]:
    """Candidates for one key: lists of values (an empty list is the absent key).

    `conditions` are those on the key, each with whether its document has policy variables;
    `extra` are further patterns to tell values apart by. Raises TooManyError as `atoms` does.
    """
    if domain.is_fixed and not any(condition.operator.quantifier for condition, _ in conditions):
        # What a few given values tell apart needs no search.
        steps.spend(len(domain.forms))
        given = [(value,) for value in domain.forms if domain.present and not domain.leaves_out(value)]
        return [*dict.fromkeys(given), *([()] if domain.absent else [])]
    machines = dict.fromkeys((*extra, *value_machines(conditions, variable_values)))
    typed: dict[Family, list[str]] = {}
    for condition, _ in conditions:
        what = meaning(condition.operator)
        if what is not None and what.family in TYPED:
            named = [value.text.literal for value in condition.values]
            typed.setdefault(what.family, []).extend(written for written in named if written is not None)
    candidates: list[tuple[Text, ...]] = []
    if domain.present:
        values = _values(list(machines), typed, domain, limit, key == _ADDRESS, steps)
        candidates.extend((value,) for value in values)
        several = not is_single_valued(key)
        if several and any(condition.operator.quantifier is not None for condition, _ in conditions):
            candidates.extend(_sets(key, values, conditions, variable_values, limit, steps))
    if domain.absent:
        candidates.append(())
    return candidates


def value_machines(conditions: Iterable[tuple[Condition, bool]], variable_values: VariableValues) -> Iterator[Machine]:
    """The patterns that textual conditions on a key compare its values with."""
    for condition, variables in conditions:
        what = meaning(condition.operator)
        if what is None or what.family is Family.NULL or what.family in TYPED:
            continue
        for value in condition.values:
            yield from _machines(value.text, what.family, variables, variable_values)


_A_BOUNDARY = 40
"""The steps in which the values around a named one are found and looked at."""


def _values(
    machines: Sequence[Machine],
    typed: dict[Family, list[str]],
    domain: Domain,
    limit: int,
    public: bool,
    steps: Steps,
) -> Iterable[Text]:
    """Single values. A key that only typed operators read has values of those types: a number is
    never the text `other`."""
    values = atoms(machines, domain, limit, steps=steps)
    if not typed:
        return values
    if not machines:
        values = tuple(v for v in values if v.holes or any(readable(family, str(v)) for family in typed))
    steps.spend(_A_BOUNDARY * sum(map(len, typed.values())))
    told = [text(value) for value in boundary_values(typed, public)]
    return dict.fromkeys((*(value for value in told if domain.admits(value)), *values))


def _sets(
    key: str,
    values: Iterable[Text],
    conditions: Sequence[tuple[Condition, bool]],
    variable_values: VariableValues,
    limit: int,
    steps: Steps,
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

    cost = len(contexts) * sum(1 + len(condition.values) for condition, _ in conditions)
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
            steps.spend(cost * (len(held) + 1))
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
        yield _machine(resolved, family)
    if family is Family.ARN:
        yield _IS_ARN


@lru_cache(maxsize=16384)
def _machine(pattern: Glob, family: Family) -> Machine:
    return machine(pattern_items(pattern, family))


def value_glob(written: Text, family: Family, variables: bool) -> Glob:
    """A condition value as the operators of a textual family read it."""
    return glob(written, family in (Family.LIKE, Family.ARN), variables and family is not Family.BINARY)


def pattern_items(pattern: Glob, family: Family) -> Iterator[Item]:
    """A pattern without variables as items, as the operators of a textual family compare it."""
    for item in items_of(pattern, segmented=family is Family.ARN):
        yield either_case(item) if family is Family.STRING_IGNORE_CASE else item


_MOST_EXPANSIONS = 10_000


def expansions(parsed: Glob, variable_values: VariableValues) -> list[Glob]:
    """A pattern with its variables replaced by each combination of values that they take, and
    by their defaults. Raises TooManyError."""
    expanded = [parsed]
    for variable in dict.fromkeys(part for part in parsed if isinstance(part, Variable)):
        values = list(variable_values(variable.key))
        if variable.default is not None:
            values.append(text(variable.default))
        if len(expanded) * len(values) > _MOST_EXPANSIONS:
            raise TooManyError
        expanded = [substitute(pattern, variable, value) for pattern in expanded for value in values]
    return expanded
