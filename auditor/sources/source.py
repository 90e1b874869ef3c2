"""A text file as it was read, and the values in it."""

from __future__ import annotations

import os
import stat
from itertools import accumulate
from pathlib import Path

from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.overlay import file_bytes
from auditor.sources.places import Places, everywhere, file_places, inside
from auditor.sources.terraform_json import recognise

LARGEST = 10 * 1024 * 1024
"""The size in bytes up to which a file is read; what Terraform writes may be larger."""

LARGEST_OUTPUT = recognise.LARGEST
"""The same for what Terraform writes."""

STDIN = "<stdin>"


class Source(Frozen):
    """The content of a file. `file` is its name as the user sees it: relative to the working
    directory, or `STDIN`."""

    content: str
    file: str
    places: Places

    def places_inside(self, node: Node) -> Places:
        """The places of the text that `node`, a string of this file, holds. Where its escapes or
        line folding cannot be followed, every place is that of the whole string."""
        written, start = self._written(node.origin)
        held = node.text.literal if node.text is not None else None
        runs = None if held is None else _runs(written, held)
        return everywhere(node.origin) if runs is None else inside(self.places, [(i, start + o) for i, o in runs])

    def _written(self, origin: Origin) -> tuple[str, int]:
        """What stands at `origin` in the file, and its offset."""
        lines = self.places.lines
        start, end = (
            lines[line - 1] + column - 1
            for line, column in (
                (origin.line or 1, origin.column or 1),
                (origin.end_line or 1, origin.end_column or 1),
            )
        )
        return self.content[start:end], start


def load(path: Path, file: str) -> Source:
    """Read a file. Raises SourceError where it is no regular file, cannot be read, is larger
    than `LARGEST` or is no UTF-8."""
    origin = Origin(file)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError("neither a file nor a folder", origin, "to read from a pipe, name `-`")
        if status.st_size > LARGEST and status.st_size > largest_at(path):
            raise too_large(status.st_size, origin)
        data = file_bytes(path)
    except OSError as error:
        raise unreadable(error, origin) from error
    return decode(data, file)


def decode(data: bytes, file: str) -> Source:
    """The text of `data`, which was read from `file`; raises SourceError as `load` does."""
    origin = Origin(file)
    if len(data) > LARGEST and len(data) > largest_of(data):
        raise too_large(len(data), origin)
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: the byte at offset {error.start} is 0x{data[error.start]:02x}"
        raise SourceError(message, origin, "save the file as UTF-8") from error
    return Source(content, file, file_places(content, file))


def largest_of(data: bytes) -> int:
    """The size in bytes up to which a file that begins so is read."""
    return LARGEST_OUTPUT if recognise.is_output(data) else LARGEST


def largest_at(path: Path) -> int:
    with path.open("rb") as stream:
        return largest_of(stream.read(recognise.HEAD))


def too_large(size: int, origin: Origin) -> SourceError:
    return SourceError(f"too large to read: {size:,} bytes, the limit is {LARGEST:,}", origin, "split the file")


def unreadable(error: OSError, origin: Origin) -> SourceError:
    """What the operating system says about a path, in a user's words."""
    if isinstance(error, FileNotFoundError):
        return SourceError("no such file or folder", origin, "check the path")
    reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
    return SourceError(reason, origin, "check where it leads and who may read it")


def parse_values(source: Source) -> tuple[Node, ...]:
    """The values in a JSON or YAML file: one for JSON, one a document for YAML.

    A name that ends in .json is JSON, one in .yaml or .yml YAML; anything else is JSON where it
    can be. Raises SourceError.
    """
    suffix = os.path.splitext(source.file)[1].lower()
    if suffix == ".json":
        return (parse_json(source.content, source.places),)
    # PyYAML takes time to load, and a run over JSON or Terraform does not need it.
    from auditor.sources.located_yaml import parse_yaml  # noqa: PLC0415 - loaded only where needed

    if suffix in (".yaml", ".yml") or source.content.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return parse_yaml(source.content, source.places)
    try:
        return (parse_json(source.content, source.places),)
    except SourceError as no_json:
        try:
            return parse_yaml(source.content, source.places)
        except SourceError:
            raise no_json from None


def _runs(written: str, held: str) -> list[tuple[int, int]] | None:
    """Where the stretches of `held` without escapes begin: in it, and in what is written for it.
    None where the two cannot be laid side by side."""
    if written == held:
        return [(0, 0)]
    if written[:1] == "|":
        return _block_runs(written, held)
    if "\n" in written or written[:1] not in ('"', "'"):
        return None
    double = written[0] == '"'
    runs, inner, outer = [(0, 1)], 0, 1
    while outer < len(written) - 1:
        char = written[outer]
        if char == ("\\" if double else "'"):
            outer += _escape_length(written, outer) if double else 2
            runs.append((inner + 1, outer))
        else:
            outer += 1
        inner += 1
    return runs if inner == len(held) else None


def _escape_length(written: str, at: int) -> int:
    if written[at + 1] != "u":
        return 2
    high = int(written[at + 2 : at + 6], 16)
    return 12 if 0xD800 <= high < 0xDC00 else 6


def _block_runs(written: str, held: str) -> list[tuple[int, int]] | None:
    """The same for a literal block of YAML: one stretch a line, behind the indentation."""
    lines, inner_lines = written.split("\n"), held.rstrip("\n").split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    inner_starts = [0, *accumulate(len(line) + 1 for line in inner_lines)]
    runs = []
    for number, inner_line in enumerate(inner_lines):
        if number + 1 >= len(lines) or not lines[number + 1].rstrip("\r").endswith(inner_line):
            return None
        indent = len(lines[number + 1].rstrip("\r")) - len(inner_line)
        runs.append((inner_starts[number], starts[number + 1] + indent))
    return runs
