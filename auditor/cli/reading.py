"""Reading what the user names, with the same options for every command that reads sources."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from auditor.cli.completing import complete_kind
from auditor.cli.progress import Progress
from auditor.cli.sections import Command, option
from auditor.estate.estate import Reading
from auditor.iam.frozen import Frozen
from auditor.pipeline import read, read_account
from auditor.sources.aws.selection import Selection, parse_tag
from auditor.sources.errors import UsageError

if TYPE_CHECKING:
    from auditor.sources.aws.estate import Live
    from auditor.triage.configuration import Configuration


class AccountArguments(Frozen, kw_only=True):
    """What the user asked of every command that can read an account; each name is that of its option."""

    aws: bool
    function_: tuple[str, ...]
    tag: tuple[str, ...]
    prefix: str
    region: tuple[str, ...]
    account: str | None
    profile: str | None
    role_arn: str | None
    external_id: str | None
    all_accounts: str | None

    @property
    def selection(self) -> Selection:
        """What is to be read of AWS."""
        return Selection(
            functions=self.function_,
            tags=tuple(parse_tag(written) for written in self.tag),
            prefix=self.prefix,
            regions=self.region,
            profile=self.profile,
            role_arn=self.role_arn,
            external_id=self.external_id,
            accounts_role=self.all_accounts,
            account=self.account,
        )


class ReadingArguments(AccountArguments, kw_only=True):
    """What the user asked of every command that reads sources; each name is that of its option."""

    as_kind: str | None
    exclude: tuple[str, ...]
    root: Path | None
    partition: str | None
    var: tuple[str, ...]
    var_file: tuple[Path, ...]
    config: Path | None
    no_config: bool
    quiet: bool
    verbose: bool
    configuration: Configuration | None = None
    """What the configuration file says; not an option, but found by them."""


_option = partial(option, "What to read")
_account = partial(option, "What to read of AWS")


def reading_options(command: Command) -> Command:
    """Add these options to a command; its help lists them in the order they stand here."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = [
        _option("--as-kind", metavar="KIND", shell_complete=complete_kind, help="Take PATH for this kind of source."),
        _option("--exclude", metavar="GLOB", multiple=True, help="Leave these paths out. Repeatable."),
        _option(
            "--root",
            type=folder,
            help="Read files and modules below this folder only [default: the repository that holds PATH].",
        ),
        _option("--partition", metavar="NAME", help="The AWS partition [default: aws]."),
        _option("--var", metavar="NAME=VALUE", multiple=True, help="Set a Terraform variable. Repeatable."),
        _option("--var-file", type=file, multiple=True, help="Set Terraform variables from a file. Repeatable."),
        _option(
            "--config",
            metavar="FILE",
            type=click.Path(path_type=Path),
            envvar="AUDITOR_CONFIG",
            help="Read this configuration and no other [default: the nearest .auditor.yaml].",
        ),
        _option("--no-config", is_flag=True, help="Read no configuration."),
    ]
    for add in reversed(options):
        command = add(command)
    return account_options(command)


def account_options(command: Command) -> Command:
    """Add the options that choose what is read of an account."""
    options = [
        _account("--aws", is_flag=True, help="Read the live account of your AWS session instead of a PATH."),
        _account("--function", "function_", metavar="NAME", multiple=True, help="This function only. Repeatable."),
        _account(
            "--tag",
            metavar="KEY=VALUE",
            multiple=True,
            help="Functions with this tag only. Repeatable: all must be met.",
        ),
        _account("--prefix", metavar="TEXT", default="", help="Functions whose name begins so."),
        _option(
            "--region",
            metavar="NAME",
            multiple=True,
            envvar="AUDITOR_REGION",
            help="The region that the sources are deployed to; with --aws one to read, and repeatable.",
        ),
        _option(
            "--account",
            metavar="ID",
            envvar="AUDITOR_ACCOUNT",
            help="The account that the sources are deployed to; with --aws the one to read, and no other.",
        ),
        _account("--profile", metavar="NAME", help="The profile of ~/.aws/config to ask as."),
        _account("--role-arn", metavar="ARN", help="Assume this role first."),
        _account("--external-id", metavar="ID", help="The external id that the role asks for."),
        _account(
            "--all-accounts",
            metavar="ROLE",
            help="Read every account of the organisation, as the role of this name in each.",
        ),
    ]
    for add in reversed(options):
        command = add(command)
    return command


def read_sources(asked: ReadingArguments, paths: Sequence[str], stdin: bytes | None) -> Reading:
    """What the user names: the paths, or with `--aws` the live account."""
    if asked.aws:
        return read_live(asked, paths).reading
    with Progress(quiet=asked.quiet) as progress:
        progress.at(f"reading {tell_paths(paths)}")
        return read_paths(asked, paths, stdin)


def read_live(asked: ReadingArguments, paths: Sequence[str]) -> Live:
    """The live account; raises UsageError where paths are named too."""
    from auditor.cli.bar import Bar  # noqa: PLC0415 - only a live account needs it

    if paths:
        raise UsageError("`--aws` reads a live account, and no PATH", "leave one of the two out")
    with Bar(quiet=asked.quiet) as bar:
        live = read_account(asked.selection, bar.at)
    return replace(live, reading=_stated(asked, live.reading))


def read_paths(asked: ReadingArguments, paths: Sequence[str], stdin: bytes | None) -> Reading:
    """What the paths tell, read as the options say; without a path, the current folder."""
    only_live: dict[str, object] = {"--function": asked.function_, "--tag": asked.tag, "--prefix": asked.prefix}
    only_live |= {"--profile": asked.profile, "--role-arn": asked.role_arn, "--all-accounts": asked.all_accounts}
    alone = next((name for name, value in only_live.items() if value), None)
    if alone is not None and not asked.aws:
        raise UsageError(f"`{alone}` chooses what is read of a live account", "add --aws")
    if len(asked.region) > 1 and not asked.aws:
        raise UsageError("several regions can be read of a live account only", "name one --region, or add --aws")
    reading = read(
        paths or (".",),
        account=asked.account,
        region=asked.region[0] if asked.region else None,
        partition=asked.partition,
        variables=parse_vars(asked.var),
        variable_files=asked.var_file,
        default_variables=asked.configuration.variables if asked.configuration is not None else None,
        root=asked.root,
        as_kind=asked.as_kind,
        exclude=asked.exclude,
        stdin=stdin,
    )
    return _stated(asked, reading)


def _stated(asked: ReadingArguments, reading: Reading) -> Reading:
    """The reading with what the configuration states of who calls."""
    if asked.configuration is None or not asked.configuration.invokers:
        return reading
    from auditor.triage.stated import state  # noqa: PLC0415 - most runs state nothing

    return state(reading, asked.configuration.invokers)


def tell_paths(paths: Sequence[str]) -> str:
    """The paths in a few words, for a line that says what is being done."""
    named = "the current folder" if not paths else paths[0]
    return f"{named} and {len(paths) - 1} more" if len(paths) > 1 else named


def parse_vars(assignments: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping, the last of a name winning; raises UsageError."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"`--var {assignment}` sets nothing", "write `--var NAME=VALUE`")
        values[name.strip()] = value
    return values
