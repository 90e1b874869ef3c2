"""Which requests a question ranges over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from auditor.iam.match.glob import glob, items_of, units_of
from auditor.iam.match.items import machine
from auditor.iam.request import Principal
from auditor.iam.text import Hole, HoleType, Text, text


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that a condition key or a resource may take.

    `forms` are texts whose `each` holes range over their types. `likely` are values to try
    first, so that witnesses look like what a person would write; they must be of a form.
    With `absent`, a request may lack the key; with `present`, it may have it.
    """

    forms: tuple[Text, ...]
    likely: tuple[Text, ...] = ()
    absent: bool = True
    present: bool = True

    def admits(self, value: Text) -> bool:
        """Whether a value is of one of the forms."""
        units = units_of(value)
        return any(machine(items_of(glob(form, wildcards=False))).accepts(units) for form in self.forms)


def each(kind: HoleType, name: str = "any") -> Hole:
    """A hole that ranges over all values of its type."""
    return Hole(name, kind, each=True)


ANY_TEXT = Domain((text(each(HoleType.ANYTHING)),), (text("other"),))
_SERVICE = text("arn:", each(HoleType.PARTITION), ":", each(HoleType.NAME), ":")
_OWNED = text(each(HoleType.ACCOUNT), ":", each(HoleType.ANYTHING))
ANY_ARN = Domain(
    (
        text(_SERVICE, each(HoleType.REGION), ":", _OWNED),
        text(_SERVICE, ":", _OWNED),
        text("arn:aws:s3:::", each(HoleType.NAME)),
    ),
    (text("arn:aws:s3:::other-bucket"),),
)
ANY_SOURCE = Domain(
    (
        *ANY_ARN.forms,
        text(_SERVICE, each(HoleType.REGION), "::", each(HoleType.ANYTHING)),
        text(_SERVICE, "::", each(HoleType.ANYTHING)),
    ),
    ANY_ARN.likely,
)
"""The source ARN of any service, also of those whose ARNs name no account."""
ANY_ACCOUNT = Domain((text(each(HoleType.ACCOUNT)),), (text("444455556666"),))

ANY_ACTION = Domain((text(each(HoleType.NAME), ":", each(HoleType.NAME)),), (text("anyservice:anyaction"),))
ANY_RESOURCE = Domain((text(each(HoleType.ANYTHING)),))

DEFAULT_DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {"aws:sourcearn": ANY_ARN, "aws:sourceaccount": ANY_ACCOUNT, "aws:principalaccount": ANY_ACCOUNT}
)


@dataclass(frozen=True, slots=True)
class Question:
    """Principals, actions and resources a witness may have (the likeliest first), and domains
    of condition keys by lower-case name; a key without one takes any text. Without `actions`, a
    witness may have any: each that the statements name, and all that they tell apart.

    `linked_account` ties aws:SourceAccount to the account inside aws:SourceArn, as services
    send them. `limit` caps the states that the search visits.
    """

    principals: tuple[Principal, ...]
    actions: tuple[str, ...] | None
    resources: Domain
    domains: Mapping[str, Domain] = field(default_factory=lambda: MappingProxyType({}))
    linked_account: bool = True
    limit: int = 20_000

    def domain(self, key: str) -> Domain:
        return self.domains.get(key) or DEFAULT_DOMAINS.get(key) or ANY_TEXT


def fill_question(question: Question, value_of: Callable[[Hole], Text | str | None]) -> Question:
    """The question with values in its holes."""
    return replace(
        question,
        principals=tuple(replace(p, value=p.value.fill(value_of)) for p in question.principals),
        resources=_fill_domain(question.resources, value_of),
        domains=MappingProxyType({key: _fill_domain(domain, value_of) for key, domain in question.domains.items()}),
    )


def _fill_domain(domain: Domain, value_of: Callable[[Hole], Text | str | None]) -> Domain:
    return replace(
        domain,
        forms=tuple(form.fill(value_of) for form in domain.forms),
        likely=tuple(value.fill(value_of) for value in domain.likely),
    )


def one_of(*values: Text) -> Domain:
    """A domain of just these values, in this order."""
    return Domain(values, values)
