"""The baseline: the findings that were there when the gate was put up."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from msgspec import field

from auditor.engine.finding import Finding
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.sources.errors import SourceError, UsageError
from auditor.sources.fields import items_at, members_of, needed, string_at
from auditor.sources.located_json import parse_json
from auditor.sources.source import load

SCHEMA = "auditor-baseline/1"
FILE = ".auditor-baseline.json"
_HELP = "`auditor baseline` writes one"


class Baseline(Frozen):
    """The fingerprints that were accepted; `file` is where they are written."""

    file: str
    fingerprints: frozenset[str] = field(default_factory=frozenset)


def write_baseline(findings: Iterable[Finding]) -> str:
    """The baseline of these findings as JSON text, in an order that changes only where they do."""
    accepted = [
        {"fingerprint": f.fingerprint, "rule": f.rule, "function": f.function.title if f.function else None}
        for f in sorted(findings, key=lambda f: (f.rule, f.function.title if f.function else "", f.fingerprint))
    ]
    return json.dumps({"schema": SCHEMA, "findings": accepted}, indent=2, ensure_ascii=False) + "\n"


def read_baseline(file: str) -> Baseline:
    """The baseline in a file; raises UsageError where it is none that this version reads."""
    try:
        source = load(Path(file), file)
    except SourceError as error:
        raise UsageError(f"the baseline cannot be read: {error}", _HELP) from error
    try:
        document = parse_json(source.content, source.places)
        members = members_of(document, "a baseline")
        if string_at(members, "schema") != SCHEMA:
            at = members.get("schema") or document
            raise SourceError(f"the baseline is not of the schema `{SCHEMA}`", at.origin, _HELP)
        _refuse_others(members, ("schema", "findings"))
        if members.get("findings") is None:
            raise SourceError("the baseline has no `findings`", document.origin, _HELP)
        return Baseline(file, frozenset(map(_fingerprint, items_at(members, "findings"))))
    except SourceError as error:
        raise UsageError(str(error), error.help or _HELP) from error


def _fingerprint(entry: Node) -> str:
    members = members_of(entry, "a finding of the baseline")
    _refuse_others(members, ("fingerprint", "rule", "function"))
    return needed(members, "fingerprint", entry)


def _refuse_others(members: Members, known: tuple[str, ...]) -> None:
    for member in members:
        if str(member.key) not in known:
            raise SourceError(f"unknown key `{member.key}` in a baseline", member.origin, _HELP)
