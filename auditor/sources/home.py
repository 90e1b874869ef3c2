"""Where a function lives: what completes the ARNs of things that are known by name."""

from __future__ import annotations

from auditor.estate.estate import UNKNOWN_ACCOUNT, UNKNOWN_REGION
from auditor.iam.frozen import Frozen
from auditor.iam.text import ACCOUNT, REGION, Hole, Text, text
from auditor.sources.arns import FunctionArn
from auditor.sources.options import ReadOptions


class Home(Frozen):
    """A partition, and a region and account that are holes where nothing tells them."""

    partition: str = "aws"
    region: Text = UNKNOWN_REGION
    account: Text = UNKNOWN_ACCOUNT

    def function_arn(self, name: Text) -> Text:
        return text(f"arn:{self.partition}:lambda:", self.region, ":", self.account, ":function:", name)

    def role_arn(self, path: Text, name: Text) -> Text:
        return text(f"arn:{self.partition}:iam::", self.account, ":role", path, name)

    def lex_arn(self, resource: Text) -> Text:
        return text(f"arn:{self.partition}:lex:", self.region, ":", self.account, ":", resource)

    def fill(self, written: Text) -> Text:
        """`written` with the holes for region and account filled by those of this home."""
        return written.fill(self._value)

    def _value(self, hole: Hole) -> Text | None:
        if hole == REGION:
            return self.region
        return self.account if hole == ACCOUNT else None


def home_of(arn: FunctionArn) -> Home:
    return Home(arn.partition, text(arn.region), text(arn.account))


def home_from(options: ReadOptions) -> Home:
    """What the options tell; a partition that they leave out follows from the region."""
    partition = options.partition or partition_of(options.region or "")
    return Home(partition, text(options.region or REGION), text(options.account or ACCOUNT))


def partition_of(region: str) -> str:
    """The partition of a region (botocore's endpoints.json: regions begin with its own prefix)."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"
