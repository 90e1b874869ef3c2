"""Sessions: who asks, and in which accounts and regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from auditor.sources.aws.caller import Caller
from auditor.sources.aws.errors import CallError, FailedError
from auditor.sources.aws.operations import ASSUME_ROLE, LIST_ACCOUNTS, WHO_AM_I
from auditor.sources.aws.selection import Selection
from auditor.sources.errors import UsageError
from auditor.sources.home import partition_of

if TYPE_CHECKING:
    from boto3.session import Session

ONCE = frozenset({"lex-models"})
"""Services of which nobody knows whether they still answer: one try each."""


@dataclass(frozen=True, slots=True)
class Place:
    """One region of one account, and who asks there."""

    account: str
    region: str
    partition: str
    caller: Caller
    session: Session
    others: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
    """The places of this account that are read, this one among them, by region."""

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(slots=True)
class Accounts:
    """The accounts and regions of a selection. Iterating gives the places in a fixed order; what
    cannot be entered is in `failed`. `counted` counts all calls by permission."""

    selection: Selection
    counted: Counter[str] = field(default_factory=Counter)
    failed: list[CallError] = field(default_factory=list)

    def __iter__(self) -> Iterator[Place]:
        """Raises UsageError where there is no such profile, no region, or another account than was
        named."""
        base = _open(self.selection.profile)
        regions = self.selection.regions or tuple(filter(None, [base.region_name]))
        if not regions:
            raise UsageError("no region is said", "name one with --region, or set AWS_REGION")
        partition = partition_of(regions[0])
        role = self.selection.role_arn
        try:
            if role is not None:
                base = _assume(base, role, regions[0], self.selection.external_id)
            for account, session in self._sessions(base, regions[0], partition):
                places: dict[str, Place] = {}
                for region in dict.fromkeys(regions):
                    caller = Caller(session, region, self.counted, ONCE)
                    places[region] = Place(account, region, partition, caller, session, places)
                yield from places.values()
        except CallError as error:
            if role is not None and error.permission == ASSUME_ROLE.permission and error.about != role:
                error = _not_assumed(role, error)
            self.failed.append(error)

    def _sessions(self, base: Session, region: str, partition: str) -> Iterator[tuple[str, Session]]:
        caller = Caller(base, region, self.counted)
        own: str = caller.ask(WHO_AM_I, f"arn:{partition}:sts:::caller")["Account"]
        role, only = self.selection.accounts_role, self.selection.account
        if role is None:
            if only not in (None, own):
                help = "name another --profile, or leave --account (AUDITOR_ACCOUNT, `account` in .auditor.yaml) out"
                raise UsageError(f"account `{only}` is asked for, and the session is in `{own}`", help)
            yield own, base
            return
        about = f"arn:{partition}:organizations::{own}:organization"
        listed = [a["Id"] for a in caller.items(LIST_ACCOUNTS, about) if _is_open(a)]
        if only is not None and only not in listed:
            raise UsageError(f"the organisation has no open account `{only}`", "check --account")
        for account in sorted(listed) if only is None else [only]:
            if account == own:
                yield own, base
                continue
            arn = f"arn:{partition}:iam::{account}:role/{role.lstrip('/')}"
            session = _assume(base, arn, region, self.selection.external_id)
            try:
                Caller(session, region, self.counted).ask(WHO_AM_I, arn)
            except CallError as error:
                self.failed.append(_not_assumed(arn, error))
                continue
            yield account, session


def _is_open(account: dict[str, Any]) -> bool:
    """Organizations tells `State`; `Status` is what it told before that."""
    return bool(account.get("State", account.get("Status", "ACTIVE")) == "ACTIVE")


def _not_assumed(role: str, error: CallError) -> CallError:
    help = f"allow `{ASSUME_ROLE.permission}`, and let its trust policy name who asks; {error.reason}"
    return FailedError(ASSUME_ROLE.permission, role, f"the role `{role}` cannot be assumed", help)


def _open(profile: str | None) -> Session:
    from boto3.session import Session  # noqa: PLC0415 - only live reading needs it
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - as above

    try:
        return Session(profile_name=profile)
    except BotoCoreError as error:
        raise UsageError(f"no session with AWS: {error}".rstrip("."), "check --profile and ~/.aws/config") from error


def _assume(base: Session, role_arn: str, region: str, external_id: str | None) -> Session:
    """A session with the role's credentials, which are made when they are needed and anew when
    they end. Raises CallError where there is nothing to assume it with."""
    import botocore.session  # noqa: PLC0415 - only live reading needs it
    from boto3.session import Session  # noqa: PLC0415 - as above
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials  # noqa: PLC0415 - as above
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - as above

    def client(service: str, **given: Any) -> Any:
        return base._session.create_client(service, **{**given, "region_name": region})

    try:
        credentials, why = base.get_credentials(), "there are none"
    except BotoCoreError as error:
        credentials, why = None, " ".join(str(error).split())
    if credentials is None:
        reason = f"no credentials to assume `{role_arn}` with: {why}"
        raise FailedError(ASSUME_ROLE.permission, role_arn, reason, "log in, or name another --profile")
    extra = {"RoleSessionName": "auditor", **({"ExternalId": external_id} if external_id else {})}
    fetcher = AssumeRoleCredentialFetcher(client, credentials, role_arn, extra_args=extra)
    inner = botocore.session.get_session()
    inner._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")  # type: ignore[attr-defined]  # botocore has no public way
    return Session(botocore_session=inner, region_name=region)
