"""The question about what one statement can match: the same search in a smaller room.

Only what is plain to see is left out. What is asked of the rest stays the same.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.clusters import variables_of
from auditor.iam.access.question import ANY_RESOURCE, ANY_TEXT, Domain, Question, each
from auditor.iam.access.tested import Tested, key_of
from auditor.iam.access.values import value_glob
from auditor.iam.arn import COMPONENTS, completed
from auditor.iam.document import Condition
from auditor.iam.match.glob import Glob, Wild
from auditor.iam.match.statement import resource_glob
from auditor.iam.operators import Family, meaning
from auditor.iam.text import HoleType, Text, text

_WILD = frozenset("*?")
_ANYTHING = text(each(HoleType.ANYTHING))


def narrowed(question: Question, focus: Tested, several: Collection[str]) -> Question:
    """The question about the actions and resources that `focus` names and the values that its
    conditions ask for, as far as these are plain. `several` are keys that may have several values."""
    statement = focus.statement
    actions, resources, domains = question.actions, question.resources, dict(question.domains)
    if actions is None and not statement.not_action:
        named = [pattern.text.literal for pattern in statement.actions]
        spelled = tuple(action for action in named if action is not None and not _WILD.intersection(action))
        actions = spelled if len(spelled) == len(named) else None
    if resources == ANY_RESOURCE and statement.resources is not None and not statement.not_resource:
        forms = _all(_resource_form(pattern.text, focus.variables) for pattern in statement.resources)
        resources = resources if forms is None else Domain(forms)
    told = question.told
    for condition in statement.conditions:
        key = str(condition.key).lower()
        if key not in several and key not in told and not condition.key.holes:
            domain = _values(condition, focus.variables, question.domain(key))
            domains[key] = domain or domains.get(key) or question.domain(key)
    return dataclasses.replace(question, actions=actions, resources=resources, domains=MappingProxyType(domains))


def sparse(question: Question, focus: Tested, others: Sequence[Tested]) -> Iterator[Question]:
    """The question about requests with few keys: those of `focus`, alone and with those of each other
    statement, first such as are rare. Nothing follows where these find nothing."""
    own = _keys(focus)
    counts = Counter(map(_keys, others))
    every = own.union(*counts)
    for kept in dict.fromkeys((own, *(own | keys for keys in sorted(counts, key=counts.__getitem__)))):
        domains = dict(question.domains)
        for key in every - kept:
            domains[key] = _absent(question.domain(key))
        known = {
            who: MappingProxyType({key: domain if key in kept else _absent(domain) for key, domain in told.items()})
            for who, told in question.known.items()
        }
        yield dataclasses.replace(question, domains=MappingProxyType(domains), known=MappingProxyType(known))


def _keys(tested: Tested) -> frozenset[str]:
    """The keys that a statement tests or refers to."""
    statement = tested.statement
    tests = {key for condition in statement.conditions if (key := key_of(condition)) is not None}
    if not tested.variables:
        return frozenset(tests)
    values = (value.text for condition in statement.conditions for value in condition.values)
    referred = [variables_of(value, False) for value in values]
    referred += [variables_of(pattern.text, True) for pattern in statement.resources or ()]
    return frozenset(tests.union(*referred))


def _absent(domain: Domain) -> Domain:
    """Of a key that may be absent: that it is."""
    return replace(domain, present=False) if domain.absent else domain


def _all(forms: Iterable[Text | None]) -> tuple[Text, ...] | None:
    """The forms, where every one could be made."""
    known: list[Text] = []
    for form in forms:
        if form is None:
            return None
        known.append(form)
    return tuple(known)


def _resource_form(pattern: Text, variables: bool) -> Text | None:
    """A Resource pattern as a form; None where it is more than text and `*`, or leaves out
    components of an ARN."""
    if pattern.literal != "*" and completed(pattern) != pattern:
        return None
    return _form(resource_glob(pattern, variables))


def _form(pattern: Glob) -> Text | None:
    if any(not isinstance(part, str) and part is not Wild.STAR for part in pattern):
        return None
    return text(*(part if isinstance(part, str) else each(HoleType.ANYTHING) for part in pattern))


def _values(condition: Condition, variables: bool, domain: Domain) -> Domain | None:
    """The values of a key that a condition can hold for; None where they are not plain."""
    what, operator = meaning(condition.operator), condition.operator
    if what is None or what.negated or operator.if_exists or operator.quantifier is not None:
        return None
    if what.family not in (Family.STRING, Family.LIKE, Family.ARN) or not condition.values:
        return None
    forms = _all(_value_form(value.text, what.family, variables, domain) for value in condition.values)
    if forms is None:
        return None
    made = replace(domain, forms=forms, absent=False)
    return replace(made, likely=tuple(value for value in domain.likely if made.admits(value)))


def _value_form(written: Text, family: Family, variables: bool, domain: Domain) -> Text | None:
    """A pattern as a form that lies in the domain."""
    form = _form(value_glob(written, family, variables))
    if form is None:
        return None
    pieces = form.split(":", COMPONENTS - 1)
    if family is Family.ARN and (len(pieces) < COMPONENTS or any(piece.holes for piece in pieces[:-1])):
        return None
    if not form.holes:
        return form if domain.admits(form) else None
    if domain.forms == ANY_TEXT.forms:
        return form
    if len(pieces) < COMPONENTS or any(piece.holes for piece in pieces[:-1]):
        return None
    return form if any(_takes(wide, pieces) for wide in domain.forms) else None


def _takes(wide: Text, pieces: tuple[Text, ...]) -> bool:
    """Whether a form of ARNs has every text with these first components, whatever follows them."""
    parts = wide.split(":", COMPONENTS - 1)
    if len(parts) != COMPONENTS or parts[-1] != _ANYTHING:
        return False
    return all(Domain((part,)).admits(piece) for part, piece in zip(parts[:-1], pieces[:-1], strict=True))
