"""One request: who does what to which resource, in which context."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import field

from auditor.iam.frozen import Frozen
from auditor.iam.text import Text, text


class PrincipalKind(Enum):
    """The keys of a policy's `Principal` element, and the anonymous caller."""

    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"
    ANYONE = "*"
    """In a policy: everyone. In a request: an anonymous caller."""


class Principal(Frozen):
    """Who makes a request: `value` is an ARN or account (AWS), a service name, or a provider."""

    kind: PrincipalKind
    value: Text

    def __str__(self) -> str:
        return str(self.value)


ANONYMOUS = Principal(PrincipalKind.ANYONE, text("*"))


def service(name: str) -> Principal:
    return Principal(PrincipalKind.SERVICE, text(name))


def aws(arn: str | Text) -> Principal:
    return Principal(PrincipalKind.AWS, text(arn))


Context = Mapping[str, tuple[Text, ...]]
"""Condition keys, in lower case, with their values; an absent key is absent."""


class Request(Frozen):
    """A request as IAM sees it. The context is taken as given: nothing is derived from it."""

    principal: Principal
    action: str
    resource: Text
    context: Context = field(default_factory=lambda: MappingProxyType({}))

    def value(self, key: str) -> tuple[Text, ...] | None:
        """The values of a condition key in any case, or None where it is absent."""
        return self.context.get(key.lower())


def context(values: Mapping[str, str | Text | tuple[Text, ...] | list[str]]) -> Context:
    """A context from plain values; keys in any case, single values or lists."""
    made: dict[str, tuple[Text, ...]] = {}
    for key, value in values.items():
        if isinstance(value, (str, Text)):
            made[key.lower()] = (text(value),)
        else:
            made[key.lower()] = tuple(text(item) for item in value)
    return MappingProxyType(made)
