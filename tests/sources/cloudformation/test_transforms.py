"""Loops of the language extensions, and macros.

Expectations: the CloudFormation user guide, "Fn::ForEach", "AWS::Include transform" and
"Template macros".
"""

from __future__ import annotations

from .conftest import Read, ReadAll, template

LOOPS = """Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "One,Two"}, Free: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Functions:
    - Name
    - !Ref Names
    - Function${Name}:
        Type: AWS::Lambda::Function
        Properties:
          FunctionName: !Sub 'f-${Name}'
      Permission${Name}:
        Type: AWS::Lambda::Permission
        Properties:
          FunctionName: !Ref
            Fn::Sub: Function${Name}
          Action: lambda:InvokeFunction
          Principal: !Join ['.', [!Ref Name, amazonaws.com]]
"""


def test_a_loop_writes_its_body_for_each_item(read: Read) -> None:
    text = LOOPS.replace("!Ref\n            Fn::Sub: Function${Name}", "!Sub 'f-${Name}'")
    functions = read(text).functions
    assert [(f.address, str(f.name)) for f in functions] == [("FunctionOne", "f-One"), ("FunctionTwo", "f-Two")]
    principals = [
        str(p.text) for f in functions if f.resource_policy for s in f.resource_policy for p in s.principals or ()
    ]
    assert principals == ["One.amazonaws.com", "Two.amazonaws.com"]


def test_a_loop_inside_properties(read: Read) -> None:
    text = """Resources:
  P:
    Type: AWS::IAM::RolePolicy
    Properties:
      RoleName: r
      PolicyName: p
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          Effect: Allow
          Action: s3:*
          Resource: '*'
          Condition:
            StringEquals:
              Fn::ForEach::Tags:
                - Key
                - [One, Two]
                - aws:PrincipalTag/${Key}: x
"""
    (role,) = read(text).roles
    policy = role.policies[0].policy
    assert policy is not None
    assert [str(condition.key) for condition in policy.statements[0].conditions] == [
        "aws:PrincipalTag/One",
        "aws:PrincipalTag/Two",
    ]


def test_a_loop_over_what_is_not_known_is_unresolved(read: Read) -> None:
    estate = read(LOOPS.replace("!Ref Names", "!Ref Free"))
    assert [entry.text for entry in estate.unresolved] == ["Fn::ForEach::Functions"]


def test_a_wrong_loop_is_told(read_all: ReadAll) -> None:
    reading = read_all("Resources:\n  Fn::ForEach::X: [a]\n", as_kind="cloudformation")
    assert [entry.reason for entry in reading.skipped] == ["`Fn::ForEach::X` is no loop"]


def test_loops_end(read_all: ReadAll) -> None:
    body = "{'R${A}x${B}': {Type: 'A::B'}}"
    items = "[" + ", ".join(map(str, range(200))) + "]"
    text = f"Resources:\n  Fn::ForEach::X: [A, {items}, {{'Fn::ForEach::Y': [B, {items}, {body}]}}]\n"
    reading = read_all(text, as_kind="cloudformation")
    assert [entry.reason for entry in reading.skipped] == ["loops make more than 10,000 members; the rest is left out"]


def test_macros_are_unresolved_by_name(read: Read) -> None:
    estate = read("Transform: [Theirs, {Name: Other}]\n" + template("f"))
    assert [entry.text for entry in estate.unresolved] == ["Transform Theirs", "Transform Other"]


def test_an_include_is_unresolved_and_the_rest_is_read(read: Read) -> None:
    text = (
        "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}\n"
        "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      FunctionName: f\n"
        "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}\n"
    )
    estate = read(text)
    assert [str(function.name) for function in estate.functions] == ["f"]
    assert [entry.text for entry in estate.unresolved] == ["Fn::Transform AWS::Include"] * 2


def test_an_included_statement_is_not_known(read: Read) -> None:
    text = """Resources:
  P:
    Type: AWS::IAM::RolePolicy
    Properties:
      RoleName: r
      PolicyName: p
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Fn::Transform: {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}
          - {Effect: Allow, Action: 's3:*', Resource: '*'}
"""
    estate = read(text)
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    assert (len(policy.unknown), len(policy.statements)) == (1, 1)
    assert "${Fn::Transform {Name: AWS::Include, Parameters: {Location: s3://b/k}}}" in [
        e.text for e in estate.unresolved
    ]
