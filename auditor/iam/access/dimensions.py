"""The dimensions of a request, and for each the choices that the statements tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from auditor.iam.access.atoms import TooManyError, atoms
from auditor.iam.access.boundaries import TYPED
from auditor.iam.access.question import ANY_ACTION, Question
from auditor.iam.access.referred import Subject, telling
from auditor.iam.access.values import expansions, key_values, value_glob
from auditor.iam.arn import account_of, completed
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Statement
from auditor.iam.match.condition import match_condition
from auditor.iam.match.glob import Variable, fold, glob, items_of
from auditor.iam.match.items import Machine, machine
from auditor.iam.match.principal import match_principal, principal_account
from auditor.iam.match.statement import match_action, match_resources, resource_glob
from auditor.iam.operators import Family, meaning
from auditor.iam.request import Context, Principal, PrincipalKind
from auditor.iam.text import Text, text
from auditor.iam.truth import Truth, all_of

SOURCE_ARN = "aws:sourcearn"
SOURCE_ACCOUNT = "aws:sourceaccount"


@dataclass(frozen=True, slots=True)
class Tested:
    """A statement of either side: its bit, whether it is of the new side, its document's use
    of policy variables."""

    bit: int
    statement: Statement
    variables: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What one dimension contributes to a request, and which statements it leaves standing:
    bits in `may` are not ruled out, bits in `must` surely match in this dimension. Choices of
    different `group` (the principal, the resource's account) are never taken for one another."""

    may: int
    must: int
    principal: Principal | None = None
    action: str = ""
    resource: Text | None = None
    context: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    group: object = None


def tested(new: Policies, old: Policies) -> tuple[Tested, ...]:
    """All statements of both sides, numbered."""
    sides = [(True, policy, statement) for policy, statement in new.statements()]
    sides += [(False, policy, statement) for policy, statement in old.statements()]
    return tuple(Tested(bit, s, policy.variables, side) for bit, (side, policy, s) in enumerate(sides))


def dimensions(statements: Sequence[Tested], question: Question) -> Iterator[list[Choice]]:
    """The dimensions in the order in which they are combined: the narrowing ones first.

    Raises TooManyError where a dimension has too many choices.
    """
    yield list(_principals(statements, question))
    yield _distinct(_actions(statements, question))
    clusters = _clusters(statements)
    yield _distinct(_cluster(statements, question, clusters.pop(0), with_resource=True))
    for keys in clusters:
        yield _distinct(_cluster(statements, question, keys, with_resource=False))


def _masks(statements: Sequence[Tested], answers: Sequence[Truth]) -> tuple[int, int]:
    may = sum(1 << t.bit for t, answer in zip(statements, answers, strict=True) if not answer.no)
    must = sum(1 << t.bit for t, answer in zip(statements, answers, strict=True) if answer.yes)
    return may, must


def _distinct(choices: Iterator[Choice]) -> list[Choice]:
    """The first of all choices that leave the same statements standing."""
    kept: dict[tuple[int, int, object], Choice] = {}
    for choice in choices:
        kept.setdefault((choice.may, choice.must, choice.group), choice)
    return list(kept.values())


def _principals(statements: Sequence[Tested], question: Question) -> Iterator[Choice]:
    """Principals are never lumped together: how access combines depends on who asks."""
    for principal in question.principals:
        may, must = _masks(statements, [match_principal(t.statement, principal).either for t in statements])
        yield Choice(may, must, principal=principal, group=principal)


def _actions(statements: Sequence[Tested], question: Question) -> Iterator[Choice]:
    for action in _named_actions(statements, question) if question.actions is None else question.actions:
        may, must = _masks(statements, [match_action(t.statement, action) for t in statements])
        yield Choice(may, must, action=action)


def _named_actions(statements: Sequence[Tested], question: Question) -> Iterator[str]:
    """Every action that the statements spell out, as they spell it, then one for each way in which
    their patterns tell actions apart."""
    patterns = list(dict.fromkeys(p.text for t in statements for p in t.statement.actions))
    for pattern in patterns:
        literal = pattern.literal
        if literal is not None and "*" not in literal and "?" not in literal:
            yield literal
    machines = [machine(items_of(fold(glob(pattern))), folded=True) for pattern in patterns]
    for action in atoms(machines, ANY_ACTION, question.limit, folded=True):
        yield str(action)


