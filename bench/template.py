"""A template of many functions, each with what surrounds one in practice."""

from __future__ import annotations

from pathlib import Path

_HEAD = """AWSTemplateFormatVersion: "2010-09-09"

Resources:
"""
_FUNCTION = """
  Function%(n)d:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: function-%(n)d
      Role: !GetAtt Role%(n)d.Arn
      Runtime: python3.12
      Handler: index.handler
      Code:
        S3Bucket: code
        S3Key: function-%(n)d.zip

  Role%(n)d:
    Type: AWS::IAM::Role
    Properties:
      RoleName: function-%(n)d
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: function-%(n)d
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - logs:CreateLogStream
                  - logs:PutLogEvents
                Resource: !GetAtt Logs%(n)d.Arn
              - Effect: Allow
                Action:
                  - dynamodb:GetItem
                  - dynamodb:PutItem
                Resource: !Sub arn:aws:dynamodb:us-east-1:${AWS::AccountId}:table/table-%(n)d

  Logs%(n)d:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/lambda/function-%(n)d

  Permission%(n)d:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function%(n)d
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
%(scope)s"""
_SCOPE = """      SourceArn: !Sub arn:aws:lex:us-east-1:${AWS::AccountId}:bot-alias/BOT%(n)07d/TSTALIASID
      SourceAccount: !Ref AWS::AccountId
"""


def write_template(file: Path, count: int) -> None:
    """Write `count` functions into a template; every tenth may be called by anyone's bot."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        stream.write(_HEAD)
        for number in range(count):
            scope = _SCOPE % {"n": number} if number % 10 else ""
            stream.write(_FUNCTION % {"n": number, "scope": scope})
