"""What condition keys can be, as far as that is tied to who asks and to what is asked.

Sources: IAM user guide, "AWS global condition context keys" (the availability of each key) and
"Available keys for AWS web identity federation"; Service authorization reference, "AWS Lambda"
(which actions have which keys); Lambda developer guide, "Encryption in transit" (its endpoints
take HTTPS alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.question import Domain, each, one_of
from auditor.iam.arn import arn
from auditor.iam.keys import PRINCIPAL_ACCOUNT, PRINCIPAL_ARN, REQUESTED_REGION, RESOURCE_ACCOUNT
from auditor.iam.match.principal import principal_account, role_of_session
from auditor.iam.request import Principal, PrincipalKind
from auditor.iam.text import HoleType, Text, text

_ABSENT = Domain((), present=False)
_TRUE, _FALSE = text("true"), text("false")
_SERVICE_KEYS = ("aws:principalservicename", "aws:principalservicenameslist")
_SOURCE_KEYS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
"""Sent by services that act for a resource, and by nobody else."""
_SESSION_KEYS = frozenset(
    (
        "aws:chatbotsourcearn",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:sourceidentity",
        "aws:tokenissuetime",
        "aws:username",
    )
)
"""Of a signed request, by the credentials of a user or of a role's session."""
_VPC_KEYS = frozenset(
    (
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:vpcsourceip",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
    )
)
"""Of a request through somebody's VPC endpoint."""
_VIA_KEYS = frozenset(("aws:calledvia", "aws:calledviafirst", "aws:calledvialast"))
"""Of a request that a service makes with the credentials of a user or role."""

_URL_CONFIG = tuple(f"lambda:{verb}FunctionUrlConfig" for verb in ("Create", "Delete", "Get", "List", "Update"))
_WITH_ACTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lambda:functionurlauthtype": (
            "lambda:InvokeFunctionUrl",
            "lambda:AddPermission",
            "lambda:RemovePermission",
            *_URL_CONFIG,
        ),
        "lambda:invokedviafunctionurl": ("lambda:InvokeFunction",),
        "lambda:eventsourcetoken": ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl"),
    }
)


def known_of(principal: Principal, keys: Iterable[str], resource: Text | None = None) -> dict[str, Domain]:
    """What `keys` (lower case) can be in a principal's request, where that is known; `absent` is
    left out of what every such request has. `resource` tells what is asked, where that is known."""
    found = ((key, _domain(key, principal, resource)) for key in keys)
    return {key: domain for key, domain in found if domain is not None}


def optional(domains: Mapping[str, Domain]) -> dict[str, Domain]:
    """The domains of keys any of which a request may lack."""
    return {key: replace(domain, absent=True) for key, domain in domains.items()}


def by_action(
    keys: Iterable[str], actions: tuple[str, ...] | None
) -> Iterator[tuple[tuple[str, ...] | None, dict[str, Domain]]]:
    """The actions (None: any) in groups, each with the domains of the keys that its requests cannot
    have. With None the first group is every action, without the keys that come with some alone."""
    tied = {key: _WITH_ACTIONS[key] for key in keys if key in _WITH_ACTIONS}
    if actions is None:
        yield None, dict.fromkeys(tied, _ABSENT)
        actions = tuple(dict.fromkeys(action for named in tied.values() for action in named))
    groups: dict[tuple[str, ...], list[str]] = {}
    for action in actions:
        without = tuple(key for key, named in tied.items() if not _among(action, named))
        groups.setdefault(without, []).append(action)
    for without, alike in groups.items():
        yield tuple(alike), dict.fromkeys(without, _ABSENT)


def _among(action: str, named: Iterable[str]) -> bool:
    return any(action.lower() == other.lower() for other in named)


def _domain(key: str, principal: Principal, resource: Text | None) -> Domain | None:
    if principal.kind is PrincipalKind.AWS:
        domain = _of_account(key, principal)
    elif key in _VIA_KEYS or (key in _SOURCE_KEYS and principal.kind is not PrincipalKind.SERVICE):
        return _ABSENT
    elif key == "aws:viaawsservice":
        return Domain((_FALSE,), (_FALSE,))
    elif principal.kind is PrincipalKind.SERVICE:
        domain = _of_service(key, principal)
    else:
        domain = _of_stranger(key, principal)
    return domain if domain is not None or resource is None else _of_resource(key, resource)


def _of_account(key: str, principal: Principal) -> Domain | None:
    if key == PRINCIPAL_ACCOUNT:
        account = principal_account(principal.value)
        return _always(account) if account is not None else _ABSENT
    if key == PRINCIPAL_ARN:
        return replace(_arns_of(principal.value), absent=False)
    if key == "aws:principalisawsservice":
        return _always(_FALSE)
    return _ABSENT if key in (*_SERVICE_KEYS, *_SOURCE_KEYS) else None


def _of_service(key: str, principal: Principal) -> Domain | None:
    if key == "aws:principalisawsservice":
        return _always(_TRUE)
    if key == "aws:principalservicename":
        return _always(principal.value)
    if key.startswith("aws:principal") and key not in ("aws:principaltype", *_SERVICE_KEYS):
        return _ABSENT
    return _ABSENT if key in _VPC_KEYS or key in _SESSION_KEYS else None


def _of_stranger(key: str, principal: Principal) -> Domain | None:
    """Of anonymous callers, and of those that a provider signs in: neither signs the request."""
    if principal.kind is PrincipalKind.ANYONE:
        if key in (PRINCIPAL_ACCOUNT, "aws:userid"):
            return one_of(text("anonymous"))
        if key in _SESSION_KEYS:
            return _ABSENT
    return _ABSENT if key.startswith("aws:principal") and key != "aws:principaltype" else None


def _of_resource(key: str, resource: Text) -> Domain | None:
    parsed = arn(resource)
    if parsed is None:
        return None
    if key == "aws:securetransport" and parsed.service.literal == "lambda":
        return Domain((_TRUE,), (_TRUE,))
    if key == RESOURCE_ACCOUNT and parsed.account:
        return _always(parsed.account)
    return _always(parsed.region) if key == REQUESTED_REGION and parsed.region else None


def _always(value: Text) -> Domain:
    return replace(one_of(value), absent=False)


def _arns_of(value: Text) -> Domain:
    """The ARN of a principal, of a session that of its role. One called `anyone` stands for every
    role and user of its account."""
    parsed = arn(value)
    if parsed is not None and parsed.resource.literal == "role/anyone":
        head = text("arn:aws:iam::", parsed.account)
        anything = each(HoleType.ANYTHING)
        return Domain((text(head, ":role/", anything), text(head, ":user/", anything)), (value,))
    return one_of(role_of_session(value) or value)