def _conditions(statements: Sequence[Tested], key: str) -> list[tuple[Condition, bool]]:
    return [(c, t.variables) for t in statements for c in t.statement.conditions if _name(c) == key]


def _name(condition: Condition) -> str | None:
    literal = condition.key.literal
    return literal.lower() if literal is not None else None


def _clusters(statements: Sequence[Tested]) -> list[list[str]]:
    """Keys grouped so that keys that refer to one another are together; the first group holds
    those that resources refer to (it may be empty)."""
    with_resource: set[str] = set()
    links: list[set[str]] = [{SOURCE_ARN, SOURCE_ACCOUNT}]
    keys: dict[str, None] = {}
    for t in statements:
        if t.variables:
            with_resource |= {key for p in t.statement.resources or () for key in _variables(p.text, True)}
        for condition in t.statement.conditions:
            name = _name(condition)
            if name is None:
                continue
            keys[name] = None
            used = (
                {key for value in condition.values for key in _variables(value.text, False)} if t.variables else set()
            )
            keys.update(dict.fromkeys(sorted(used)))
            links.append({name, *used})
    keys.update(dict.fromkeys(sorted(with_resource)))
    groups: list[set[str]] = [set(with_resource)]
    for key in keys:
        linked = {key}.union(*(link for link in links if key in link))
        touching = [group for group in groups if group & linked]
        merged = linked.union(*touching)
        if any(group is groups[0] for group in touching):
            groups = [merged, *(group for group in groups[1:] if not group & linked)]
        else:
            groups = [*(group for group in groups if not group & linked or not group), merged]
    return [[key for key in keys if key in group] for group in groups]


def _variables(written: Text, resource: bool) -> set[str]:
    parsed = resource_glob(written, True) if resource else glob(written, True, True)
    return {part.key for part in parsed if isinstance(part, Variable)}


def _cluster(
    statements: Sequence[Tested], question: Question, keys: Sequence[str], with_resource: bool
) -> Iterator[Choice]:
    told_apart: dict[tuple[Machine, ...], Sequence[Text]] = {}
    for context in _contexts(statements, question, keys):
        known = dict(context)
        held = [_hold(t, known, keys) for t in statements]
        if not with_resource:
            may, must = _masks(statements, held)
            yield Choice(may, must, context=context)
            continue
        machines = _resource_machines(statements, question, known)
        if machines not in told_apart:
            told_apart[machines] = atoms(machines, question.resources, question.limit)
        for resource in told_apart[machines]:
            on_it = [match_resources(t.statement, resource, known, t.variables) for t in statements]
            may, must = _masks(statements, [all_of(pair) for pair in zip(held, on_it, strict=True)])
            yield Choice(may, must, resource=resource, context=context, group=account_of(resource))


def _hold(t: Tested, context: Context, keys: Sequence[str]) -> Truth:
    """Whether a statement's conditions on these keys hold. A condition whose key is not known
    is left to the final decision: it rules nothing out here."""
    return all_of(match_condition(c, context, t.variables) for c in t.statement.conditions if _name(c) in keys)


def _contexts(
    statements: Sequence[Tested], question: Question, keys: Sequence[str]
) -> Iterator[tuple[tuple[str, tuple[Text, ...]], ...]]:
    """Every combination of the keys' candidate values that a request can have."""
    plain: dict[str, list[tuple[Text, ...]]] = {}

    def values_of(key: str) -> list[Text]:
        return [values[0] for values in plain.get(key, []) if len(values) == 1]

    total = 1
    linked = question.linked_account and SOURCE_ARN in keys and SOURCE_ACCOUNT in keys
    subjects = list(_subjects(statements, question, keys))
    for key in _ordered(statements, keys):
        domain = question.domain(key)
        extra = telling(key, subjects, values_of)
        if linked and key == SOURCE_ARN:
            extra += _account_machines(statements)
        plain[key] = key_values(key, _conditions(statements, key), domain, question.limit, values_of, extra)
        if linked and key == SOURCE_ACCOUNT and domain.present:
            named = [account_of(source) for source in values_of(SOURCE_ARN)]
            told = [(account,) for account in named if account is not None and domain.admits(account)]
            plain[key] = list(dict.fromkeys((*told, *plain[key])))
        total *= len(plain[key])
        if total > question.limit:
            raise TooManyError
    for combination in product(*(plain[key] for key in keys)):
        context = tuple(zip(keys, combination, strict=True))
        if not question.linked_account or _linked(dict(context)):
            yield context


