"""Terraform and templates of one folder are mended in one run.

Expectation: each is an estate of its own, so what is wrong in one is no reason to leave the other.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import auditor

TERRAFORM = """resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  tags          = { "team" : "a" }
}

resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.r.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }]
  })
}
"""
TEMPLATE = """Resources:
  G:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: g, Role: !GetAtt R.Arn}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*"}
"""


def test_both_are_mended_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.tf").write_text(TERRAFORM)
    Path("template.yaml").write_text(TEMPLATE)
    mending = auditor.fix(lambda: auditor.read("."), auditor.audit)
    assert [left.why for left in mending.outcome.left] == []
    assert sorted(mending.files) == ["main.tf", "template.yaml"]
