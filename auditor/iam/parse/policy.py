"""Whole documents and their statements.

Sources: IAM user guide, "Grammar of the IAM JSON policy language" and the pages of its
elements; Lambda API reference, AddPermission and PutResourcePolicy.
"""

from __future__ import annotations

from msgspec.structs import replace

from auditor.iam.document import DefectKind, Effect, Policy, PolicyKind, Statement, UnknownStatement
from auditor.iam.node import Member, Members, Node, Perhaps
from auditor.iam.origin import Origin
from auditor.iam.parse.conditions import parse_conditions
from auditor.iam.parse.defects import Defects, describe
from auditor.iam.parse.patterns import parse_actions, parse_resources
from auditor.iam.parse.principals import parse_principals
from auditor.iam.text import text

CURRENT_VERSION = "2012-10-17"
VERSIONS = (CURRENT_VERSION, "2008-10-17")

_POLICY_KEYS = ("Version", "Id", "Statement")
_STATEMENT_KEYS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def parse_policy(node: Node, kind: PolicyKind) -> Policy:
    """Read a policy document. Never raises: what is wrong stands in `defects`, and a part that
    could not be read stands in `unknown`."""
    defects = Defects()
    if node.unknown is not None:
        return Policy(kind, unknown=(UnknownStatement(text(node.unknown), node.origin),), origin=node.origin)
    if node.members is None:
        defects.add(f"a policy document is an object, not {describe(node)}", node.origin)
        return Policy(kind, unknown=(_unreadable(node),), defects=tuple(defects.found), origin=node.origin)
    _check_keys(node.members, _POLICY_KEYS, "policy element", defects)
    version = _parse_version(node.members, node.origin, defects)
    statements, unknown = _parse_statements(node, kind, defects)
    if kind is PolicyKind.IDENTITY:
        _check_sids(statements, defects)
    return Policy(kind, statements, unknown, version, tuple(defects.found), node.origin)


def _parse_version(members: Members, origin: Origin, defects: Defects) -> str | None:
    node = members.get("Version")
    if node is None:
        advice = f'add `"Version": "{CURRENT_VERSION}"`'
        defects.add("the document has no Version, so AWS reads it by the rules of 2008", origin, advice, _OLD)
        return None
    version = node.text.literal if node.text is not None else None
    if node.unknown is not None:
        return CURRENT_VERSION
    if version not in VERSIONS:
        shown = str(node.text) if node.text is not None else describe(node)
        defects.add(f"Version `{shown}` is not one that AWS knows", node.origin, f"use `{CURRENT_VERSION}`")
        return CURRENT_VERSION
    if version != CURRENT_VERSION:
        advice = f"use `{CURRENT_VERSION}`"
        defects.add(f"Version `{version}` reads policy variables as plain text", node.origin, advice, _OLD)
    return version


_OLD = DefectKind.OLD_VERSION


_ELEMENTS = ("Principal", "Action", "Resource")
_REQUIRED = {PolicyKind.IDENTITY: ("Action", "Resource"), PolicyKind.TRUST: ("Principal", "Action")}
_FORBIDDEN = {PolicyKind.IDENTITY: ("Principal", "a role's policy"), PolicyKind.TRUST: ("Resource", "a trust policy")}


def _parse_statements(
    policy: Node, kind: PolicyKind, defects: Defects
) -> tuple[tuple[Statement, ...], tuple[UnknownStatement, ...]]:
    if policy.members and (_stands_twice(policy.members, "Version") or _stands_twice(policy.members, "Statement")):
        return (), (_unreadable(policy),)
    node = policy.members.get("Statement") if policy.members else None
    hidden = _unknown_key(policy.members) if policy.members else None
    if node is None and hidden is not None:
        return (), (UnknownStatement(hidden.key, hidden.origin),)
    if node is None:
        defects.add("the document has no Statement", policy.origin)
        return (), ()
    if node.unknown is not None:
        return (), (UnknownStatement(text(node.unknown), node.origin),)
    listed = node.items if node.items is not None else (node,)
    statements: list[Statement] = []
    unknown: list[UnknownStatement] = []
    for index, item in enumerate(listed):
        before = len(defects.found)
        parsed = _parse_statement(item, index, kind, defects)
        defects.place(before, index)
        if isinstance(parsed, Statement):
            statements.append(parsed)
        else:
            unknown.append(parsed)
    return tuple(statements), tuple(unknown)


