"""What a user asks to be read of AWS."""

from __future__ import annotations

import re

from auditor.iam.frozen import Frozen
from auditor.sources.errors import UsageError
from auditor.sources.options import check_account

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
_ROLE = re.compile(r"arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/[\x21-\x7e]+")
_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@/-]{1,128}")
_PREFIX = re.compile(r"[A-Za-z0-9_-]{0,64}")
_FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Selection(Frozen):
    """Which functions, where, and as whom.

    Without `functions`, `tags` and `prefix` it is all of them; with several of the three a function
    must meet each. `regions` are none for the one of the session. `role_arn` is assumed first
    (with `external_id`); `accounts_role` is the name of the role to assume in every account of the
    organisation, None for the one account that the session is in. `account` is the one that this has to
    be, or the only one to read of an organisation.
    """

    functions: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    regions: tuple[str, ...] = ()
    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    accounts_role: str | None = None
    account: str | None = None

    @property
    def everything(self) -> bool:
        return not (self.functions or self.tags or self.prefix)


def check_selection(selection: Selection) -> None:
    """Raise UsageError where an option has a value that cannot be."""
    for name in selection.functions:
        if not _FUNCTION.fullmatch(name):
            raise UsageError(f"`{name}` is no name of a function", "give the name alone, without ARN or alias")
    if not _PREFIX.fullmatch(selection.prefix):
        raise UsageError(f"no function has a name that begins with `{selection.prefix}`", "a name has A-Z a-z 0-9 - _")
    for region in selection.regions:
        if not _REGION.fullmatch(region):
            raise UsageError(f"`{region}` is no AWS region", "write it as in `us-east-1`")
    if selection.account is not None:
        check_account(selection.account)
    if selection.role_arn is not None and not _ROLE.fullmatch(selection.role_arn):
        raise UsageError(f"`{selection.role_arn}` is no ARN of a role", "write `arn:aws:iam::ACCOUNT:role/NAME`")
    if selection.role_arn is not None:
        check_account(selection.role_arn.split(":")[4])
    if selection.external_id is not None and selection.role_arn is None and selection.accounts_role is None:
        raise UsageError("`--external-id` goes with a role", "name the role with --role-arn or --all-accounts")
    if selection.accounts_role is not None and not _ROLE_NAME.fullmatch(selection.accounts_role):
        raise UsageError(
            f"`{selection.accounts_role}` is no name of a role", "give its name, with its path if it has one"
        )


def parse_tag(written: str) -> tuple[str, str]:
    """`KEY=VALUE`, or `KEY` for any value; raises UsageError."""
    key, _, value = written.partition("=")
    if not key.strip():
        raise UsageError(f"`--tag {written}` names no tag", "write `--tag KEY=VALUE`")
    return key.strip(), value
