"""Roles and the policies on them.

Expectations: the CloudFormation template reference, AWS::IAM.
"""

from __future__ import annotations

from auditor.estate.estate import Estate
from auditor.estate.role import Attachment, Role

from .conftest import Read, ReadAll

DOCUMENT = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'logs:*', Resource: '*'}]}"
ROLE = f"""Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{{Effect: Allow, Principal: {{Service: [lambda.amazonaws.com]}}, Action: ['sts:AssumeRole']}}]
      Policies: [{{PolicyName: inline, PolicyDocument: {DOCUMENT}}}]
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
        - !Ref Own
  Own: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {DOCUMENT}}}}}
  Beside:
    Type: AWS::IAM::RolePolicy
    Properties: {{RoleName: !Ref R, PolicyName: beside, PolicyDocument: {DOCUMENT}}}
  Shared: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: shared, Roles: [!Ref R], PolicyDocument: {DOCUMENT}}}}}
  Put:
    Type: AWS::IAM::ManagedPolicy
    Properties: {{ManagedPolicyName: put, Roles: [!Ref R], PolicyDocument: {DOCUMENT}}}
"""


def only_role(estate: Estate) -> Role:
    (role,) = estate.roles
    return role


def test_policies_come_from_all_places(read: Read) -> None:
    role = only_role(read(ROLE))
    assert [(str(p.name), p.attachment, p.policy is not None) for p in role.policies] == [
        ("inline", Attachment.INLINE, True),
        ("AWSLambdaBasicExecutionRole", Attachment.AWS_MANAGED, True),
        ("${the name of Own}", Attachment.MANAGED, True),
        ("beside", Attachment.INLINE, True),
        ("shared", Attachment.INLINE, True),
        ("put", Attachment.MANAGED, True),
    ]
    assert role.trust is not None
    assert role.trust.defects == ()
    assert role.title == "R"


def test_places_are_those_of_the_statements(read: Read) -> None:
    role = only_role(read(ROLE))
    policies = [policy.policy for policy in role.policies]
    assert policies[0] is not None
    assert str(policies[0].statements[0].origin).startswith("template.yaml:8:")
    assert policies[0].statements[0].origin.address == "R"
    assert policies[3] is not None
    assert policies[3].statements[0].origin.address == "Beside"


def test_a_policy_that_nobody_holds_is_a_document_of_its_own(read: Read) -> None:
    estate = read(f"Resources: {{Own: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {DOCUMENT}}}}}}}")
    assert [document.name for document in estate.documents] == ["Own"]
    assert [entry.text for entry in estate.unresolved] == ["what Own is attached to"]


def test_an_unknown_managed_policy_is_unresolved_by_name(read: Read) -> None:
    text = ROLE.replace("!Ref Own", "arn:aws:iam::111122223333:policy/theirs")
    estate = read(text)
    assert only_role(estate).policies[2].policy is None
    assert "arn:aws:iam::111122223333:policy/theirs" in [entry.text for entry in estate.unresolved]


def test_policies_of_a_role_that_is_not_there(read: Read) -> None:
    estate = read(
        f"Resources: {{P: {{Type: AWS::IAM::RolePolicy, Properties: "
        f"{{RoleName: theirs, PolicyName: p, PolicyDocument: {DOCUMENT}}}}}}}"
    )
    role = only_role(estate)
    assert (str(role.name), role.policies_known, len(role.policies)) == ("theirs", False, 1)


def test_a_role_of_an_unknown_name_may_be_any(read: Read) -> None:
    extra = (
        "  Perhaps: {Type: AWS::IAM::RolePolicy, Properties: {RoleName: !Ref Which, PolicyName: p, PolicyDocument: "
        + DOCUMENT
        + "}}\nParameters: {Which: {Type: String}}\n"
    )
    roles = {
        str(role.name): role
        for role in read(
            ROLE.replace("    Properties:\n      A", "    Properties:\n      RoleName: r\n      A", 1) + extra
        ).roles
    }
    assert len(roles["r"].perhaps) == 1


def test_a_boundary(read: Read) -> None:
    role = only_role(read(ROLE.replace("      Policies:", "      PermissionsBoundary: !Ref Own\n      Policies:")))
    assert role.boundary is not None
    assert len(role.boundary.statements) == 1


def test_a_document_may_be_its_json_text(read: Read) -> None:
    text = """Resources:
  P:
    Type: AWS::IAM::RolePolicy
    Properties:
      RoleName: r
      PolicyName: p
      PolicyDocument: !Sub |
        {"Version": "2012-10-17", "Statement":
          {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:${AWS::Partition}:s3:::${AWS::AccountId}/*"}}
"""
    (held,) = only_role(read(text)).policies
    assert held.policy is not None
    assert str((held.policy.statements[0].resources or ())[0].text) == "arn:aws:s3:::${account}/*"


def test_a_text_that_is_no_json_is_malformed(read: Read) -> None:
    text = (
        "Resources: {P: {Type: AWS::IAM::RolePolicy, Properties: {RoleName: r, PolicyName: p, PolicyDocument: 'no'}}}"
    )
    (held,) = only_role(read(text)).policies
    assert held.policy is not None
    assert [defect.message for defect in held.policy.defects] == ["the policy's text is no JSON: `no` is no JSON value"]


def test_policy_variables_stand_as_they_are(read: Read) -> None:
    """CloudFormation replaces `${...}` in `Fn::Sub` alone, and there not after `!`."""
    listed = "['arn:aws:s3:::b/${aws:username}', !Sub 'arn:aws:s3:::${!aws:username}']"
    resource = "{Effect: Allow, Action: 's3:*', Resource: " + listed + "}"
    text = ROLE.replace("{Effect: Allow, Action: 'logs:*', Resource: '*'}", resource, 1)
    held = only_role(read(text)).policies[0].policy
    assert held is not None
    assert [str(r.text) for r in held.statements[0].resources or ()] == [
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:s3:::${aws:username}",
    ]


def test_a_role_of_a_function_elsewhere_is_unresolved(read_all: ReadAll) -> None:
    text = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Role: 'arn:aws:iam::111122223333:role/x'}}}"
    (estate,) = read_all(text).estates
    assert [entry.text for entry in estate.unresolved] == ["arn:aws:iam::111122223333:role/x"]
    assert estate.functions[0].role is None
