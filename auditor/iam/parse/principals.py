"""Principal and NotPrincipal elements.

Source: IAM user guide, "AWS JSON policy elements: Principal": `*`, or a map of AWS, Service,
Federated and CanonicalUser; no wildcard inside an ARN or a service name.
"""

from __future__ import annotations

from auditor.iam.document import PrincipalPattern
from auditor.iam.node import Node
from auditor.iam.parse.defects import Defects, describe
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Hole, HoleType, text

_KINDS = {kind.value: kind for kind in PrincipalKind if kind is not PrincipalKind.ANYONE}

_DIGITS = 12
"""Digits of an account's number."""


def parse_principals(node: Node | None, defects: Defects) -> tuple[PrincipalPattern, ...] | None:
    """The principals of a statement; None where the element is absent. A principal that is not
    known before deployment has kind ANYONE and a hole as its text; one that is some account is known
    to be no service."""
    if node is None:
        return None
    if node.text is not None:
        if node.text.literal == "*" or node.unknown is not None:
            return (PrincipalPattern(_kind_of(node.unknown), node.text, node.origin),)
        advice = 'write `{"AWS": ...}` or `{"Service": ...}`'
        defects.add(f"principal `{node.text}` is neither `*` nor an object", node.origin, advice)
        return ()
    if node.members is None:
        defects.add(f"a principal is `*` or an object, not {describe(node)}", node.origin)
        return ()
    defects.repeated("principal type", node.members)
    found: list[PrincipalPattern] = []
    for member in node.members:
        if member.key.literal is None:
            found.append(PrincipalPattern(PrincipalKind.ANYONE, text(member.key.holes[0]), member.origin))
            continue
        kind = _KINDS.get(member.key.literal)
        if kind is None:
            defects.unknown_name("principal type", str(member.key), _KINDS, member.origin)
            continue
        found.extend(_parse_values(kind, member.value, defects))
    if not found:
        defects.add("the statement names no principal", node.origin)
    return tuple(found)


def _kind_of(unknown: Hole | None) -> PrincipalKind:
    is_account = unknown is not None and unknown.type is HoleType.ACCOUNT
    return PrincipalKind.AWS if is_account else PrincipalKind.ANYONE


def _parse_values(kind: PrincipalKind, node: Node, defects: Defects) -> list[PrincipalPattern]:
    found: list[PrincipalPattern] = []
    for item in node.items if node.items is not None else (node,):
        if item.text is None or not item.text:
            defects.add(f"a principal is a string, not {describe(item)}", item.origin)
            continue
        value = item.text.literal
        if kind is PrincipalKind.AWS and value == "*":
            found.append(PrincipalPattern(PrincipalKind.ANYONE, text("*"), item.origin))
            continue
        if value is not None and ("*" in value or "?" in value):
            advice = "name it in full, or use `*` alone with a condition on aws:PrincipalArn"
            defects.add(f"principal `{value}` has a wildcard, which AWS refuses", item.origin, advice)
            continue
        if kind is PrincipalKind.AWS and value is not None and value.isdigit() and len(value) != _DIGITS:
            advice = "write it in quotes, with the zeros that it begins with" if len(value) < _DIGITS else ""
            message = f"principal `{value}` is no account: those have {_DIGITS} digits"
            defects.add(message, item.origin, advice)
            continue
        found.append(PrincipalPattern(kind, item.text, item.origin))
    return found
