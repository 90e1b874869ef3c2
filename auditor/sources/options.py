"""What a user may say about the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read. `account`, `region`, `partition` fill the holes of those names; `vars` and
    `var_files` set Terraform variables (CloudFormation parameters later). `root` bounds what
    Terraform functions and module sources may read (None: the repository that holds a path,
    else the path itself). `as_kind` forces the kind of source. `exclude` are globs of paths to
    leave out."""

    account: str | None = None
    region: str | None = None
    partition: str | None = None
    vars: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    var_files: tuple[Path, ...] = ()
    root: Path | None = None
    as_kind: str | None = None
    exclude: tuple[str, ...] = ()
