"""Which requests a question ranges over."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.steps import Steps
from auditor.iam.frozen import Frozen
from auditor.iam.match.glob import glob, items_of, units_of
from auditor.iam.match.items import machine
from auditor.iam.request import Principal
from auditor.iam.text import Hole, HoleType, Text, text


class Domain(Frozen):
    """The values that a condition key or a resource may take.

    `forms` are texts whose `each` holes range over their types. `likely` are values to try
    first, so that witnesses look like what a person would write; they must be of a form.
    `without` are forms of values that it leaves out. With `absent`, a request may lack the key;
    with `present`, it may have it.
    """

    forms: tuple[Text, ...]
    likely: tuple[Text, ...] = ()
    absent: bool = True
    present: bool = True
    without: tuple[Text, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether every form is just one value."""
        return not any(hole.each for form in self.forms for hole in form.holes)

    def admits(self, value: Text) -> bool:
        """Whether a value is of one of the forms, and of none that is left out."""
        return _is_of(value, self.forms) and not self.leaves_out(value)

    def leaves_out(self, value: Text) -> bool:
        return _is_of(value, self.without)


def _is_of(value: Text, forms: Iterable[Text]) -> bool:
    units = units_of(value)
    return any(
        form == value or (bool(form.holes) and machine(items_of(glob(form, wildcards=False))).accepts(units))
        for form in forms
    )


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
_ORGANISATION = each(HoleType.ORGANISATION)
ANY_ORGANISATION = Domain((text(_ORGANISATION),), (text("o-exampleorgid"),))
ANY_PLACE = Domain((text(_ORGANISATION, "/", each(HoleType.ANYTHING)),), (text("o-exampleorgid/r-ab12/"),))
"""A path in an organisation."""

DEFAULT_DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "aws:sourcearn": ANY_ARN,
        "aws:sourceaccount": ANY_ACCOUNT,
        "aws:principalaccount": ANY_ACCOUNT,
        "aws:resourceaccount": ANY_ACCOUNT,
        **dict.fromkeys(("aws:principalorgid", "aws:sourceorgid", "aws:resourceorgid"), ANY_ORGANISATION),
        **dict.fromkeys(("aws:principalorgpaths", "aws:sourceorgpaths", "aws:resourceorgpaths"), ANY_PLACE),
        "aws:requestedregion": Domain((text(each(HoleType.REGION)),), (text("us-east-1"),)),
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """Principals, actions and resources a witness may have (the likeliest first), and domains
    of condition keys by lower-case name; a key without one takes any text. Without `actions`, a
    witness may have any: each that the statements name, and all that they tell apart.

    `linked` ties aws:SourceAccount to the account inside aws:SourceArn, as services send them, and
    aws:ResourceAccount and aws:RequestedRegion to the resource. `known` tells what keys are for single
    principals, where that is another thing than for the rest. `limit` caps the states that the search
    visits at once, `steps` what it does in all: they are shared by questions that are parts of one.
    """

    principals: tuple[Principal, ...]
    actions: tuple[str, ...] | None
    resources: Domain
    domains: Mapping[str, Domain] = field(default_factory=lambda: MappingProxyType({}))
    linked: bool = True
    known: Mapping[Principal, Mapping[str, Domain]] = field(default_factory=lambda: MappingProxyType({}))
    limit: int = 20_000
    steps: Steps = field(default_factory=Steps, compare=False)
    _domains: dict[str, Domain] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, principal: Principal) -> Question:
        """The question about one principal, with what is known of it."""
        domains = MappingProxyType({**self.domains, **self.known.get(principal, {})})
        return dataclasses.replace(self, principals=(principal,), domains=domains, known=MappingProxyType({}))

    @property
    def told(self) -> frozenset[str]:
        """The keys of which `known` tells."""
        return frozenset(key for domains in self.known.values() for key in domains)

    def domain(self, key: str) -> Domain:
        """What a key can be, whoever of the principals asks."""
        found = self._domains.get(key)
        if found is None:
            found = self._domains[key] = self._domain(key)
        return found

    def _domain(self, key: str) -> Domain:
        common = self.domains.get(key) or DEFAULT_DOMAINS.get(key) or ANY_TEXT
        if not any(key in domains for domains in self.known.values()):
            return common
        own = [domains.get(key, common) for domains in self.known.values()]
        return Domain(
            tuple(dict.fromkeys(form for domain in own for form in domain.forms)),
            tuple(dict.fromkeys(value for domain in own for value in domain.likely)),
            absent=any(domain.absent for domain in own),
            present=any(domain.present for domain in own),
        )


def fill_question(question: Question, value_of: Callable[[Hole], Text | str | None]) -> Question:
    """The question with values in its holes."""
    return dataclasses.replace(
        question,
        principals=tuple(replace(p, value=p.value.fill(value_of)) for p in question.principals),
        resources=_fill_domain(question.resources, value_of),
        domains=MappingProxyType({key: _fill_domain(domain, value_of) for key, domain in question.domains.items()}),
        known=MappingProxyType(
            {
                replace(principal, value=principal.value.fill(value_of)): MappingProxyType(
                    {key: _fill_domain(domain, value_of) for key, domain in known.items()}
                )
                for principal, known in question.known.items()
            }
        ),
    )


def _fill_domain(domain: Domain, value_of: Callable[[Hole], Text | str | None]) -> Domain:
    return replace(
        domain,
        forms=tuple(form.fill(value_of) for form in domain.forms),
        likely=tuple(value.fill(value_of) for value in domain.likely),
        without=tuple(form.fill(value_of) for form in domain.without),
    )


def one_of(*values: Text) -> Domain:
    """A domain of just these values, in this order."""
    return Domain(values, values)
