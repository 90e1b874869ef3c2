"""What several templates of a run call a thing that only deployment names.

A template calls it by a logical id, or by a parameter, and another one may have the same for something
else. Behind its file a name is one for all of them: by such names a value is handed from one to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, REGION, Hole, Text, text

_OF = " of "
"""Stands in the names of holes that are a part of something: `Stage of Api`."""
_WORTH_THE_SAME = ("Fn::ImportValue ", "resolve:")
"""What has one value in an account and region, whichever template asks for it."""

Value = TypeVar("Value")


def named_behind(file: str) -> str:
    """What stands before the logical ids of a template in the values that another one imports."""
    # A file that is called like a logical id is no nested stack.
    return f"./{file}/" if file.isalnum() else f"{file}/"


class CommonNames:
    """Between the names of the template `file` and those that it has in common with others of the run,
    which are `files`."""

    def __init__(self, file: str, files: Iterable[str]) -> None:
        self.file = file
        self._prefix = named_behind(file)
        self._others = tuple(named_behind(other) for other in files if other != file)

    def common(self, value: Value) -> Value:
        """A value of this template in the names that all have in common."""
        renamed: Value = _renamed(value, self._common)
        return renamed

    def own(self, value: Value) -> Value:
        """A value in common names as this template has it."""
        renamed: Value = _renamed(value, self._own)
        return renamed

    def _common(self, hole: Hole) -> Hole:
        name = hole.name
        shared = name.startswith(_WORTH_THE_SAME) and "${" not in name
        if hole.each or shared or hole in (ACCOUNT, REGION) or any(prefix in name for prefix in self._others):
            return hole
        before, of, last = name.rpartition(_OF)
        return replace(hole, name=f"{before}{of}{self._prefix}{last}")

    def _own(self, hole: Hole) -> Hole:
        return replace(hole, name=hole.name.replace(self._prefix, "", 1)) if self._prefix in hole.name else hole


def _renamed(value: Any, rename: Callable[[Hole], Hole]) -> Any:
    """A frozen value with every hole in it renamed."""
    if isinstance(value, Text):
        return value.fill(lambda hole: text(rename(hole)))
    if isinstance(value, Origin):
        return value
    if isinstance(value, tuple):
        return tuple(_renamed(part, rename) for part in value)
    if isinstance(value, Frozen):
        parts = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: new for name, part in parts.items() if (new := _renamed(part, rename)) is not part}
        return replace(value, **changed) if changed else value
    return value
