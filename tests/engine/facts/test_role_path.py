"""The ways by which a role can raise its own rights, decided on what it may do to what.

The shapes are those of the published collections of such roles, written anew.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.fact import RolePath
from auditor.engine.facts import collect
from auditor.engine.facts.escalation import PATHS
from auditor.estate.estate import Document, Estate, SourceKind
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.catalogue import action
from auditor.iam.decide import decide
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.text import text
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, role_of

OWN = f"arn:aws:iam::{ACCOUNT_ID}:role/role"
OTHER = f"arn:aws:iam::{ACCOUNT_ID}:role/other"
FOREIGN_FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:other"
EC2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def allow(actions: Any, resources: Any = "*", **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **others}


def deny(actions: Any, resources: Any = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Action": actions, "Resource": resources}


def opened(estate: Estate) -> list[str]:
    found = [fact for fact in collect(estate) if isinstance(fact, RolePath)]
    for fact in found:
        assert fact.witness is not None
        assert fact.witness_in is not None
        assert decide(fact.witness, fact.witness_in).allowed
    return [fact.path for fact in found]


def paths(*statements: dict[str, Any], **others: Any) -> list[str]:
    return opened(estate_of(role=role_of(*statements, **others)))


def test_every_action_of_a_path_exists() -> None:
    assert [step.action for path in PATHS for step in path.steps if action(step.action) is None] == []


def test_paths_are_told_apart_by_their_names() -> None:
    names = [path.name for path in PATHS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_path_is_open_where_all_its_steps_are_allowed_on_everything(path: Any) -> None:
    """And no longer where any one of them is denied."""
    boundary = parse_policy(node({"Version": "2012-10-17", "Statement": allow("*")}), PolicyKind.IDENTITY)
    statement = allow([step.action for step in path.steps])
    role = role_of(boundary=boundary)
    held = _managed("own", statement)
    found = opened(estate_of(role=_with(role, held)))
    assert path.name in found or path.name.removesuffix("-other") in found
    for step in path.steps:
        left = opened(estate_of(role=_with(role, held, _managed("guard", deny(step.action)))))
        assert path.name not in left


def _managed(name: str, *statements: dict[str, Any]) -> RolePolicy:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    arn = text(f"arn:aws:iam::{ACCOUNT_ID}:policy/{name}")
    return RolePolicy(text(name), Attachment.MANAGED, parse_policy(node(document), PolicyKind.IDENTITY), arn)


def _with(role: Role, *policies: RolePolicy) -> Role:
    return replace(role, policies=policies)


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        # An inline policy has no versions: there is nothing of its own to rewrite.
        ([allow("iam:CreatePolicyVersion")], ["CreatePolicyVersion-other"]),
        ([allow("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/any-*")], []),
        ([allow("iam:PutRolePolicy", OWN)], ["PutRolePolicy"]),
        ([allow("iam:PutRolePolicy", OTHER)], []),
        ([allow("iam:AttachRolePolicy", OWN)], ["AttachRolePolicy"]),
        # Attaching what does no harm is no path.
        (
            [
                allow(
                    "iam:AttachRolePolicy",
                    Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
                )
            ],
            [],
        ),
        ([allow("iam:UpdateAssumeRolePolicy")], ["UpdateAssumeRolePolicy"]),
        ([allow("iam:UpdateAssumeRolePolicy", OTHER)], []),
        ([allow("iam:PassRole")], []),
        ([allow("ec2:RunInstances")], []),
        # The two in one statement, in two, and with the service that takes the role.
        ([allow(["iam:PassRole", "ec2:RunInstances"])], ["PassRole+RunInstances"]),
        ([allow("iam:PassRole"), allow("ec2:RunInstances")], ["PassRole+RunInstances"]),
        ([allow("iam:PassRole", Condition=EC2), allow("ec2:RunInstances")], ["PassRole+RunInstances"]),
        ([allow("iam:PassRole", Condition=EC2), allow("cloudformation:CreateStack")], []),
        ([allow("iam:PassRole", OTHER), allow("ec2:RunInstances")], []),
        # Of what the path makes itself, any name will do.
        (
            [allow("iam:PassRole"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"], f"{FOREIGN_FUNCTION}-*")],
            ["PassRole+CreateFunction+InvokeFunction"],
        ),
        ([allow("iam:PassRole"), allow("lambda:CreateFunction"), allow("lambda:InvokeFunction", FOREIGN_FUNCTION)], []),
        ([allow("lambda:UpdateFunctionCode")], ["UpdateFunctionCode"]),
        ([allow("lambda:UpdateFunctionCode", FOREIGN_FUNCTION)], []),
        ([allow("iam:*"), deny("iam:*")], []),
        ([allow("sts:AssumeRole", OTHER)], []),
        ([allow("ssm:SendCommand", Condition={"StringEquals": {"aws:ResourceTag/app": "reports"}})], []),
        (
            [allow("iam:CreateAccessKey", Condition={"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}})],
            [],
        ),
        (
            [
                allow(
                    "iam:CreateAccessKey", Condition={"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}
                )
            ],
            ["CreateAccessKey"],
        ),
        # Everything is an administrator's, and needs no path.
        ([allow("*")], []),
    ],
)
def test_a_path_counts_on_what_makes_it_work(statements: list[dict[str, Any]], names: list[str]) -> None:
    assert paths(*statements) == names


@pytest.mark.parametrize(("pattern", "names"), [("own-*", ["CreatePolicyVersion"]), ("other-*", [])])
def test_a_policy_that_lets_its_holder_rewrite_it(pattern: str, names: list[str]) -> None:
    statement = allow("iam:CreatePolicyVersion", f"arn:aws:iam::*:policy/{pattern}")
    assert opened(estate_of(role=_with(role_of(), _managed("own-rights", statement)))) == names


def test_a_boundary_stops_a_path() -> None:
    boundary = parse_policy(node({"Version": "2012-10-17", "Statement": allow("s3:*")}), PolicyKind.IDENTITY)
    assert paths(allow("iam:CreateAccessKey"), boundary=boundary) == []


def _assumed_by(arn: str, name: str, *statements: dict[str, Any]) -> Role:
    trust = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
    return role_of(
        *statements, trust=trust, key=name, name=text(name), arn=text(f"arn:aws:iam::{ACCOUNT_ID}:role/{name}")
    )


def test_a_stronger_role_that_can_be_assumed_by_way_of_another_is_a_path() -> None:
    middle = _assumed_by(OWN, "middle")
    admin = _assumed_by(f"arn:aws:iam::{ACCOUNT_ID}:role/middle", "admin", allow("*"))
    weak = _assumed_by(f"arn:aws:iam::{ACCOUNT_ID}:role/middle", "weak", allow("s3:GetObject"))
    first = role_of()
    assert opened(_estate(first, middle, admin)) == ["AssumeRole-chain"]
    assert opened(_estate(first, middle, weak)) == []


def test_a_stronger_role_that_is_named_can_be_passed() -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    passing = role_of(allow("iam:PassRole", OTHER), allow("ec2:RunInstances"))
    taken = role_of(allow("*"), trust=trust, key="other", name=text("other"), arn=text(OTHER))
    weak = role_of(allow("s3:GetObject"), trust=trust, key="other", name=text("other"), arn=text(OTHER))
    assert opened(_estate(passing, taken)) == ["PassRole+RunInstances"]
    assert opened(_estate(passing, weak)) == []


def test_the_code_of_a_known_function_with_another_role_can_be_changed() -> None:
    estate = _estate(role_of(allow("lambda:UpdateFunctionCode", FOREIGN_FUNCTION)))
    other = Function(text("other"), text(FOREIGN_FUNCTION), role="another")
    same = Function(text("other"), text(FOREIGN_FUNCTION), role="role")
    assert opened(_beside(estate, other)) == ["UpdateFunctionCode"]
    assert opened(_beside(estate, same)) == []


def _estate(*roles: Role) -> Estate:
    return dataclasses.replace(estate_of(role=roles[0]), roles=roles, kind=SourceKind.BUNDLE)


def _beside(estate: Estate, function: Function) -> Estate:
    return dataclasses.replace(estate, functions=(*estate.functions, function))


def test_a_document_alone_tells_what_whoever_has_it_can_do() -> None:
    document = {"Version": "2012-10-17", "Statement": allow(["iam:PassRole", "ec2:RunInstances"])}
    alone = Document(parse_policy(node(document), PolicyKind.IDENTITY), "policy.json")
    (fact,) = (f for f in collect(Estate(SourceKind.DOCUMENT, documents=(alone,))) if isinstance(f, RolePath))
    assert (fact.path, fact.role, fact.attached) == ("PassRole+RunInstances", None, False)


BOUND = {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT_ID}:policy/bound"}}
TASKS = {"StringEquals": {"iam:PassedToService": "tasks.apprunner.amazonaws.com"}}
MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        # The key is that of the boundary of the role that gets the policy (IAM, condition keys): it has none.
        ([allow(["iam:AttachRolePolicy", "iam:PutRolePolicy"], Condition=BOUND)], []),
        (
            [allow(["iam:CreateRole", "iam:PutRolePolicy"], f"arn:aws:iam::{ACCOUNT_ID}:role/app-*", Condition=BOUND)],
            [],
        ),
        (
            [allow(["iam:CreateRole", "iam:PutRolePolicy"], f"arn:aws:iam::{ACCOUNT_ID}:role/app-*")],
            ["CreateRole+PutRolePolicy"],
        ),
        # A role is no user, so the variable matches nothing (IAM, aws:username).
        ([allow("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT_ID}:user/${{aws:username}}")], []),
        # Lambda signs in with no second factor.
        ([allow("iam:PutRolePolicy"), {**deny("iam:*"), "Condition": MFA}], []),
        # App Runner's instances have the role that tasks.apprunner.amazonaws.com assumes.
        (
            [allow("apprunner:CreateService"), allow("iam:PassRole", Condition=TASKS)],
            ["PassRole+CreateService-apprunner"],
        ),
        # A cluster of EMR needs a role for itself beside the one of its instances.
        ([allow("elasticmapreduce:RunJobFlow"), allow("iam:PassRole", Condition=EC2)], []),
    ],
)
def test_a_path_is_what_a_function_itself_can_go(statements: list[dict[str, Any]], names: list[str]) -> None:
    assert paths(*statements) == names


@pytest.mark.parametrize(
    ("grant", "names"),
    [
        (allow(["logs:CreateLogStream", "logs:PutLogEvents"]), []),
        (allow("lambda:UpdateFunctionCode", FOREIGN_FUNCTION), []),
        (allow("dynamodb:GetItem", f"arn:aws:dynamodb:us-east-1:{ACCOUNT_ID}:table/orders"), ["UpdateFunctionCode"]),
    ],
)
def test_a_function_whose_role_may_do_nothing_more_raises_no_rights(grant: dict[str, Any], names: list[str]) -> None:
    own = role_of(allow("lambda:UpdateFunctionCode", FOREIGN_FUNCTION))
    weaker = replace(role_of(grant), key="another", name=text("other"), arn=text(OTHER))
    other = Function(text("other"), text(FOREIGN_FUNCTION), role="another")
    assert opened(_beside(_estate(own, weaker), other))[:1] == names
