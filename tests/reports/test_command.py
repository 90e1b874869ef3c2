"""A folded command means to the shell what the whole one means."""

from __future__ import annotations

import shlex
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.reports.command import fold_command


def arguments(command: str) -> list[str]:
    """What `sh` makes of a command's arguments."""
    script = f'f() {{ printf "%s\\0" "$@"; }}; f {command}'
    out = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout
    return out.decode().split("\0")[:-1]


def test_it_breaks_before_options_only() -> None:
    command = "aws lambda add-permission --function-name f --source-arn 'arn --x' --principal lex.amazonaws.com"
    assert fold_command(command, 60) == [
        "aws lambda add-permission --function-name f \\",
        "    --source-arn 'arn --x' --principal lex.amazonaws.com",
    ]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["--a", "--bb", "--c-d"]), st.text(st.characters(codec="utf-8", exclude_characters="\0"))
        )
    ),
    st.integers(10, 60),
)
def test_the_shell_reads_the_same(options: list[tuple[str, str]], width: int) -> None:
    words = ["aws", *(word for option in options for word in option)]
    command = shlex.join(words)
    assert arguments("\n".join(fold_command(command, width))) == words
