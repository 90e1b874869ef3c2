"""Shell commands of which every argument is quoted.

Sources: POSIX shell command language 2.2 (quoting); the AWS CLI user guide, "Loading a parameter
from a file", for values that the AWS CLI does not take as they stand.
"""

from __future__ import annotations

import json
import shlex

from auditor.fixes.render.inexpressible import InexpressibleError, settle
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, Text, text

_SET_UP = {
    "ACCOUNT": "ACCOUNT=$(aws sts get-caller-identity --query Account --output text)",
    "REGION": 'REGION="${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}"',
    "PARTITION": "PARTITION=$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2)",
}
# The AWS CLI reads a file, or the web, for values that begin so.
_LOADED = ("file://", "fileb://", "http://", "https://")


class Command(Frozen):
    """A command of the AWS CLI: `program` stands as it is, options are `--name value`, or a bare
    `--name` where the value is None."""

    program: str
    options: tuple[tuple[str, Text | None], ...]
    into: str = ""
    """The variable that takes what the command prints."""
    unless: tuple[str, str] | None = None
    """A variable, and the value with which the command is left out."""
    given: tuple[tuple[str, str], ...] = ()
    """Further options whose values are variables."""

    @property
    def holes(self) -> tuple[Hole, ...]:
        return tuple(hole for _, value in self.options if value is not None for hole in settle(value).holes)


def write_commands(commands: list[Command]) -> tuple[str, ...]:
    """The commands as text, after those that set the variables which they use. Raises
    InexpressibleError for holes that no variable can hold."""
    used = {_variable(hole) for command in commands for hole in command.holes}
    set_up = [line for name, line in _SET_UP.items() if name in used]
    return (*set_up, *(_write_command(command) for command in commands))


def write_json(node: Node) -> Text:
    """A node as compact JSON in ASCII; holes stay, and are taken to hold nothing to escape."""
    value = node.value
    if isinstance(value, Text):
        pieces = (json.dumps(part)[1:-1] if isinstance(part, str) else part for part in settle(value))
        return text('"', *pieces, '"')
    if isinstance(value, Members):
        members = [text(write_json(Node(member.key)), ":", write_json(member.value)) for member in value]
        return text("{", _join(members), "}")
    if isinstance(value, tuple):
        return text("[", _join([write_json(item) for item in value]), "]")
    return text(json.dumps(value))


def write_word(value: Text) -> str:
    """`value` as one word of a shell command: literals in single quotes where they need any,
    holes as variables in double quotes."""
    settled = settle(value)
    if not settled:
        return "''"
    return "".join(_quote(part) if isinstance(part, str) else f'"${{{_variable(part)}}}"' for part in settled)


def _join(texts: list[Text]) -> Text:
    joined = text()
    for index, written in enumerate(texts):
        joined = text(joined, "," if index else "", written)
    return joined


def _quote(literal: str) -> str:
    if "\0" in literal:
        raise InexpressibleError("no argument of a command holds a zero byte")
    return shlex.quote(literal)


def _variable(hole: Hole) -> str:
    if hole == ACCOUNT:
        return "ACCOUNT"
    if hole == REGION:
        return "REGION"
    if hole.type is HoleType.PARTITION:
        return "PARTITION"
    raise InexpressibleError(f"`{hole}` is not known to the shell")


def _write_command(command: Command) -> str:
    words = [command.program]
    for name, value in command.options:
        if value is None:
            words.append(f"--{name}")
        elif any(value.startswith(prefix) for prefix in _LOADED):
            raise InexpressibleError("the AWS CLI would load this value from elsewhere")
        elif value.startswith("-"):
            words.append(write_word(text(f"--{name}=", value)))
        else:
            words.append(f"--{name} {write_word(value)}")
    words += [f'--{option} "${{{variable}}}"' for option, variable in command.given]
    written = " ".join(words)
    if command.into:
        return f"{command.into}=$({written})"
    if command.unless is not None:
        variable, left_out = command.unless
        return f'test "${{{variable}}}" = {left_out} || {written}'
    return written
