"""ARNs: six components, `arn:partition:service:region:account:resource`."""

from __future__ import annotations

from auditor.iam.frozen import Frozen
from auditor.iam.text import Text, text

COMPONENTS = 6


class Arn(Frozen):
    """An ARN taken apart; every component may have holes, the resource may have colons."""

    partition: Text
    service: Text
    region: Text
    account: Text
    resource: Text

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> Text:
        return text("arn:", self.partition, ":", self.service, ":", self.region, ":", self.account, ":", self.resource)


def arn(written: Text) -> Arn | None:
    """Take an ARN apart; None where the text surely is none or has too few components."""
    pieces = written.split(":", COMPONENTS - 1)
    if len(pieces) != COMPONENTS or pieces[0].literal != "arn":
        return None
    return Arn(*pieces[1:])


def account_of(written: Text) -> Text | None:
    """The account in an ARN; None where the text is no ARN or names no account."""
    parsed = arn(written)
    return parsed.account if parsed is not None and parsed.account else None


def completed(pattern: Text) -> Text:
    """An ARN pattern with its missing components as `*`."""
    missing = COMPONENTS - len(pattern.split(":", COMPONENTS - 1))
    return text(pattern, ":*" * missing)
