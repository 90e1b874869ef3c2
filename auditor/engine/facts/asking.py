"""Asking whether policies of a role allow one thing, whatever else the caller sends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.known import known_of
from auditor.iam.access.question import one_of
from auditor.iam.catalogue import collected
from auditor.iam.decide import Policies, decide
from auditor.iam.keys import condition_keys
from auditor.iam.request import Principal, Request
from auditor.iam.text import Text, text

_TAGS = "resourcetag/"
_TIMES = frozenset(("aws:currenttime", "aws:tokenissuetime"))
_ABSENT = Domain((), present=False)
_OF_A_FUNCTION = {
    "aws:username": _ABSENT,
    "aws:multifactorauthage": _ABSENT,
    "aws:multifactorauthpresent": one_of(text("false")),
}
"""What a role sends that a service has assumed: it is no user, and nobody signed in."""


def allowed(
    caller: Principal,
    action: str,
    resource: Text,
    policies: Policies,
    context: Mapping[str, tuple[Text, ...]],
    lacking: Collection[str] = (),
) -> Request | None:
    """The request, with those of its keys that make `policies` allow it, beside the keys of `context`,
    which it has in any case, and without those of `lacking`; None where nothing makes them. The resource
    has no tags: what is tied to tags is tied to the resources that somebody chose. It is made on the day
    of the catalogue: what was open in the past alone is not open."""
    plain = Request(caller, action, resource, MappingProxyType(dict(context)))
    if decide(plain, policies).allowed:
        return plain
    keys = sorted(condition_keys(policies) - set(context))
    if not keys:
        return None
    domains = known_of(caller, keys, resource)
    domains.update({key: domain for key, domain in _OF_A_FUNCTION.items() if key in keys})
    domains.update({key: _ABSENT for key in keys if _TAGS in key or key in lacking})
    domains.update({key: replace(one_of(_today()), absent=False) for key in _TIMES.intersection(keys)})
    domains.update({key: one_of(*values) for key, values in context.items()})
    answer = escape(policies, Policies(), Question((caller,), (action,), one_of(resource), MappingProxyType(domains)))
    return answer.request if answer.outcome is Outcome.FOUND else None


def _today() -> Text:
    return text(f"{collected()}T12:00:00Z")
