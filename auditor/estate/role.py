"""An IAM role and the policies on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from auditor.iam.document import Policy
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Text


class Attachment(Enum):
    INLINE = "inline"
    MANAGED = "managed"
    """A customer-managed policy."""
    AWS_MANAGED = "aws-managed"


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """One policy on a role. `policy` is None where its document is not known (then it may allow
    anything, and is listed as unresolved). `shared` tells that other roles hold it too."""

    name: Text
    attachment: Attachment
    policy: Policy | None
    arn: Text | None = None
    address: str | None = None
    origin: Origin = NOWHERE
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role. `trust` is None where the trust policy is not known. `policies_known` is False
    where policies may be attached that were not read."""

    key: str
    name: Text
    arn: Text
    path: Text
    trust: Policy | None = None
    policies: tuple[RolePolicy, ...] = ()
    policies_known: bool = True
    boundary: Policy | None = None
    address: str | None = None
    origin: Origin = NOWHERE
