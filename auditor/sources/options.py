"""What a user may say about the sources."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import field

from auditor.iam.frozen import Frozen
from auditor.sources.errors import UsageError
from auditor.sources.kind import Kind


class ReadOptions(Frozen):
    """How to read. `account`, `region`, `partition` fill the holes of those names; `vars` set
    Terraform variables and parameters of templates, and go before `var_files`; `default_vars` set
    what neither does, and go before what Terraform finds by itself. `root` bounds what Terraform
    functions and module sources may read (None: the repository that holds a path, else the path
    itself). `as_kind` forces the kind of source. `exclude` are globs of paths to leave out."""

    account: str | None = None
    region: str | None = None
    partition: str | None = None
    vars: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    var_files: tuple[Path, ...] = ()
    default_vars: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    root: Path | None = None
    as_kind: str | None = None
    exclude: tuple[str, ...] = ()

    @property
    def parameters(self) -> Mapping[str, str]:
        """What is set of a template's parameters, for which there are no files."""
        return {**self.default_vars, **self.vars}


def check_account(written: str) -> None:
    """Raise UsageError where a text is no account."""
    if not re.fullmatch(r"[0-9]{12}", written):
        raise UsageError(f"`{written}` is no AWS account", "an account has 12 digits")


def check_options(options: ReadOptions) -> None:
    """Raise UsageError where an option has a value that cannot be."""
    if options.account is not None:
        check_account(options.account)
    if options.region is not None and not re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-[0-9]+", options.region):
        raise UsageError(f"`{options.region}` is no AWS region", "write it as in `us-east-1`")
    if options.partition is not None and not re.fullmatch(r"aws(-[a-z]+)*", options.partition):
        raise UsageError(f"`{options.partition}` is no AWS partition", "one of `aws`, `aws-cn`, `aws-us-gov`")
    kinds = [kind.value for kind in Kind]
    if options.as_kind is not None and options.as_kind not in kinds:
        near = difflib.get_close_matches(options.as_kind, kinds, 1)
        help = f"did you mean `{near[0]}`?" if near else "one of " + ", ".join(f"`{kind}`" for kind in kinds)
        raise UsageError(f"`{options.as_kind}` is no kind of source", help)
    if options.root is not None and not options.root.is_dir():
        raise UsageError(f"the root `{options.root}` is no folder", "name the folder that Terraform may read below")
    for path in options.var_files:
        if not path.is_file():
            raise UsageError(f"no such variable file: `{path}`", "check the path")
