"""A fix takes no access away in a case of the template that it does not look at by itself.

Expectations: the CloudFormation user guide, "Conditions": what hangs on a condition that fails is not
there; nothing tells whether one holds that looks at a parameter without a default.
"""

from __future__ import annotations

from .conftest import BOT, Mend

HEAD = """Parameters: {A: {Type: String}}
Conditions: {C: !Equals [!Ref A, x], D: !Equals [!Ref A, y]}
Outputs: {One: {Condition: C, Value: x}, Other: {Condition: D, Value: x}}
Resources:
"""
FUNCTION = "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f%s}}\n"
OPEN = """  %s:
    Type: AWS::Lambda::Permission%s
    Properties:
      FunctionName: !Ref F
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
"""
NARROW = "      SourceArn: !GetAtt Live.Arn\n      SourceAccount: !Ref AWS::AccountId\n"
ROLE = """  R:
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
              - !If
                - C
                - Effect: Allow
                  Action: [logs:CreateLogStream, logs:PutLogEvents]
                  Resource: %s
                - !Ref AWS::NoValue
              - Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: %s
"""
OWN = "!Sub arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/f:*"


def test_a_statement_that_is_there_for_sure_stays_beside_one_that_may_not_be(mend: Mend) -> None:
    text = HEAD + FUNCTION % ", Role: !GetAtt R.Arn" + ROLE
    assert mend(text % ('"*"', "arn:aws:logs:*:*:log-group:/aws/lambda/f:*")) == text % (OWN, OWN)


def test_of_two_permissions_the_one_that_is_there_for_sure_is_narrowed(mend: Mend) -> None:
    head = HEAD + BOT + FUNCTION % ""
    mended = mend(head + OPEN % ("P", "\n    Condition: C") + OPEN % ("Q", ""))
    assert mended == head + OPEN % ("Q", "") + NARROW


def test_of_two_that_hang_on_one_condition_one_is_narrowed(mend: Mend) -> None:
    head = HEAD + BOT + FUNCTION % ""
    condition = "\n    Condition: C"
    assert mend(head + OPEN % ("P", condition) + OPEN % ("Q", condition)) == head + OPEN % ("P", condition) + NARROW


def test_two_that_hang_on_different_conditions_become_one_that_hangs_on_none(mend: Mend) -> None:
    head = HEAD + BOT + FUNCTION % ""
    mended = mend(head + OPEN % ("P", "\n    Condition: C") + OPEN % ("Q", "\n    Condition: D"))
    assert "    Condition: C\n" not in mended
    assert mended.count("AWS::Lambda::Permission") == 1
    assert mended.count(NARROW) == 1


def test_the_cases_of_one_permission_become_one(mend: Mend) -> None:
    account = "      SourceAccount: !If [C, !Ref AWS::AccountId, !Ref AWS::NoValue]\n"
    head = HEAD + BOT + FUNCTION % ""
    assert mend(head + OPEN % ("P", "") + account) == head + OPEN % ("P", "") + NARROW
