"""The values that keys can have together, one combination for each way in which conditions tell them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from auditor.iam.access.atoms import atoms
from auditor.iam.access.boundaries import TYPED
from auditor.iam.access.clusters import variables_of
from auditor.iam.access.links import PAIRS, RESOURCE_KEYS, agree, lifted, resource_part, valued, well_formed
from auditor.iam.access.question import Domain, Question
from auditor.iam.access.referred import Subject, star, telling
from auditor.iam.access.steps import TooManyError
from auditor.iam.access.tested import Tested, conditions_on
from auditor.iam.access.values import VariableValues, expansions, key_values, value_glob, value_machines
from auditor.iam.arn import account_of, completed
from auditor.iam.match.glob import Glob, glob, items_of
from auditor.iam.match.items import Machine, machine
from auditor.iam.match.principal import principal_account
from auditor.iam.match.statement import resource_glob
from auditor.iam.operators import Family, meaning
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Text, text


def contexts(
    statements: Sequence[Tested], question: Question, keys: Sequence[str]
) -> Iterator[tuple[tuple[str, tuple[Text, ...]], ...]]:
    """Every combination of the keys' candidate values that a request can have. Raises TooManyError."""
    plain: dict[str, list[tuple[Text, ...]]] = {}

    def values_of(key: str) -> list[Text]:
        return [values[0] for values in plain.get(key, []) if len(values) == 1]

    total = 1
    question.steps.spend(sum(1 + len(t.statement.conditions) + len(t.statement.resources or ()) for t in statements))
    account_of_arn = dict(_pairs(question, keys))
    arn_of_account = {account: arn for arn, account in account_of_arn.items()}
    subjects = list(_subjects(statements, question, keys))
    for key in _ordered(statements, question, keys):
        domain = question.domain(key)
        conditions = conditions_on(statements, key)
        extra = telling(key, subjects, values_of, question.steps)
        told: Iterable[Text | None] = ()
        if key in account_of_arn:
            account = account_of_arn[key]
            accounts = value_machines(conditions_on(statements, account), values_of)
            extra += (*lifted(account, accounts), *valued(account, values_of(account)))
        elif key in arn_of_account:
            told = map(account_of, values_of(arn_of_account[key]))
        elif question.linked and key in RESOURCE_KEYS:
            named = lifted(key, (*extra, *value_machines(conditions, values_of)))
            machines = (*resource_machines(statements, values_of, True), well_formed(key), *named)
            resources = atoms(tuple(dict.fromkeys(machines)), question.resources, question.limit, steps=question.steps)
            told = (resource_part(key, resource) for resource in resources)
        likely = [(part,) for part in told if part is not None and domain.present and domain.admits(part)]
        found = key_values(key, conditions, domain, question.limit, values_of, extra, question.steps)
        plain[key] = list(dict.fromkeys((*likely, *found)))
        total *= len(plain[key])
        if total > question.limit:
            raise TooManyError
    question.steps.spend(total)
    for combination in product(*(plain[key] for key in keys)):
        context = tuple(zip(keys, combination, strict=True))
        if not question.linked or agree(dict(context)):
            yield context


def _ordered(statements: Sequence[Tested], question: Question, keys: Sequence[str]) -> Iterator[str]:
    """Keys that others refer to first, so that their values are there to be referred to; one that
    has one value waits for none. An account takes its values from the ARNs that it is tied to, so it
    comes after them where they do not refer to it."""
    waiting = {
        key: set() if _is_fixed(question.domain(key)) else {*_referred(statements, key)}.intersection(keys)
        for key in keys
    }
    for arn, account in _pairs(question, keys):
        if not _leads(waiting, arn, account):
            waiting[arn] |= waiting[account] - {arn}
            waiting[account].add(arn)
    while waiting:
        ready = next((key for key, others in waiting.items() if others.isdisjoint(waiting)), None)
        if ready is None:
            circle = " and ".join(f"`{key}`" for key in sorted(waiting))
            raise TooManyError(f"policy variables refer to one another in a circle, in the conditions on {circle}")
        del waiting[ready]
        yield ready


def _pairs(question: Question, keys: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of an ARN and its account that are among the keys, where they are tied."""
    return [(arn, account) for arn, account in PAIRS if question.linked and arn in keys and account in keys]


def _is_fixed(domain: Domain) -> bool:
    return len(domain.forms) <= 1 and domain.is_fixed


def _leads(waiting: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Whether a key waits for another, at first or second hand."""
    reached, todo = {start}, [start]
    while todo:
        following = waiting.get(todo.pop(), set()) - reached
        reached |= following
        todo.extend(following)
    return goal in reached


def _referred(statements: Sequence[Tested], key: str) -> Iterator[str]:
    """The keys whose values the conditions on a key refer to."""
    for condition, variables in conditions_on(statements, key):
        for value in condition.values if variables else ():
            yield from variables_of(value.text, False)


def _subjects(statements: Sequence[Tested], question: Question, keys: Sequence[str]) -> Iterator[Subject]:
    """The resource and the keys, with the patterns that they are compared with."""
    resources = [resource_glob(p.text, t.variables) for t in statements for p in t.statement.resources or ()]
    both = tuple((pattern, family) for pattern in resources for family in (Family.LIKE, Family.ARN))
    yield Subject(both, question.resources.forms)
    for key in keys:
        compared = [
            (value_glob(value.text, what.family, variables), what.family)
            for condition, variables in conditions_on(statements, key)
            if (what := meaning(condition.operator)) is not None and what.family not in (*TYPED, Family.NULL)
            for value in condition.values
        ]
        yield Subject(tuple(compared), question.domain(key).forms)


def resource_machines(
    statements: Sequence[Tested], values_of: VariableValues, starred: bool = False
) -> tuple[Machine, ...]:
    """The patterns of all statements' resources, with these values for their variables; without a
    value a variable matches nothing, or where `starred` is said anything."""
    machines: list[Machine] = []
    for t in statements:
        for pattern in t.statement.resources or ():
            for written in (pattern.text, completed(pattern.text)):
                parsed = resource_glob(written, t.variables)
                if starred:
                    parsed = star(parsed, values_of)
                for resolved in expansions(parsed, values_of):
                    machines.extend(_both_readings(resolved))
    return tuple(dict.fromkeys(machines))


@lru_cache(maxsize=16384)
def _both_readings(pattern: Glob) -> tuple[Machine, Machine]:
    return machine(items_of(pattern)), machine(items_of(pattern, segmented=True))


def owner_machines(question: Question) -> Iterator[Machine]:
    """Patterns that tell resources apart by whose they are, where that decides how access combines."""
    callers = [principal_account(p.value) for p in question.principals if p.kind is PrincipalKind.AWS]
    for owner in dict.fromkeys((text("*"), text(), *(caller for caller in callers if caller is not None))):
        yield machine(items_of(glob(text("arn:*:*:*:", owner, ":*")), segmented=True))