def _parse_statement(node: Node, index: int, kind: PolicyKind, defects: Defects) -> Statement | UnknownStatement:
    if isinstance(node, Perhaps):
        there = _parse_statement(node.body, index, kind, defects)
        return replace(there, uncertain=node.why) if isinstance(there, Statement) else there
    if node.unknown is not None:
        return UnknownStatement(text(node.unknown), node.origin)
    members = node.members
    if members is None:
        defects.add(f"a statement is an object, not {describe(node)}", node.origin)
        return _unreadable(node)
    hidden = _unknown_key(members)
    if hidden is not None:
        return UnknownStatement(hidden.key, node.origin)
    before = len(defects.found)
    _check_keys(members, _STATEMENT_KEYS, "statement element", defects)
    effect = _parse_effect(members, node.origin, defects)
    _check_elements(members, kind, node.origin, defects)
    actions = parse_actions(members.get("Action") or members.get("NotAction"), defects)
    resources = parse_resources(members.get("Resource") or members.get("NotResource"), defects)
    principals = parse_principals(members.get("Principal") or members.get("NotPrincipal"), defects)
    conditions = parse_conditions(members.get("Condition"), defects)
    sid = members.get("Sid")
    if sid is not None and sid.text is None:
        defects.add(f"Sid is a string, not {describe(sid)}", sid.origin)
    if len(defects.found) > before:
        return _unreadable(node, effect)
    not_principal = members.get("NotPrincipal") is not None
    if not_principal and effect is Effect.ALLOW:
        advice = "name who may call in Principal"
        defects.add("Allow with NotPrincipal allows everyone else", node.origin, advice, DefectKind.NOT_PRINCIPAL)
    read = Statement(
        effect or Effect.ALLOW,
        actions,
        resources,
        principals,
        conditions,
        not_action=members.get("NotAction") is not None,
        not_resource=members.get("NotResource") is not None,
        not_principal=not_principal,
        sid=sid.text if sid is not None and sid.text else None,
        index=index,
        origin=node.origin,
    )
    if effect is not None:
        return read
    written = members.get("Effect")
    shown = written.text if written is not None and written.text is not None else text()
    reason = f"whether a statement allows or denies is not known: its Effect is `{shown}`"
    return UnknownStatement(shown, node.origin, reason=reason, body=read)


def _parse_effect(members: Members, origin: Origin, defects: Defects) -> Effect | None:
    """The effect; None with a defect where it is none, and without one where it is not known. Of one
    that stands twice readers differ on which counts."""
    if _stands_twice(members, "Effect"):
        return None
    node = members.get("Effect")
    if node is None:
        defects.add("the statement has no Effect", origin, "add `Allow` or `Deny`")
        return None
    written = node.text
    if written is not None and written.literal in ("Allow", "Deny"):
        return Effect(written.literal)
    if written is None or written.literal is not None:
        shown = str(written) if written is not None else describe(node)
        defects.add(f"Effect `{shown}` is neither `Allow` nor `Deny`", node.origin, "the spelling counts")
    return None


def _check_elements(members: Members, kind: PolicyKind, origin: Origin, defects: Defects) -> None:
    """Which elements must be there, which must not, and which exclude each other."""
    there = {str(member.key) for member in members}
    for element in _ELEMENTS:
        if element in there and f"Not{element}" in there:
            defects.add(f"{element} and Not{element} exclude each other", origin)
    for element in _REQUIRED.get(kind, _ELEMENTS):
        if element not in there and f"Not{element}" not in there:
            defects.add(f"the statement has no {element}", origin)
    if kind in _FORBIDDEN:
        element, where = _FORBIDDEN[kind]
        for written in (element, f"Not{element}"):
            node = members.get(written) if written in there else None
            if node is not None:
                defects.add(f"{where} has no {written}", node.origin, "remove it")


def _stands_twice(members: Members, name: str) -> bool:
    """Whether an object has a member more than once, in any case: that this is wrong, `_check_keys` tells."""
    names = [str(member.key).lower() for member in members]
    return names.count(name.lower()) > 1


def _check_keys(members: Members, known: tuple[str, ...], what: str, defects: Defects) -> None:
    for member in members:
        name = member.key.literal
        if name is not None and name not in known:
            defects.unknown_name(what, name, known, member.origin)
    defects.repeated(what, members)


def _check_sids(statements: tuple[Statement, ...], defects: Defects) -> None:
    for statement in statements:
        sid = statement.sid.literal if statement.sid is not None else None
        if sid and not (sid.isascii() and sid.isalnum()):
            defects.add(f"Sid `{sid}` has characters other than letters and digits", statement.origin)


def _unknown_key(members: Members) -> Member | None:
    """The first member whose name is not known: what it says is not known either."""
    return next((member for member in members if member.key.literal is None), None)


def _unreadable(node: Node, effect: Effect | None = None) -> UnknownStatement:
    return UnknownStatement(text("a statement that could not be read"), node.origin, effect)
