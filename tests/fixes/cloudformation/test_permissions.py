"""A permission is edited to what its service does.

Expectation: the Lambda developer guide, "Granting Lambda function access to AWS services": a service invokes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import auditor

from .conftest import Mend

FUNCTION = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n"


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_service_that_may_do_everything_is_left_invoking(mend: Mend, *, unsafe: bool) -> None:
    """Bound to the account too where that may be assumed; what a service does is invoke."""
    permission = """  P:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref F
      Action: "lambda:*"
      Principal: s3.amazonaws.com
      SourceArn: arn:aws:s3:::b
"""
    mended = mend(FUNCTION + permission, unsafe=unsafe)
    assert "      Action: lambda:InvokeFunction\n" in mended
    assert ("SourceAccount: !Ref AWS::AccountId" in mended) is unsafe


BUCKET = """  Photos:
    Type: AWS::S3::Bucket%s
    Properties:
      BucketName: photos
      NotificationConfiguration:
        LambdaConfigurations:
          - {Event: "s3:ObjectCreated:*", Function: !GetAtt F.Arn}
"""


@pytest.mark.parametrize(
    ("waiting", "mended_to"),
    [
        ("", "\n    DependsOn: FS3Photos"),
        ("\n    DependsOn: Q", "\n    DependsOn:\n      - Q\n      - FS3Photos"),
        ("\n    DependsOn: [Q]", "\n    DependsOn: [Q, FS3Photos]"),
        ("\n    DependsOn:\n      - Q", "\n    DependsOn:\n      - Q\n      - FS3Photos"),
    ],
)
def test_a_bucket_waits_for_the_permission_that_is_added_for_it(mend: Mend, waiting: str, mended_to: str) -> None:
    """S3 tests the permission while the bucket is made (CloudFormation template reference, AWS::S3::Bucket
    NotificationConfiguration), so a bucket that does not wait for it fails to deploy."""
    queue = "  Q: {Type: AWS::SQS::Queue}\n"
    mended = mend(FUNCTION + queue + BUCKET % waiting)
    assert "      SourceArn: arn:aws:s3:::photos\n" in mended
    assert BUCKET % mended_to in mended


def test_what_a_permission_is_for_is_told_as_it_is_written(tmp_path: Path) -> None:
    """A bucket that CloudFormation names has no ARN to bind to beforehand: any of the account is let in."""
    titles = []
    for bucket in (BUCKET % "", (BUCKET % "").replace("      BucketName: photos\n", "")):
        (tmp_path / "template.yaml").write_text(FUNCTION + bucket)
        report = auditor.audit(auditor.read(tmp_path), select=["invoke-missing"])
        titles += [fix.fix.title for entry in report.entries for fix in entry.fixes]
    assert titles == [
        "Allow s3.amazonaws.com to invoke the function for its exact source",
        "Allow s3.amazonaws.com to invoke the function for what calls it in this account",
    ]
