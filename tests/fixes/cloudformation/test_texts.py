"""A policy that is written as a text is not edited, and the reason says so.

Expectation: the CloudFormation user guide: `Fn::Sub` and block scalars give the text of a policy; an edit
of what it says would have to write that text anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import auditor

TEMPLATE = """Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: f, Role: !GetAtt R.Arn}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com},
        Action: sts:AssumeRole}, Version: "2012-10-17"}
      Policies:
        - PolicyName: logs
          PolicyDocument: %s
            {
              "Version": "2012-10-17",
              "Statement": [{"Effect": "Allow", "Action": ["logs:PutLogEvents", "logs:CreateLogStream"],
                "Resource": "%s"}]
            }
"""


@pytest.mark.parametrize(
    ("scalar", "resource"),
    [("|", "*"), (">-", "*"), ("!Sub |", "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:*")],
)
def test_a_policy_that_is_a_text_is_left_with_the_reason_and_the_snippet(
    scalar: str, resource: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("template.yaml").write_text(TEMPLATE % (scalar, resource))
    mending = auditor.fix(lambda: auditor.read("."), auditor.audit)
    (left,) = mending.outcome.left
    assert mending.files == {}
    assert (left.finding.rule, left.why) == ("logs-wildcard", "the policy is written as a text, not as an object")
    assert left.fix is not None
    assert left.fix.operations
