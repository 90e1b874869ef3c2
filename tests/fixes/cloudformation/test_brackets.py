"""Entries between brackets come and go with their own comments, and what is written there is YAML.

Expectations: YAML 1.1: inside of brackets a plain scalar holds none of `{},`, a comma may stand behind the
last entry, and a comment ends its line. JSON has no comments, and CloudFormation's no last comma of ours.
"""

from __future__ import annotations

import json

import pytest

from .conftest import BOT, Mend

ROLE = """Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, Role: !GetAtt R.Arn}}
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
            Statement:
"""
ARN = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/f:*"
LEX = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n" + BOT + "  P: {\n"
STREAMS = "logs:CreateLogStream"
EVENTS = "logs:PutLogEvents"

STATEMENTS = {
    "one line": (
        f'              - {{"Effect": "Allow", "Action": ["{STREAMS}", "{EVENTS}"], "Resource": "*"}}\n',
        f'              - {{"Effect": "Allow", "Action": ["{STREAMS}", "{EVENTS}"], "Resource": !Sub "{ARN}"}}\n',
    ),
    "no blank behind the colon": (
        f'              - {{"Effect":"Allow","Action":["{STREAMS}","{EVENTS}"],"Resource":"*"}}\n',
        f'              - {{"Effect":"Allow","Action":["{STREAMS}","{EVENTS}"],"Resource":!Sub "{ARN}"}}\n',
    ),
    "the last two go": (
        "              - Effect: Allow\n"
        f"                Action: [{STREAMS}, {EVENTS}, logs:DeleteLogGroup, logs:TagResource]\n"
        '                Resource: ["*", "arn:aws:logs:*:*:*"]\n',
        f"              - Effect: Allow\n                Action: [{STREAMS}, {EVENTS}]\n"
        f'                Resource: [!Sub "{ARN}"]\n',
    ),
    "the last line goes": (
        f"              - {{Effect: Allow, # a\n                 Action: [{STREAMS}, # b\n"
        f"                          {EVENTS}, # c\n                          logs:DeleteLogGroup, # d\n"
        '                         ], # e\n                 Resource: ["*"] # f\n                }\n',
        f"              - {{Effect: Allow, # a\n                 Action: [{STREAMS}, # b\n"
        f"                          {EVENTS}, # c\n"
        f'                         ], # e\n                 Resource: [!Sub "{ARN}"] # f\n                }}\n',
    ),
    "a line in the middle goes": (
        f"              - Effect: Allow\n                Action: [\n                  {STREAMS}, # x\n"
        f"                  logs:DeleteLogGroup, # y\n                  # events\n                  {EVENTS} # z\n"
        '                ]\n                Resource: ["*"]\n',
        f"              - Effect: Allow\n                Action: [\n                  {STREAMS}, # x\n"
        f"                  # events\n                  {EVENTS} # z\n"
        f'                ]\n                Resource: [!Sub "{ARN}"]\n',
    ),
}
PERMISSIONS = {
    "behind a comma": (
        "      Principal: lexv2.amazonaws.com,  # p\n    },\n",
        "      Principal: lexv2.amazonaws.com,  # p\n      SourceArn: !GetAtt Live.Arn,\n"
        "      SourceAccount: !Ref AWS::AccountId,\n    },\n",
    ),
    "behind a comment": (
        "      Principal: lexv2.amazonaws.com  # p\n    },\n",
        "      Principal: lexv2.amazonaws.com,  # p\n      SourceArn: !GetAtt Live.Arn,\n"
        "      SourceAccount: !Ref AWS::AccountId\n    },\n",
    ),
    "behind nothing": (
        "      Principal: lexv2.amazonaws.com},\n",
        "      Principal: lexv2.amazonaws.com,\n      SourceArn: !GetAtt Live.Arn,\n"
        "      SourceAccount: !Ref AWS::AccountId},\n",
    ),
}


@pytest.mark.parametrize("which", STATEMENTS)
def test_a_statement_in_brackets(which: str, mend: Mend) -> None:
    before, after = STATEMENTS[which]
    assert mend(ROLE + before, unsafe=True) == ROLE + after


@pytest.mark.parametrize("which", PERMISSIONS)
def test_a_permission_in_brackets(which: str, mend: Mend) -> None:
    before, after = PERMISSIONS[which]
    head = LEX + "    Type: AWS::Lambda::Permission,\n    Properties: {\n      FunctionName: !Ref F,   # f\n"
    head += "      Action: 'lambda:InvokeFunction',\n"
    assert mend(head + before + "  }\n") == head + after + "  }\n"


TIGHT = """{"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"f"}},\
"Bot":{"Type":"AWS::Lex::Bot","Properties":{"Name":"b"}},"Live":{"Type":"AWS::Lex::BotAlias","Properties":\
{"BotAliasName":"live","BotId":{"Ref":"Bot"},"BotAliasLocaleSettings":[{"LocaleId":"en_US","BotAliasLocaleSetting":\
{"Enabled":true,"CodeHookSpecification":{"LambdaCodeHook":{"LambdaArn":{"Fn::GetAtt":["F","Arn"]},\
"CodeHookInterfaceVersion":"1.0"}}}}]}}%s}}"""
OPEN = ""","P":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":{"Ref":"F"},\
"Action":"lambda:InvokeFunction","Principal":"lexv2.amazonaws.com"%s}}"""
NARROW = ""","SourceArn":{"Fn::GetAtt":["Live","Arn"]},"SourceAccount":{"Ref":"AWS::AccountId"}"""


def test_json_without_blanks_stays_so(mend: Mend) -> None:
    assert mend(TIGHT % (OPEN % "")) == TIGHT % (OPEN % NARROW)


def test_a_new_resource_of_json_without_blanks_is_json(mend: Mend) -> None:
    mended = mend(TIGHT % "")
    assert " " not in mended
    properties = json.loads(mended)["Resources"]["FLexV2Bot"]["Properties"]
    assert properties["SourceArn"] == {"Fn::GetAtt": ["Live", "Arn"]}
