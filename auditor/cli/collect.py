"""`auditor collect`: a read-only snapshot of an account, as bundle files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from msgspec.structs import replace

from auditor.cli.bar import Bar
from auditor.cli.console import Console, print_data
from auditor.cli.files import write_whole
from auditor.cli.reading import AccountArguments, account_options
from auditor.cli.sections import SectionCommand, option
from auditor.cli.status import Status
from auditor.iam.frozen import Frozen
from auditor.iam.node import node
from auditor.sources.aws.described import skipped_entries
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.selection import Selection
from auditor.sources.bundle.schema import SCHEMA, SNAPSHOT
from auditor.sources.bundle.shape import check_shape
from auditor.sources.errors import SourceError, UsageError

_ABOUT = "snapshot.json"
_SNAPSHOT = "The snapshot"
_EPILOG = """\
Exit status:
  0  everything that was asked for is in the snapshot
  2  wrong usage, or a folder that cannot be written
  3  incomplete: AWS refused a call, or the account could not be read

Examples:
  auditor collect --aws --print-policy > read-only.json
  auditor collect --aws --region eu-west-1 -o snapshot/
  auditor collect --aws --resume -o snapshot/
  auditor check snapshot/
"""


class Arguments(AccountArguments, kw_only=True):
    """What the user asked of `auditor collect`; each name is that of its option."""

    output: Path | None
    resume: bool
    print_policy: bool
    allow_incomplete: bool
    quiet: bool
    verbose: bool


@click.command(cls=SectionCommand, epilog=_EPILOG)
@option(
    _SNAPSHOT,
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write; a new or an empty one.",
)
@option(_SNAPSHOT, "--resume", is_flag=True, help="Go on with the snapshot in DIR, as it was asked for then.")
@option(_SNAPSHOT, "--print-policy", is_flag=True, help="Print the IAM policy that this needs; nothing is read.")
@option(_SNAPSHOT, "--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3.")
@account_options
@option("Report", "-q", "--quiet", is_flag=True, help="Nothing on standard error.")
@option("Report", "-v", "--verbose", is_flag=True, help="Say more on standard error.")
@click.pass_context
def collect(context: click.Context, /, **given: Any) -> None:
    """Write what an account says of its functions into a folder, one bundle each.

    Policies, names and ARNs only: never the values of environment variables, never code. What
    `auditor check` finds in the folder is what it finds in the account. Every call reads, and
    none writes.
    """
    context.exit(run_collect(Arguments(**given)))


def run_collect(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    if asked.print_policy:
        from auditor.sources.aws.permissions import needed_policy  # noqa: PLC0415 - only this needs it

        print_data(json.dumps(needed_policy(asked.selection), indent=2) + "\n")
        return Status.PASSED
    if asked.output is None:
        raise UsageError("no folder is named", "name one with -o DIR")
    folder = Folder(asked.output)
    if asked.resume:
        selection = folder.resumed(asked.selection)
        folder = folder.bound(selection)
    else:
        selection = folder.begun(asked.selection)
    console = Console(asked.quiet, asked.verbose)
    try:
        gaps = _read(folder, selection, asked.quiet, console)
    except UsageError:
        if not asked.resume:
            folder.leave()
        raise
    for error in gaps.skipped:
        skipped = error.as_skipped()
        console.warn(f"{skipped.origin}: {skipped.reason}", skipped.help)
    return Status.INCOMPLETE if gaps.skipped and not asked.allow_incomplete else Status.PASSED


def _read(folder: Folder, selection: Selection, quiet: bool, console: Console) -> Gaps:
    """Write each function as soon as it is read, so that a break leaves what was read until then."""
    from auditor.sources.aws.reading import AccountReader  # noqa: PLC0415 - only this needs it

    reader = AccountReader(selection, known=folder.holds)
    skipped = Gaps()
    count = 0
    with Bar(quiet=quiet) as bar:
        reader.progress = bar.at
        for described in reader:
            folder.write(described.bundle)
            skipped.skipped.extend(described.gaps.skipped)
            count += 1
    folder.tell(selection, reader.gaps, complete=True)
    console.note(f"wrote {count} functions to {folder.path}; calls: {reader.counted.total()}")
    distinct = Gaps()
    for error in (*reader.gaps.skipped, *skipped.skipped):
        if all((known.about, known.reason) != (error.about, error.reason) for known in distinct.skipped):
            distinct.skipped.append(error)
    return distinct


class Folder(Frozen):
    """A snapshot on disk: one file a function, and one that tells of all."""

    path: Path
    within: frozenset[tuple[str, str]] = frozenset()
    """The accounts and regions that it goes on with, an empty one for any; none where all may be."""

    def begun(self, selection: Selection) -> Selection:
        """Begin a snapshot. Raises UsageError where something is there already."""
        if self.path.is_dir() and any(self.path.iterdir()):
            help = "name another one, or go on with it by --resume"
            raise UsageError(f"the folder `{self.path}` is not empty", help)
        self.tell(selection, Gaps(), complete=False)
        return selection

    def resumed(self, given: Selection) -> Selection:
        """What the snapshot was asked for, by who asks now. Raises UsageError where there is none."""
        help = "begin one without --resume"
        try:
            written = json.loads((self.path / _ABOUT).read_text(encoding="utf-8"))
            check_shape(node(written), SNAPSHOT, "a snapshot")
            told = written["snapshot"]
        except (OSError, ValueError, RecursionError, SourceError) as error:
            raise UsageError(f"there is no snapshot in `{self.path}`", help) from error
        asked = Selection(
            functions=tuple(told.get("functions", ())),
            tags=tuple((key, value) for key, _, value in (tag.partition("=") for tag in told.get("tags", ()))),
            prefix=told.get("prefix", ""),
            regions=tuple(told.get("regions", ())),
            accounts_role=told.get("accounts_role"),
            account=given.account or told.get("account"),
            profile=given.profile,
            role_arn=given.role_arn,
            external_id=given.external_id,
        )
        if told.get("account") not in (None, asked.account):
            raise UsageError(f"the snapshot is of account `{told['account']}`", "leave --account out")
        chosen = (given.functions, given.tags, given.prefix, given.regions, given.accounts_role)
        if any(chosen) and chosen != (asked.functions, asked.tags, asked.prefix, asked.regions, asked.accounts_role):
            raise UsageError("the snapshot was asked for something else", "leave out what chooses functions")
        return asked

    def holds(self, arn: str) -> bool:
        """Whether the function was read, and nothing of it was left open."""
        account, region = _place_of(arn)
        if self.within and (account, region) not in self.within and (account, "") not in self.within:
            known = ", ".join(sorted(" ".join(place).strip() for place in self.within))
            help = "ask as who asked then, or begin another snapshot"
            raise UsageError(f"the snapshot is of {known}, and this is {account} {region}", help)
        try:
            bundle = json.loads(self._file(arn).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(bundle, dict) and not ("skipped" in bundle or "unknown" in bundle)

    def write(self, bundle: Mapping[str, Any]) -> None:
        self._write(self._file(bundle["function"]["arn"]), bundle)

    def tell(self, selection: Selection, gaps: Gaps, *, complete: bool) -> None:
        """What was asked for, whether all of it is there, and what could not be looked at."""
        asked: dict[str, Any] = {
            "functions": list(selection.functions),
            "tags": [f"{key}={value}" for key, value in selection.tags],
            "prefix": selection.prefix,
            "regions": list(selection.regions),
            "accounts_role": selection.accounts_role,
            "account": selection.account,
        }
        told = {"schema": SCHEMA, "complete": complete, **{key: value for key, value in asked.items() if value}}
        self._write(self.path / _ABOUT, {"snapshot": told, "skipped": skipped_entries(gaps)})

    def leave(self) -> None:
        """Take back what was begun, where no function was written: the same folder can be named again."""
        if [path.name for path in self.path.iterdir()] == [_ABOUT]:
            (self.path / _ABOUT).unlink()

    def bound(self, selection: Selection) -> Folder:
        """The folder, for what it holds already where the session alone says which account and region
        is meant: another session would mix two in one snapshot."""
        if selection.accounts_role is not None:
            return self
        places = (file.parts[-3:-1] for file in self.path.glob("[0-9]*/*/*.json"))
        return replace(self, within=frozenset((a, "" if selection.regions else r) for a, r in places))

    def _file(self, arn: str) -> Path:
        account, region = _place_of(arn)
        return self.path / account / region / f"{quote(arn.split(':')[6], safe='')}.json"

    def _write(self, file: Path, content: Mapping[str, Any]) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"`{file.parent}` cannot be made: {error.strerror}", "name another folder") from error
        write_whole(
            file, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
        )


def _place_of(arn: str) -> tuple[str, str]:
    """The account and the region of a function."""
    _, _, _, region, account, *_ = arn.split(":")
    return account, region
