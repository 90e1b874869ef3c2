"""Functions that read files below the audited root, and functions of paths."""

from __future__ import annotations

import base64
import hashlib
import posixpath
from pathlib import Path

from msgspec.structs import replace

from auditor.iam.node import Node
from auditor.iam.text import Text, text
from auditor.sources.errors import SourceError
from auditor.sources.places import file_places
from auditor.sources.reads import note_read
from auditor.sources.terraform.evaluation.files import UnreadableFileError
from auditor.sources.terraform.evaluation.frame import Frame, NoScope
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    Written,
    as_members,
    as_text,
    make_string,
)
from auditor.sources.terraform.language.syntax import parse_template


def _file(a: Arguments) -> Node:
    content = _content(a)
    places = file_places(content, a.evaluator.files.shown(a.string(0)))
    return Written(text(content), a.origin, places=places, external=True)


def _file_base64(a: Arguments) -> Node:
    try:
        return make_string(base64.b64encode(a.evaluator.files.read(a.string(0))).decode(), a.origin)
    except UnreadableFileError as error:
        raise _missing(error, a) from error


def _file_exists(a: Arguments) -> Node:
    try:
        return Node(a.evaluator.files.exists(a.string(0)), a.origin)
    except UnreadableFileError as error:
        raise _missing(error, a) from error


def _template_file(a: Arguments) -> Node:
    return _rendered(_content(a), a.evaluator.files.resolve(a.string(0)), a)


def _template_string(a: Arguments) -> Node:
    return _rendered(a.string(0), a.frame.file.path, a)


def _rendered(content: str, path: Path, a: Arguments) -> Node:
    """The text of a template with the variables of the second argument."""
    variables = as_members(a[1])
    try:
        file, template = parse_template(content, path)
    except SourceError as error:
        raise EvaluationError(error.message) from error
    labels = {name: f"{as_text(value)}" if value.text is not None else "" for name, value in variables.items()}
    frame = Frame(NoScope(), file, a.origin.address, variables, labels)
    written = a.evaluator.evaluate(template, frame)
    rendered = without_last_line_end(as_text(written))
    if isinstance(written, Written):
        return replace(written, value=rendered, origin=a.origin)
    return make_string(rendered, a.origin)


def without_last_line_end(written: Text) -> Text:
    """The text of a template file, whose heredoc added one line end."""
    last = written.parts[-1] if written.parts else ""
    return text(*written.parts[:-1], last[:-1] if isinstance(last, str) else last)


def _content(a: Arguments) -> str:
    try:
        content = a.evaluator.files.read(a.string(0)).decode()
        note_read(a.evaluator.files.resolve(a.string(0)))
    except UnreadableFileError as error:
        raise _missing(error, a) from error
    except UnicodeDecodeError as error:
        raise EvaluationError("the file is no UTF-8") from error
    return content


def _missing(error: UnreadableFileError, a: Arguments) -> Exception:
    """A file that is not there is a mistake; one that may not be read is not known."""
    if error.missing:
        return EvaluationError(str(error))
    a.evaluator.book.note(a.origin, f"{a.string(0)}: {error}")
    return NotKnownError()


def _hashed(algorithm: str, *, hexadecimal: bool = True) -> Function:
    def apply(a: Arguments) -> Node:
        try:
            made = hashlib.new(algorithm, a.evaluator.files.read(a.string(0)), usedforsecurity=False)
        except UnreadableFileError as error:
            raise _missing(error, a) from error
        return make_string(made.hexdigest() if hexadecimal else base64.b64encode(made.digest()).decode(), a.origin)

    return apply


def _absolute(a: Arguments) -> Node:
    return make_string(a.evaluator.files.absolute(a.string(0)), a.origin)


def _base_name(a: Arguments) -> Node:
    written = a.string(0)
    return make_string(posixpath.basename(written.rstrip("/")) or written[:1] or ".", a.origin)


def _directory_name(a: Arguments) -> Node:
    return make_string(posixpath.normpath(posixpath.dirname(a.string(0)) or "."), a.origin)


FUNCTIONS: dict[str, Function] = {
    "file": _file,
    "filebase64": _file_base64,
    "fileexists": _file_exists,
    "templatefile": _template_file,
    "templatestring": _template_string,
    "filemd5": _hashed("md5"),
    "filesha1": _hashed("sha1"),
    "filesha256": _hashed("sha256"),
    "filesha512": _hashed("sha512"),
    "filebase64sha256": _hashed("sha256", hexadecimal=False),
    "filebase64sha512": _hashed("sha512", hexadecimal=False),
    "abspath": _absolute,
    "basename": _base_name,
    "dirname": _directory_name,
}
