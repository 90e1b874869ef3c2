"""A permission is edited to what its service does.

Expectation: the Lambda developer guide, "Granting Lambda function access to AWS services": a service invokes.
"""

from __future__ import annotations

import pytest

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