def _account_machines(statements: Sequence[Tested]) -> list[Machine]:
    """Patterns that tell source ARNs apart by the accounts that conditions on the source
    account name, because the two keys are tied."""
    machines: list[Machine] = []
    for condition, _ in _conditions(statements, SOURCE_ACCOUNT):
        for value in condition.values:
            shape = text("arn:*:*:*:", value.text, ":*")
            machines.append(machine(items_of(glob(shape), segmented=True)))
    return machines


def _ordered(statements: Sequence[Tested], keys: Sequence[str]) -> Iterator[str]:
    """Keys that others refer to first, so that their values are there to be referred to. A source
    account takes its values from the source ARNs, so it comes after them."""
    waiting = {key: {*_referred(statements, key)}.intersection(keys) for key in keys}
    if SOURCE_ACCOUNT in waiting and SOURCE_ARN in waiting:
        waiting[SOURCE_ACCOUNT].add(SOURCE_ARN)
    while waiting:
        ready = next((key for key, others in waiting.items() if others.isdisjoint(waiting)), None)
        if ready is None:
            raise TooManyError("policy variables refer to one another in a circle")
        del waiting[ready]
        yield ready


def _referred(statements: Sequence[Tested], key: str) -> Iterator[str]:
    """The keys whose values the conditions on a key refer to."""
    for condition, variables in _conditions(statements, key):
        for value in condition.values if variables else ():
            yield from _variables(value.text, False)


def _subjects(statements: Sequence[Tested], question: Question, keys: Sequence[str]) -> Iterator[Subject]:
    """The resource and the keys, with the patterns that they are compared with."""
    resources = [resource_glob(p.text, t.variables) for t in statements for p in t.statement.resources or ()]
    both = tuple((pattern, family) for pattern in resources for family in (Family.LIKE, Family.ARN))
    yield Subject(both, question.resources.forms)
    for key in keys:
        compared = [
            (value_glob(value.text, what.family, variables), what.family)
            for condition, variables in _conditions(statements, key)
            if (what := meaning(condition.operator)) is not None and what.family not in (*TYPED, Family.NULL)
            for value in condition.values
        ]
        yield Subject(tuple(compared), question.domain(key).forms)


def _linked(context: dict[str, tuple[Text, ...]]) -> bool:
    """Whether aws:SourceAccount is the account inside aws:SourceArn, where both are there."""
    source, account = context.get(SOURCE_ARN, ()), context.get(SOURCE_ACCOUNT, ())
    if len(source) != 1 or len(account) != 1:
        return True
    named = account_of(source[0])
    return named is None or named == account[0]


def _resource_machines(statements: Sequence[Tested], question: Question, context: Context) -> tuple[Machine, ...]:
    """The patterns of all statements' resources in a context, which fills their variables."""
    machines: list[Machine] = []
    for t in statements:
        for pattern in t.statement.resources or ():
            for written in (pattern.text, completed(pattern.text)):
                parsed = resource_glob(written, t.variables)
                for resolved in expansions(parsed, lambda key: context.get(key, ())):
                    machines.append(machine(items_of(resolved)))
                    machines.append(machine(items_of(resolved, segmented=True)))
    machines.extend(_owner_machines(question))
    return tuple(dict.fromkeys(machines))


def _owner_machines(question: Question) -> Iterator[Machine]:
    """Patterns that tell resources apart by whose they are, which decides how access combines."""
    callers = [principal_account(p.value) for p in question.principals if p.kind is PrincipalKind.AWS]
    for owner in dict.fromkeys((text("*"), text(), *(caller for caller in callers if caller is not None))):
        yield machine(items_of(glob(text("arn:*:*:*:", owner, ":*")), segmented=True))
