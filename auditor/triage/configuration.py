"""The configuration file, `.auditor.yaml`, and what it says."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import field

from auditor.engine.levels import Severity
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.iam.origin import NOWHERE, Origin
from auditor.sources.bundle.shape import Choice, Leaf, ListOf, Record, Shape, check_shape
from auditor.sources.errors import SourceError, UsageError
from auditor.sources.fields import items_at, members_of, needed, shown, string_at, written, wrong_type
from auditor.sources.located_yaml import parse_yaml
from auditor.sources.options import check_account
from auditor.sources.source import load
from auditor.triage.stated import StatedInvoker, read_stated
from auditor.triage.trust import NOBODY, Trust, TrustedAccount
from auditor.triage.waiver import Waiver
from auditor.triage.waivers import WAIVER, read_waiver

FILE = ".auditor.yaml"
NEVER = "never"

_SEVERITIES = Choice(tuple(severity.value for severity in Severity))
_LEAVES: Mapping[str, Shape] = {
    "fail-on": Choice((*_SEVERITIES.words, NEVER)),
    "select": ListOf(Leaf.TEXT),
    "ignore": ListOf(Leaf.TEXT),
    "rules": ListOf(Leaf.TEXT),
    "exclude": ListOf(Leaf.TEXT),
    "account": Leaf.TEXT,
    "region": Leaf.TEXT,
    "baseline": Leaf.TEXT,
    "organization": Leaf.TEXT,
    "trusted-accounts": ListOf(
        Record("a trusted account", {"account": Leaf.TEXT, "reason": Leaf.TEXT}, ("account", "reason"))
    ),
    "invokers": ListOf(Leaf.POLICY),
}
_WHOLE = Leaf.POLICY
"""What is looked at more closely where it is read; so are the entries of `invokers`."""
_SHAPE = Record("the configuration", {**_LEAVES, "severity": _WHOLE, "vars": _WHOLE, "waivers": _WHOLE})


class Named(Frozen):
    """A name of a rule or tag, and where it is written."""

    name: str
    origin: Origin = NOWHERE


class Configuration(Frozen):
    """What a configuration says; None, or nothing, for what it leaves out. Paths are seen from the
    working directory."""

    file: str | None = None
    fail_on: str | None = None
    select: tuple[Named, ...] = ()
    ignore: tuple[Named, ...] = ()
    severity: tuple[tuple[Named, Severity], ...] = ()
    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    account: str | None = None
    region: str | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    baseline: str | None = None
    waivers: tuple[Waiver, ...] = ()
    trust: Trust = NOBODY
    invokers: tuple[StatedInvoker, ...] = ()


NO_CONFIGURATION = Configuration()


def read_configuration(file: str) -> Configuration:
    """What a configuration file says; raises UsageError with the first place where it is wrong."""
    try:
        return _read(file)
    except SourceError as error:
        raise UsageError(str(error), error.help) from error


def _read(file: str) -> Configuration:
    document = _document(file)
    if document is None:
        return Configuration(file)
    check_shape(document, _SHAPE, "the configuration")
    members = members_of(document, "the configuration")
    home = os.path.dirname(file) or "."
    account, fail_on, baseline = (string_at(members, key) for key in ("account", "fail-on", "baseline"))
    _check(members.get("account"))
    return Configuration(
        file=file,
        fail_on=fail_on.lower() if fail_on is not None else None,
        select=_names(members, "select"),
        ignore=_names(members, "ignore"),
        severity=tuple(_severities(members.get("severity"))),
        rules=tuple(_beside(home, named.name) for named in _names(members, "rules")),
        exclude=tuple(named.name for named in _names(members, "exclude")),
        account=account,
        region=string_at(members, "region"),
        variables=MappingProxyType(dict(_variables(members.get("vars")))),
        baseline=_beside(home, baseline) if baseline is not None else None,
        waivers=tuple(_waivers(members.get("waivers"), home)),
        trust=_trust(members),
        invokers=tuple(read_stated(node) for node in items_at(members, "invokers")),
    )


def _document(file: str) -> Node | None:
    """The one value in a YAML file; None where there is none."""
    source = load(Path(file), file)
    documents = parse_yaml(source.content, source.places)
    if len(documents) > 1:
        raise SourceError("more than one document", documents[1].origin, "leave one, without `---`")
    return documents[0] if documents and documents[0].value is not None else None


def _beside(home: str, path: str) -> str:
    """A path that a file in the folder `home` names, as seen from the working directory."""
    return os.path.normpath(os.path.join(home, path)).replace(os.sep, "/")


def _names(members: Members, key: str) -> tuple[Named, ...]:
    return tuple(Named(written(node) or "", node.origin) for node in items_at(members, key))


def _severities(node: Node | None) -> list[tuple[Named, Severity]]:
    found = []
    for member in _entries(node, "`severity`"):
        check_shape(member.value, _SEVERITIES, f"`{member.key}`")
        found.append((Named(str(member.key), member.origin), Severity((written(member.value) or "").lower())))
    return found


def _variables(node: Node | None) -> list[tuple[str, str]]:
    found = []
    for member in _entries(node, "`vars`"):
        value = member.value.value
        said = str(value).lower() if isinstance(value, bool) else written(member.value)
        if said is None:
            raise wrong_type(member.value, f"`{member.key}`", "a text", "write a list or object as JSON in quotes")
        found.append((str(member.key), said))
    return found


def _entries(node: Node | None, what: str) -> Members:
    return Members() if node is None or node.value is None else members_of(node, what)


def _waivers(node: Node | None, home: str) -> list[Waiver]:
    """The waivers that are written here, and those in the files that are named here."""
    if node is None or node.value is None:
        return []
    found: list[Waiver] = []
    for item in node.items if node.items is not None else (node,):
        name = written(item)
        if name is None:
            check_shape(item, WAIVER, "a waiver")
            found.append(read_waiver(item, home))
        else:
            found += _waivers_in(_beside(home, name), item.origin)
    return found


def _waivers_in(file: str, named_at: Origin) -> list[Waiver]:
    if not os.path.exists(file):
        help = "`waivers` is a list of waivers, and of files that hold such lists"
        raise SourceError(f"no such file of waivers: `{file}`", named_at, help)
    document = _document(file)
    if document is None:
        return []
    check_shape(document, ListOf(WAIVER), "a file of waivers")
    return [read_waiver(item, os.path.dirname(file) or ".") for item in document.items or ()]


def _trust(members: Members) -> Trust:
    accounts = []
    for node in items_at(members, "trusted-accounts"):
        entry = members_of(node, "a trusted account")
        _check(entry.get("account"))
        reason = needed(entry, "reason", node)
        if not reason.strip():
            raise SourceError("a trusted account needs a `reason`", node.origin, "say whose account it is")
        accounts.append(TrustedAccount(needed(entry, "account", node), reason))
    organization = members.get("organization")
    if organization is None or organization.value is None:
        return Trust(tuple(accounts))
    name = written(organization) or ""
    if not re.fullmatch(r"o-[a-z0-9]{10,32}", name):
        message = f"{shown(organization)} is no organization"
        raise SourceError(message, organization.origin, "write its id, as in `o-exampleorgid`")
    return Trust(tuple(accounts), name)


def _check(node: Node | None) -> None:
    """Raise SourceError where a value is no account."""
    if node is None or node.value is None:
        return
    try:
        check_account(written(node) or "")
    except UsageError as error:
        raise SourceError(error.message, node.origin, error.help) from error


def named(names: Sequence[Named]) -> tuple[str, ...]:
    return tuple(each.name for each in names)
