"""ARNs taken apart."""

from __future__ import annotations

import pytest

from auditor.iam.arn import account_of, arn
from auditor.iam.text import ACCOUNT, REGION, Hole, text


def test_the_resource_keeps_its_colons():
    parsed = arn(text("arn:aws:lambda:us-east-1:111122223333:function:f:live"))
    parts = (parsed.partition, parsed.service, parsed.region, parsed.account, parsed.resource)
    assert parts == tuple(map(text, ("aws", "lambda", "us-east-1", "111122223333", "function:f:live")))


def test_an_arn_is_written_as_it_was_read():
    written = text("arn:aws:lex:", REGION, ":", ACCOUNT, ":intent:", Hole("i"), ":*")
    assert arn(written).text == written


@pytest.mark.parametrize(
    "written", ["", "*", "arn:aws:s3", "arn:aws:s3::bucket", "urn:aws:s3:::bucket", "ARN:aws:s3:::b"]
)
def test_what_is_no_arn(written):
    assert arn(text(written)) is None


def test_a_hole_may_hold_components_so_they_are_not_invented():
    assert arn(text(Hole("var.arn"), ":*")) is None
    assert arn(text("arn:aws:", Hole("rest"))) is None


@pytest.mark.parametrize(
    ("written", "account"),
    [
        (text("arn:aws:iam::111122223333:role/r"), text("111122223333")),
        (text("arn:aws:iam::", ACCOUNT, ":role/r"), text(ACCOUNT)),
        (text("arn:aws:s3:::bucket"), None),
        (text("bucket"), None),
    ],
)
def test_the_account_of_an_arn(written, account):
    assert account_of(written) == account
