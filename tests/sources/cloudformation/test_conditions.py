"""Conditions decide where they can; what hangs on the others may not be there.

Expectations: the CloudFormation user guide, "Condition functions"; decision record 10.
"""

from __future__ import annotations

from auditor.estate.estate import Estate
from auditor.estate.role import Role

from .conftest import Read, only

FUNCTION = "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n"


def permission(name: str, more: str = "", principal: str = "lexv2.amazonaws.com", head: str = "") -> str:
    return (
        f"  {name}:\n    Type: AWS::Lambda::Permission\n{head}    Properties:\n      FunctionName: !Ref F\n"
        f"      Action: lambda:InvokeFunction\n      Principal: {principal}\n{more}"
    )


def doubts(estate: Estate) -> list[str]:
    policy = only(estate.functions).resource_policy
    assert policy is not None
    return [statement.uncertain for statement in policy.statements]


SECTIONS = """
Parameters:
  Stage: {Type: String}
  Debug: {Type: String, Default: "no"}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsNotProd: !Not [!Condition IsProd]
  IsDebug: !Equals [!Ref Debug, "yes"]
  IsLoudProd: !And [!Condition IsProd, !Condition IsDebug]
  IsBig: !And [!Condition IsProd, !Equals [!Ref Stage, x]]
"""


def test_a_resource_whose_condition_fails_is_not_there(read: Read) -> None:
    text = SECTIONS + "Resources:\n" + FUNCTION + permission("P", head="    Condition: IsDebug\n")
    assert doubts(read(text)) == []
    assert doubts(read(text, vars={"Debug": "yes"})) == [""]
    assert doubts(read(text.replace("IsDebug\n", "IsLoudProd\n"))) == []


def test_a_resource_under_an_undecided_condition_may_not_be_there(read: Read) -> None:
    text = SECTIONS + "Resources:\n" + FUNCTION + permission("P", head="    Condition: IsProd\n")
    assert doubts(read(text)) == ["whether `P` is there is not known"]
    assert doubts(read(text, vars={"Stage": "prod"})) == [""]
    assert doubts(read(text, vars={"Stage": "dev"})) == []


def test_two_resources_under_one_condition_are_there_together(read: Read) -> None:
    function = FUNCTION.replace("Function, P", "Function, Condition: IsProd, P")
    text = SECTIONS + "Resources:\n" + function + permission("P", head="    Condition: IsProd\n")
    assert doubts(read(text)) == [""]


def test_what_a_condition_implies_is_there_with_it(read: Read) -> None:
    """`And` holds only where all its parts hold; `Not` of one holds where that one fails."""
    function = FUNCTION.replace("Function, P", "Function, Condition: IsBig, P")
    text = SECTIONS + "Resources:\n" + function + permission("P", head="    Condition: IsProd\n")
    assert doubts(read(text)) == [""]
    function = FUNCTION.replace("Function, P", "Function, Condition: IsProd, P")
    text = SECTIONS + "Resources:\n" + function + permission("P", head="    Condition: IsNotProd\n")
    assert doubts(read(text)) == []


def test_both_values_of_an_undecided_choice_are_read(read: Read) -> None:
    choice = "      SourceArn: !If [IsProd, 'arn:aws:lex:eu-west-1:111122223333:bot-alias/A/B', !Ref 'AWS::NoValue']\n"
    estate = read(SECTIONS + "Resources:\n" + FUNCTION + permission("P", choice))
    policy = only(estate.functions).resource_policy
    assert policy is not None
    assert [len(statement.conditions) for statement in policy.statements] == [1, 0]
    assert doubts(estate) == ["whether this part of `P` is there is not known"] * 2


def test_the_function_of_a_permission_may_be_a_choice(read: Read) -> None:
    other = FUNCTION.replace("F:", "G:").replace("Name: f", "Name: g")
    text = (
        SECTIONS + "Resources:\n" + FUNCTION + other + permission("P").replace("!Ref F", "!If [IsProd, !Ref F, !Ref G]")
    )
    policies = {function.address: function.resource_policy for function in read(text).functions}
    assert [len(policy.statements) if policy is not None else None for policy in policies.values()] == [1, 1]


ROLE = """Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement:
"""


def only_role(estate: Estate) -> Role:
    (role,) = estate.roles
    return role


def statements(estate: Estate) -> list[tuple[str, str, bool]]:
    (held,) = only_role(estate).policies
    assert held.policy is not None
    assert held.policy.defects == ()
    return [
        (
            " ".join(str(a.text) for a in s.actions),
            " ".join(str(r.text)[-1] for r in s.resources or ()),
            bool(s.uncertain),
        )
        for s in held.policy.statements
    ]


def test_a_statement_may_hang_on_a_condition(read: Read) -> None:
    text = (
        SECTIONS
        + ROLE
        + "              - {Effect: Allow, Action: a:A, Resource: 'arn:aws:s3:::x'}\n"
        + "              - !If [IsProd, {Effect: Allow, Action: a:B, Resource: 'arn:aws:s3:::x'}, !Ref NO]\n"
        + "              - !If [IsDebug, {Effect: Allow, Action: a:C, Resource: 'arn:aws:s3:::x'}, !Ref NO]\n"
    )
    assert statements(read(text.replace("NO", "AWS::NoValue"))) == [("a:A", "x", False), ("a:B", "x", True)]


def test_what_a_list_allows_in_any_case_is_certain(read: Read) -> None:
    text = (
        SECTIONS
        + ROLE
        + "              - Sid: One\n                Effect: Allow\n                Action: [a:A, a:B]\n"
        + "                Resource: ['arn:aws:s3:::x', !If [IsProd, 'arn:aws:s3:::y', !Ref 'AWS::NoValue']]\n"
    )
    assert statements(read(text)) == [("a:A a:B", "x", False), ("a:A a:B", "y", True)]


def test_choices_on_one_condition_are_made_together(read: Read) -> None:
    text = (
        SECTIONS
        + ROLE
        + "              - Effect: Allow\n                Action: !If [IsProd, a:A, a:B]\n"
        + "                Resource: !If [IsNotProd, 'arn:aws:s3:::x', 'arn:aws:s3:::y']\n"
    )
    assert statements(read(text)) == [("a:A", "y", True), ("a:B", "x", True)]


def test_a_policy_of_a_role_may_hang_on_a_condition(read: Read) -> None:
    text = SECTIONS + ROLE.partition("      Policies:")[0]
    text += (
        "      Policies:\n        - !If\n          - IsProd\n          - PolicyName: p\n"
        "            PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Allow, Action: a:A, Resource: '*'}}\n"
        "          - !Ref AWS::NoValue\n"
        "      ManagedPolicyArns: [!If [IsProd, 'arn:aws:iam::aws:policy/AdministratorAccess', !Ref 'AWS::NoValue']]\n"
    )
    held = only_role(read(text)).policies
    assert [bool(policy.uncertain) for policy in held] == [True, True]
    assert [policy.uncertain for policy in only_role(read(text, vars={"Stage": "prod"})).policies] == ["", ""]
    assert only_role(read(text, vars={"Stage": "dev"})).policies == ()


def test_a_condition_that_refers_to_itself_is_told(read_all: object) -> None:
    text = "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\nResources:\n" + FUNCTION.replace(
        "Function, P", "Function, Condition: A, P"
    )
    reading = read_all(text)  # type: ignore[operator] # the fixture's function
    assert [(str(s.origin), s.reason) for s in reading.skipped] == [
        ("template.yaml:2:3", "the condition `A` refers to itself")
    ]
    assert [function.address for function in reading.estates[0].functions] == ["F"]
