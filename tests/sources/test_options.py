"""An option with a value that cannot be is refused, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.sources.errors import UsageError
from auditor.sources.options import ReadOptions, check_options


@pytest.mark.parametrize(
    ("options", "message", "help"),
    [
        (ReadOptions(account="12345678901"), "`12345678901` is no AWS account", "an account has 12 digits"),
        (ReadOptions(account="1234-5678-9012"), "`1234-5678-9012` is no AWS account", "an account has 12 digits"),
        (ReadOptions(account="١٢٣٤٥٦٧٨٩٠١٢"), "`١٢٣٤٥٦٧٨٩٠١٢` is no AWS account", "an account has 12 digits"),
        (ReadOptions(region="us-east"), "`us-east` is no AWS region", "write it as in `us-east-1`"),
        (ReadOptions(region="US-EAST-1"), "`US-EAST-1` is no AWS region", "write it as in `us-east-1`"),
        (ReadOptions(partition="amazon"), "`amazon` is no AWS partition", "one of `aws`, `aws-cn`, `aws-us-gov`"),
        (ReadOptions(as_kind="bundel"), "`bundel` is no kind of source", "did you mean `bundle`?"),
        (ReadOptions(var_files=(Path("none"),)), "no such variable file: `none`", "check the path"),
    ],
)
def test_what_cannot_be_is_refused(options: ReadOptions, message: str, help: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_options(options)
    assert (raised.value.message, raised.value.help) == (message, help)


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        check_options(ReadOptions(root=tmp_path / "none"))


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-2", "us-iso-east-1"])
def test_real_regions_are_taken(region: str) -> None:
    check_options(ReadOptions(account="000000000000", region=region, partition="aws-us-gov", as_kind="aws-output"))
