"""What the two arguments of `auditor diff` are: documents, or sources of estates."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from auditor.estate.estate import Document, Reading, Skipped
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.question.change import Change
from auditor.question.diff import AUTO, common_kind, compare_policies, parse_kind
from auditor.question.documents import is_readable, with_doubts
from auditor.question.estates import EstateChange, diff_readings
from auditor.sources.detect import kind_of
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError, UsageError
from auditor.sources.kind import Kind
from auditor.sources.options import check_account
from auditor.sources.policy_document import kind_of_statements
from auditor.sources.policy_text import policy_node, read_policy
from auditor.sources.source import STDIN, Source, decode, load, parse_values

Read = Callable[[str], Reading]
"""Reads the sources at a path (`-` is standard input) into estates."""


class Compared(Frozen):
    """The answer, None where a side could not be read, and what could not."""

    change: Change | EstateChange | None
    skipped: tuple[Skipped, ...] = ()


class _Held(Frozen):
    """A document in a file. `value` is the document, its text, or an answer of get-policy; `bare`
    tells that nothing in the file says what the document is attached to."""

    value: Node
    document: Node
    source: Source
    bare: bool


def diff_paths(
    old: str,
    new: str,
    read: Read,
    *,
    kind: str = AUTO,
    stdin: bytes | None = None,
    both: bool = False,
    account: str | None = None,
) -> Compared:
    """Compare what stands at two paths: documents where both hold one, else what `read` makes of
    them. A forced `kind` takes both for documents; `account` is the one that these are of. Raises
    `UsageError` for an unknown kind, an account that is none, or documents of different kinds."""
    forced = None if kind == AUTO else parse_kind(kind)
    if forced is not None:
        _refuse_folders(old, new)
    try:
        documents = [_document(path, forced is not None, stdin) for path in (old, new)]
    except SourceError as error:
        return Compared(None, (error.as_skipped(),))
    before, after = documents
    if before is not None and after is not None and (before.bare or after.bare):
        told = forced or common_kind(_kind_of(held) for held in documents if held is not None)
        earlier, later = _policy(before, told, "old"), _policy(after, told, "new")
        if account is None:
            return Compared(compare_policies(earlier, later, both=both))
        check_account(account)
        return Compared(compare_policies(earlier, later, both=both, account=text(account)))
    return compare_read(_within(read(old), old), _within(read(new), new), both=both)


def compare_read(old: Reading, new: Reading, *, both: bool = False) -> Compared:
    """Compare two readings."""
    skipped = (*old.skipped, *new.skipped)
    if old.empty or new.empty:
        return Compared(None, skipped)
    change = diff_readings(old, new, both=both)
    return Compared(change if change.compared else None, skipped)


def _refuse_folders(*paths: str) -> None:
    folder = next((path for path in paths if path != "-" and Path(path).is_dir()), None)
    if folder is not None:
        raise UsageError(f"`{folder}` is a folder, and --policy-kind takes OLD and NEW for documents", "name two files")


def _within(reading: Reading, path: str) -> Reading:
    """The reading with its documents called as the files are below `path`, so that they are called
    alike in both versions."""
    above = f"{display_path(path)}/"

    def named(document: Document) -> Document:
        return replace(document, name=document.name.removeprefix(above))

    estates = (dataclasses.replace(estate, documents=tuple(map(named, estate.documents))) for estate in reading.estates)
    return replace(reading, estates=tuple(estates))


def _document(path: str, forced: bool, stdin: bytes | None) -> _Held | None:
    """The document that a file is, None where it is another kind of source. Raises SourceError
    where it cannot be read and is taken for a document."""
    if path != "-" and Path(path).is_dir():
        return None
    source = decode(stdin or b"", STDIN) if path == "-" else load(Path(path), display_path(Path(path)))
    try:
        values = parse_values(source)
    except SourceError:
        if forced or Path(path).suffix.lower() == ".json":
            raise
        return None
    if len(values) != 1:
        return None
    held, bare = _inside(values[0])
    if held is None and not forced and kind_of(values[0]) is not Kind.POLICY:
        return None
    value = held or values[0]
    written = value.members.get("Policy") if value.members is not None else None
    return _Held(value, policy_node(written or value, source), source, bare)


_ENVELOPES = (
    (("Policy",), True),
    (("PolicyVersion", "Document"), True),
    (("PolicyDocument",), False),
    (("Role", "AssumeRolePolicyDocument"), False),
)
"""Where answers of the AWS CLI hold the one document they are about, and whether that is all they
tell: get-policy, get-policy-version, get-role-policy, get-role."""


def _inside(value: Node) -> tuple[Node | None, bool]:
    """The document that an answer of the AWS CLI holds, and whether it is bare."""
    for path, bare in _ENVELOPES:
        found: Node | None = value
        for key in path:
            found = found.members.get(key) if found is not None and found.members is not None else None
        if found is not None:
            return (value if path == ("Policy",) else found), bare
    return None, True


def _kind_of(held: _Held) -> PolicyKind | None:
    return kind_of_statements(held.document)


def _policy(held: _Held, kind: PolicyKind, name: str) -> Policy:
    return with_doubts(
        read_policy(held.value, kind, held.source), f"the {name} policy", readable=is_readable(held.document)
    )
