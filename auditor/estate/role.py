"""An IAM role and the policies on it."""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from auditor.estate.function import title
from auditor.iam.document import Policy
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Text


class Attachment(Enum):
    INLINE = "inline"
    MANAGED = "managed"
    """A customer-managed policy."""
    AWS_MANAGED = "aws-managed"


class RolePolicy(Frozen):
    """One policy on a role. `policy` is None where its document is not known (then it may allow
    anything, and is listed as unresolved). `shared` tells that other roles hold it too.
    `uncertain` says, as a clause, why the role may not have it at all; empty where it has."""

    name: Text
    attachment: Attachment
    policy: Policy | None
    arn: Text | None = None
    address: str | None = None
    origin: Origin = NOWHERE
    shared: bool = False
    uncertain: str = ""

    @property
    def deciding(self) -> Policy | None:
        """The document as it decides a request: where the role may not have the policy, each
        statement may not be there."""
        if self.policy is None or not self.uncertain:
            return self.policy
        marked = tuple(replace(statement, uncertain=self.uncertain) for statement in self.policy.statements)
        return replace(self.policy, statements=marked)


class Role(Frozen):
    """A role. `trust` is None where the trust policy is not known. `policies_known` is False
    where policies may be attached that were not read. `boundary` is None where there is none; one
    that is not known has only `unknown` statements. `perhaps` are policies of a role that is not
    known and may be this one: all their statements stand in `unknown`. `exists` is False where it is
    known that there is no such role, though something runs with it: then it has an empty trust policy and no
    others, and these are known. `provider` is what its
    Terraform block names as its provider (`aws.west`), None where that is the default one."""

    key: str
    name: Text
    arn: Text
    path: Text
    trust: Policy | None = None
    policies: tuple[RolePolicy, ...] = ()
    policies_known: bool = True
    boundary: Policy | None = None
    perhaps: tuple[Policy, ...] = ()
    address: str | None = None
    origin: Origin = NOWHERE
    provider: str | None = None
    exists: bool = True

    @property
    def title(self) -> str:
        """What a report calls it: its name, or the logical id where CloudFormation makes one up."""
        return title(self.name, self.address)
