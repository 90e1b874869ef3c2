"""What stands in a plan or state, and where.

Source: Terraform's "JSON Output Format" (format_version 1.x).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.iam.frozen import Frozen
from auditor.sources.source import Source

Plain = Mapping[str, object]
"""An object as Python's own JSON reader gives it, without places."""


class Entry(Frozen, eq=False):
    """One instance of a resource or data source: its object stands at `start` to `end` of the text.
    `module` is the address of its module, empty for the root; `arn` its ARN where it is known."""

    address: str
    module: str
    mode: str
    type: str
    name: str
    key: int | str | None
    start: int
    end: int
    sensitive: object
    arn: str | None

    @property
    def block(self) -> tuple[str, str, str, str]:
        """What its instances share: module, mode, type and name."""
        return (self.module, self.mode, self.type, self.name)


@dataclass(slots=True)
class Outline:
    """A plan or state. `configuration` and `variables` are empty for a state; `unknown` tells for
    an address which of its values are known only after apply."""

    source: Source
    planned: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)
    unknown: dict[str, Plain] = field(default_factory=dict)
    kept: bool = False
    """Whether a plan leaves anything there."""
    configuration: Plain = field(default_factory=dict)
    variables: Plain = field(default_factory=dict)
    head: dict[str, object] = field(default_factory=dict)
    """What else stands at the top, objects and lists apart."""
