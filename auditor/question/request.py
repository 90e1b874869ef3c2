"""Requests from plain JSON values."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from auditor.iam.request import ANONYMOUS, Context, Principal, PrincipalKind, Request, context
from auditor.iam.text import text
from auditor.sources.errors import UsageError

PARTS = ("principal", "action", "resource", "context")
"""The members of a request, in the order in which they are written."""

_KINDS = [kind.value for kind in PrincipalKind if kind is not PrincipalKind.ANYONE]
_PRINCIPAL_HELP = 'write `{"Service": "lex.amazonaws.com"}` or `{"AWS": "arn:aws:iam::111122223333:role/r"}`'
_ANONYMOUS_HELP = 'an anonymous caller is `"principal": "*"`'
_ACTION = re.compile(r"[^\s:*?]+:[^\s:*?]+")


def parse_request(request: Mapping[str, Any]) -> Request:
    """`{"principal": ..., "action": ..., "resource": ..., "context": {...}}` as a request; the
    context may be left out. Raises `UsageError` for any other shape."""
    check_members(request, PARTS, "a request")
    action = _string(request, "action")
    check_action(action)
    return Request(
        principal=parse_principal(request.get("principal")),
        action=action,
        resource=text(_string(request, "resource")),
        context=_parse_context(request.get("context")),
    )


def check_action(action: str) -> None:
    """Refuse what is not one action; raises `UsageError`."""
    if not _ACTION.fullmatch(action):
        raise UsageError(f"`{action}` is no single action", "write one as `lambda:InvokeFunction`")


def check_members(given: Mapping[str, Any], known: Collection[str], whole: str) -> None:
    """Refuse a member that nobody knows, with the nearest that is known."""
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), 1)
            help = f"did you mean `{near[0]}`?" if near else f"its parts are {', '.join(known)}"
            raise UsageError(f"`{name}` is no part of {whole}", help)


def _string(request: Mapping[str, Any], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not value:
        problem = "is not there" if value is None else "is empty" if value == "" else "is not a string"
        raise UsageError(f"the request's {name} {problem}", f'write `"{name}": "..."`')
    return value


def parse_principal(value: object) -> Principal:
    """`"*"` (an anonymous caller), or one key with one name: `{"Service": ...}`, `{"AWS": ...}`."""
    if value == "*":
        return ANONYMOUS
    if not isinstance(value, Mapping) or len(value) != 1:
        raise UsageError("the request's principal is neither `*` nor one key with one name", _PRINCIPAL_HELP)
    ((kind, name),) = value.items()
    if kind not in _KINDS:
        near = difflib.get_close_matches(str(kind), _KINDS, 1)
        known = ", ".join(f"`{known}`" for known in _KINDS)
        raise UsageError(
            f"`{kind}` is no kind of principal", f"did you mean `{near[0]}`?" if near else f"use one of {known}"
        )
    if not isinstance(name, str) or not name:
        raise UsageError(f"the request's principal `{kind}` is not one name", _PRINCIPAL_HELP)
    if "*" in name or "?" in name:
        raise UsageError(f"the request's principal `{name}` is no single caller", _ANONYMOUS_HELP)
    return Principal(PrincipalKind(kind), text(name))


def _parse_context(values: object) -> Context:
    if values is None:
        return context({})
    if not isinstance(values, Mapping):
        raise UsageError("the request's context is not an object", 'write `"context": {"aws:SourceArn": "..."}`')
    seen: set[str] = set()
    for key, value in values.items():
        held = value if isinstance(value, list) else [value]
        if not isinstance(key, str) or not key or not all(isinstance(item, str) for item in held):
            raise UsageError(f"the context's `{key}` is not a string or a list of strings", "put numbers in quotes")
        if key.lower() in seen:
            raise UsageError(f"the context has `{key}` twice", "condition keys are compared without case")
        seen.add(key.lower())
    return context(values)
