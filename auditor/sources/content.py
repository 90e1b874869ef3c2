"""From the content of one file, whatever its kind, to what it tells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.estate.estate import Skipped
from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.aws_outputs import read_aws_output
from auditor.sources.bundle import read_bundle
from auditor.sources.cloudformation.template import parse_documents
from auditor.sources.detect import is_template, kind_of, may_be_ours, may_be_template, mentions_ours
from auditor.sources.errors import SourceError
from auditor.sources.found import Found
from auditor.sources.home import Home
from auditor.sources.kind import Kind
from auditor.sources.overlay import file_bytes
from auditor.sources.policy_document import read_document
from auditor.sources.source import LARGEST, Source, decode, largest_at, load, parse_values
from auditor.sources.terraform_json.outline import Outline
from auditor.sources.terraform_json.recognise import HEAD, is_output
from auditor.sources.terraform_json.scan import read_outline
from auditor.sources.walk import SUFFIXES

_CHUNK = 1024 * 1024
_OVERLAP = 4096
_OUTPUTS = (Kind.PLAN, Kind.STATE)


class Content(Frozen):
    """What a file tells, in order, and what of it could not be looked at; `ours` is False where
    it is nothing that is read. `bare` tells that it is policy documents and nothing else. `outline`
    is that of a plan or state, `template` the value of a template and the file's name."""

    found: tuple[Found, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    ours: bool = True
    bare: bool = False
    outline: Outline | None = None
    template: tuple[Node, str] | None = None


NOTHING = Content(ours=False)


def read_named(source: Source, kind: Kind | None, home: Home) -> Content:
    """The content of a file that the user named; `kind` is the one they force, if any."""
    try:
        content = _read(source, kind, home)
    except SourceError as error:
        expected = kind is not None or os.path.splitext(source.file)[1].lower() in SUFFIXES
        if expected or mentions_ours(source.content.encode()):
            return Content(skipped=(error.as_skipped(),))
        content = NOTHING
    if content.ours:
        return content
    reason = "empty" if not source.content.strip() else "not a kind of input that is read"
    help = "read are Terraform source, plans and states, templates, bundles, policies and outputs of the AWS CLI"
    return Content(skipped=(Skipped(Origin(source.file), reason, help),))


def read_met(path: Path, file: str, kind: Kind | None, home: Home) -> Content:
    """The content of a file met in a folder: nothing where it is not ours. One that cannot be
    read is ours where its text mentions what is read."""
    try:
        size = path.stat().st_size
        if size > LARGEST and size > largest_at(path):
            return _too_large(path, file)
        data = file_bytes(path)
    except OSError:
        return _skip(path, file)
    if kind is None and not may_be_ours(data):
        return NOTHING
    try:
        return _read(decode(data, file), kind, home)
    except SourceError as error:
        return Content(skipped=(error.as_skipped(),)) if kind is not None or mentions_ours(data) else NOTHING


def _skip(path: Path, file: str) -> Content:
    """What `load` says about a file that cannot be read."""
    try:
        load(path, file)
    except SourceError as error:
        return Content(skipped=(error.as_skipped(),))
    return NOTHING


def _too_large(path: Path, file: str) -> Content:
    """A file too large to read, looked through piece by piece for what is ours."""
    with path.open("rb") as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            if mentions_ours(tail + chunk):
                return _skip(path, file)
            tail = chunk[-_OVERLAP:]
    return NOTHING


def _read(source: Source, kind: Kind | None, home: Home) -> Content:
    """Every value of the file. Raises SourceError where it cannot be parsed."""
    if kind in _OUTPUTS or (kind is None and is_output(source.content[:HEAD].encode())):
        return _read_output(source, kind)
    if kind is Kind.CLOUDFORMATION or (kind is None and may_be_template(source.content)):
        template, *others = parse_documents(source)
        if kind is Kind.CLOUDFORMATION or is_template(template):
            return Content(template=(template, source.file), skipped=tuple(_beyond(others)))
    found: list[Found] = []
    skipped: list[Skipped] = []
    bare = True
    for value in _entries(source, kind):
        value_kind = kind or kind_of(value)
        if value_kind is None:
            continue
        bare &= value_kind is Kind.POLICY
        try:
            if value_kind in _OUTPUTS:
                return _read_output(source, kind)
            if value_kind is Kind.CLOUDFORMATION:
                return Content(template=(value, source.file))
            found.append(_read_value(value, value_kind, source, home))
        except SourceError as error:
            skipped.append(error.as_skipped())
    return Content(tuple(found), tuple(skipped), ours=bool(found or skipped), bare=bare)


def _beyond(documents: Iterable[Node]) -> Iterator[Skipped]:
    """The documents behind the one that a template is."""
    for document in documents:
        if document.value is not None:
            message = "a template is one document, and this is another one, which is not read"
            yield SourceError(message, document.origin, "put it into a file of its own").as_skipped()
            return


def _read_output(source: Source, kind: Kind | None) -> Content:
    """A plan or state. Raises SourceError where it is none, or not the kind that was asked for."""
    outline = read_outline(source)
    found = Kind.PLAN if outline.planned else Kind.STATE
    if kind is not None and kind is not found:
        raise SourceError(f"this is not {kind.described}", Origin(source.file), f"it is {found.described}")
    return Content(outline=outline)


def _entries(source: Source, kind: Kind | None) -> Iterator[Node]:
    """The values of a file, those of a list of bundles one by one."""
    for value in parse_values(source):
        if value.value is None and kind is not Kind.POLICY:
            continue
        if value.items is not None and (kind or kind_of(value)) is Kind.BUNDLE:
            yield from value.items
        else:
            yield value


def _read_value(value: Node, kind: Kind, source: Source, home: Home) -> Found:
    match kind:
        case Kind.BUNDLE:
            return read_bundle(value, source, home)
        case Kind.AWS_OUTPUT:
            return read_aws_output(value, source)
        case Kind.POLICY:
            return read_document(value, source)
        case Kind.TERRAFORM:
            help = "Terraform source is read from folders, and from files whose name ends in .tf"
            raise SourceError("this is not Terraform source", Origin(source.file), help)
        case Kind.PLAN | Kind.STATE | Kind.CLOUDFORMATION:
            raise AssertionError(kind)
