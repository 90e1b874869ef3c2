"""Standard output and standard error: reports go to the one, everything else to the other."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import UnsupportedOperation
from typing import NamedTuple, TextIO

DEFAULT_WIDTH = 100
_WORTH_WRITING = 1 << 16
_ASCII = str.maketrans({"─": "-", "│": "|", "┃": "#", "┊": ":", "…": "..."})


class Console(NamedTuple):
    """What may be said on standard error. A plain tuple, as each start of the program needs it."""

    quiet: bool = False
    verbose: bool = False

    def warn(self, message: str, help: str = "") -> None:
        """Tell what a user should know though the work goes on."""
        if not self.quiet:
            _say("warning", message, help)

    def tell(self, message: str) -> None:
        """Tell what was done."""
        if not self.quiet:
            _say("", message)

    def note(self, message: str) -> None:
        """Tell what only a curious user wants to know."""
        if self.verbose and not self.quiet:
            _say("note", message)


def tell_error(message: str, help: str = "") -> None:
    """Tell why the command cannot do what it was asked."""
    _say("error", message, help)


def _say(label: str, message: str, help: str = "") -> None:
    from auditor.reports.screen import harmless  # noqa: PLC0415 - `--version` needs no report

    lines = [
        f"{label}: {harmless(message)}" if label else harmless(message),
        *([f"  help: {harmless(help)}"] if help else []),
    ]
    print_aside("\n".join(lines) + "\n")


def print_aside(text: str) -> None:
    """Print a text for people on standard error, whatever becomes of it there."""
    if sys.stderr is None:
        return
    with suppress(OSError):  # nobody reads it, and there is nowhere else to say so
        _write(sys.stderr, text.encode(_encoding(sys.stderr), "backslashreplace"))


def is_colored(choice: str) -> bool:
    """Whether standard output gets colours: `always`, `never`, or `auto`, which asks the terminal.

    See https://no-color.org for NO_COLOR.
    """
    if choice != "auto":
        return choice == "always"
    return _on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """The columns of the terminal, or a fixed number where there is none."""
    return shutil.get_terminal_size().columns if _on_terminal() else DEFAULT_WIDTH


def _on_terminal() -> bool:
    return is_terminal(sys.stdout)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at a stream; who embeds the program may have put anything there."""
    return stream is not None and hasattr(stream, "isatty") and stream.isatty()


def is_moving(stream: TextIO | None, *, quiet: bool) -> bool:
    """Whether a stream may show what moves: on a terminal that can, not with `quiet` and not in CI."""
    return is_terminal(stream) and not quiet and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def _encoding(stream: TextIO | None) -> str:
    """What a stream can show; one that takes text as it is, such as `io.StringIO`, has none."""
    return getattr(stream, "encoding", None) or "utf-8"


def _write(stream: TextIO, data: bytes) -> None:
    """Write to the bytes below a stream, or where there are none to the stream itself."""
    if hasattr(stream, "buffer"):
        stream.buffer.write(data)
        stream.buffer.flush()
    else:
        stream.write(data.decode(_encoding(stream)))


def print_text(text: str) -> None:
    """Print a text for people, in what the terminal can show."""
    print_text_of((text,))


def print_text_of(pieces: Iterable[str]) -> None:
    """As `print_text`, of a text that is made piece by piece."""
    encoding = _encoding(sys.stdout)
    try:
        "─│┃┊…".encode(encoding)
    except UnicodeEncodeError:
        pieces = (piece.translate(_ASCII) for piece in pieces)
    _print(piece.encode(encoding, "backslashreplace") for piece in _joined(pieces))


def print_data(text: str) -> bool:
    """Print a text for programs: UTF-8, whatever the terminal is. False where nobody reads it."""
    return print_data_of((text,))


def print_data_of(pieces: Iterable[str]) -> bool:
    """As `print_data`, of a text that is made piece by piece."""
    return _print(encode_pieces(pieces))


def encode_text(text: str) -> bytes:
    """UTF-8; what cannot be encoded (half a surrogate pair) becomes an escape, valid in JSON."""
    return text.encode("utf-8", "backslashreplace")


def encode_pieces(pieces: Iterable[str]) -> Iterator[bytes]:
    """As `encode_text`, of a text that is made piece by piece."""
    return map(encode_text, _joined(pieces))


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in fewer pieces, each worth a call of the system."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= _WORTH_WRITING:
            yield "".join(held)
            held.clear()
            length = 0
    yield "".join(held)


def _print(pieces: Iterable[bytes]) -> bool:
    """Write to standard output. A reader that has gone (False) is no error; a full disk is."""
    if sys.stdout is None:
        raise _unwritable("it is closed")
    try:
        for piece in pieces:
            _write(sys.stdout, piece)
    except BrokenPipeError:
        _give_up_stdout()
        return False
    except OSError as error:
        _give_up_stdout()
        raise _unwritable(str(error.strerror)) from error
    return True


def _give_up_stdout() -> None:
    """Without this, the interpreter complains when it flushes standard output at its end."""
    with suppress(UnsupportedOperation):  # a stream without a file has nothing to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritable(reason: str) -> Exception:
    from auditor.sources.errors import UsageError  # noqa: PLC0415 - `--version` reads no source

    return UsageError(f"standard output cannot be written: {reason}", "send it elsewhere, to a file for instance")
