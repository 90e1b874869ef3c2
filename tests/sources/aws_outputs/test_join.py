"""Outputs of several commands make one estate, joined by ARN."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from auditor.estate.estate import Estate, Reading
from auditor.sources.options import ReadOptions
from auditor.sources.read import read

FUNCTION_ARN = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE_ARN = "arn:aws:iam::111122223333:role/service-role/r"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
LOGS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": "*"}],
}


def resource_policy(resource: str = FUNCTION_ARN, sid: str = "lex") -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"Service": "lex.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": resource,
            }
        ],
    }


def get_policy(resource: str = FUNCTION_ARN, sid: str = "lex") -> dict[str, object]:
    return {"Policy": json.dumps(resource_policy(resource, sid)), "RevisionId": "1"}


def get_role(encoded: bool = False) -> dict[str, object]:
    return {
        "Role": {
            "Path": "/service-role/",
            "RoleName": "r",
            "RoleId": "AROAEXAMPLE",
            "Arn": ROLE_ARN,
            "CreateDate": "2026-01-01T00:00:00+00:00",
            "AssumeRolePolicyDocument": quote(json.dumps(TRUST)) if encoded else TRUST,
        }
    }


def configuration(role: str = ROLE_ARN) -> dict[str, object]:
    return {
        "FunctionName": "f",
        "FunctionArn": FUNCTION_ARN,
        "Runtime": "python3.12",
        "Role": role,
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
        "TracingConfig": {"Mode": "PassThrough"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"},
    }


def account_details() -> dict[str, object]:
    def role(name: str, service: str) -> dict[str, object]:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        return {
            "Path": "/",
            "RoleName": name,
            "Arn": f"arn:aws:iam::111122223333:role/{name}",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": LOGS}],
            "AttachedManagedPolicies": [
                {"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"},
                {
                    "PolicyName": "AWSLambdaBasicExecutionRole",
                    "PolicyArn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
                },
            ],
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
                "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/own",
            },
        }

    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [role("for-lambda", "lambda.amazonaws.com"), role("for-ec2", "ec2.amazonaws.com")],
        "Policies": [
            {
                "PolicyName": "own",
                "Arn": "arn:aws:iam::111122223333:policy/own",
                "DefaultVersionId": "v2",
                "PolicyVersionList": [
                    {"Document": {"Version": "2012-10-17", "Statement": []}, "VersionId": "v1"},
                    {"Document": LOGS, "VersionId": "v2", "IsDefaultVersion": True},
                ],
            }
        ],
    }


def reading(folder: Path, files: dict[str, object], options: ReadOptions | None = None) -> Reading:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=4))
    return read([folder], options or ReadOptions())


def estate(folder: Path, files: dict[str, object], options: ReadOptions | None = None) -> Estate:
    found = reading(folder, files, options)
    assert found.skipped == ()
    (only,) = found.estates
    return only


def test_function_role_and_policies_join(tmp_path: Path) -> None:
    found = estate(
        tmp_path,
        {
            "a-policy.json": get_policy(),
            "b-function.json": {"Configuration": configuration(), "Code": {}, "Tags": {}},
            "c-role.json": get_role(),
            "d-inline.json": {"RoleName": "r", "PolicyName": "logs", "PolicyDocument": LOGS},
        },
    )
    (function,), (role,) = found.functions, found.roles
    assert (str(function.arn), function.role) == (FUNCTION_ARN, ROLE_ARN)
    assert function.resource_policy is not None
    assert [str(statement.sid) for statement in function.resource_policy] == ["lex"]
    assert (function.vpc, function.tracing, function.runtime) == (False, False, "python3.12")
    assert found.role(function.role) is role
    assert role.trust is not None
    assert [str(policy.name) for policy in role.policies] == ["logs"]
    assert not role.policies_known
    assert (str(found.account), str(found.region), str(found.partition)) == ("111122223333", "us-east-1", "aws")


def test_an_inline_policy_joins_the_role_that_a_function_names(tmp_path: Path) -> None:
    inline = {"RoleName": "r", "PolicyName": "logs", "PolicyDocument": LOGS}
    found = estate(tmp_path, {"a.json": inline, "b.json": configuration()})
    (role,) = found.roles
    assert (role.key, str(role.arn), str(role.path)) == (ROLE_ARN, ROLE_ARN, "/service-role/")
    assert [str(policy.name) for policy in role.policies] == ["logs"]
    assert found.functions[0].role == ROLE_ARN


def test_a_role_known_by_its_arn_alone_has_nothing_known(tmp_path: Path) -> None:
    (role,) = estate(tmp_path, {"b.json": configuration()}).roles
    assert (role.trust, role.policies, role.policies_known) == (None, (), False)


def test_a_trust_policy_may_be_url_encoded(tmp_path: Path) -> None:
    (role,) = estate(tmp_path, {"r.json": get_role(encoded=True)}).roles
    assert role.trust is not None
    assert role.trust.defects == ()
    assert [str(principal.text) for s in role.trust for principal in s.principals or ()] == ["lambda.amazonaws.com"]


def test_the_policies_of_two_qualifiers_are_one_policy(tmp_path: Path) -> None:
    live = get_policy(f"{FUNCTION_ARN}:live", "lex")
    (function,) = estate(tmp_path, {"a.json": get_policy(), "b.json": live, "c.json": live}).functions
    assert function.resource_policy is not None
    resources = [str(r.text) for s in function.resource_policy for r in s.resources or ()]
    assert resources == [FUNCTION_ARN, f"{FUNCTION_ARN}:live"]
    assert [statement.index for statement in function.resource_policy] == [0, 1]
    assert function.resource_policy.defects == ()


def test_a_bundle_known_by_name_joins_the_only_function_of_that_name(tmp_path: Path) -> None:
    bundle = {"function": {"name": "f"}, "hooks": [{"lex": "v1", "intent": "I"}]}
    for names in (("a.json", "b.json"), ("b.json", "a.json")):
        (function,) = estate(tmp_path, dict(zip(names, (bundle, get_policy()), strict=True))).functions
        assert str(function.arn) == FUNCTION_ARN
        assert str(function.hooks[0].source_arn) == "arn:aws:lex:us-east-1:111122223333:intent:I:*"
        assert function.resource_policy is not None
        assert len(function.resource_policy.statements) == 1


def test_a_name_that_two_functions_have_joins_neither(tmp_path: Path) -> None:
    other = FUNCTION_ARN.replace("us-east-1", "eu-west-1")
    files = {"a.json": get_policy(), "b.json": get_policy(other), "c.json": {"function": {"name": "f"}}}
    found = estate(tmp_path, files)
    assert [str(function.arn) for function in found.functions] == [
        FUNCTION_ARN,
        other,
        "arn:aws:lambda:${region}:111122223333:function:f",
    ]
    assert str(found.region) == "${region}"


def test_two_accounts_leave_the_account_of_the_estate_open(tmp_path: Path) -> None:
    other = FUNCTION_ARN.replace("111122223333", "444455556666")
    files = {"a.json": get_policy(), "b.json": get_policy(other)}
    assert str(estate(tmp_path, files).account) == "${account}"
    assert str(estate(tmp_path, files, ReadOptions(account="444455556666")).account) == "444455556666"


def test_options_fill_what_is_known_by_name_and_nothing_else(tmp_path: Path) -> None:
    options = ReadOptions(account="999900001111", region="cn-north-1")
    found = estate(tmp_path, {"a.json": {"function": {"name": "g"}}, "b.json": get_policy()}, options)
    assert [str(function.arn) for function in found.functions] == [
        "arn:aws-cn:lambda:cn-north-1:999900001111:function:g",
        FUNCTION_ARN,
    ]


def test_account_details_keep_the_roles_of_lambda_with_all_their_policies(tmp_path: Path) -> None:
    found = estate(tmp_path, {"a.json": account_details()})
    (role,) = found.roles
    assert (str(role.name), role.policies_known) == ("for-lambda", True)
    assert [(str(p.name), p.policy is not None, p.shared) for p in role.policies] == [
        ("inline", True, False),
        ("own", True, False),
        ("AWSLambdaBasicExecutionRole", True, False),
    ]
    own = role.policies[1].policy
    assert own is not None
    assert len(own.statements) == 1
    assert role.boundary is not None
    assert len(role.boundary.statements) == 1
    assert found.unresolved == ()


def test_account_details_keep_a_role_that_a_function_names(tmp_path: Path) -> None:
    named = configuration("arn:aws:iam::111122223333:role/for-ec2")
    roles = estate(tmp_path, {"a.json": account_details(), "b.json": named}).roles
    assert [str(role.name) for role in roles] == ["for-lambda", "for-ec2"]
    assert all(role.policies[1].shared for role in roles)


def test_attached_policies_belong_to_the_only_role_of_their_folder(tmp_path: Path) -> None:
    attached = {
        "AttachedPolicies": [
            {"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"},
        ]
    }
    other = get_role()
    other["Role"] = {**get_role()["Role"], "RoleName": "s", "Arn": "arn:aws:iam::111122223333:role/s"}  # type: ignore[dict-item] # the helper says object
    files = {"r/role.json": get_role(), "r/attached.json": attached, "s/role.json": other}
    found = estate(tmp_path, files)
    assert [len(role.policies) for role in found.roles] == [1, 0]
    assert [unresolved.text for unresolved in found.unresolved] == ["arn:aws:iam::111122223333:policy/own"]
    version = {"PolicyVersion": {"Document": LOGS, "VersionId": "v1", "IsDefaultVersion": True}}
    found = estate(tmp_path, {**files, "version.json": version})
    assert found.roles[0].policies[0].policy is not None
    assert found.documents == ()


def test_attached_policies_of_no_known_role_are_told(tmp_path: Path) -> None:
    attached = {"AttachedPolicies": [{"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"}]}
    (skipped,) = reading(tmp_path, {"attached.json": attached}).skipped
    assert skipped.reason == "it is not said which role these policies are attached to"


def test_a_version_of_no_known_policy_is_a_document(tmp_path: Path) -> None:
    version = {"PolicyVersion": {"Document": LOGS, "VersionId": "v1", "IsDefaultVersion": True}}
    assert len(estate(tmp_path, {"version.json": version}).documents) == 1


@pytest.mark.parametrize("more", [{"IsTruncated": True, "Marker": "m"}, {"NextToken": "t"}])
def test_an_output_that_stops_before_its_end_is_told(tmp_path: Path, more: dict[str, object]) -> None:
    (skipped,) = reading(tmp_path, {"a.json": {**account_details(), **more}}).skipped
    assert skipped.reason == "the output stops before its end"


def test_a_function_that_two_bundles_describe_is_told(tmp_path: Path) -> None:
    found = reading(tmp_path, {"a.json": {"function": {"name": "f"}}, "b.json": {"function": {"name": "f"}}})
    assert len(found.estates[0].functions) == 1
    assert "the function `f` is described twice" in found.skipped[0].reason
    assert (found.skipped[0].origin.file or "").endswith("b.json")


def _with_role(name: str, **role: object) -> dict[str, object]:
    return {"function": {"name": name}, "role": {"arn": ROLE_ARN, **role}}


OTHER_TRUST = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "ec2.amazonaws.com"}}]}
OTHER_LOGS = {**LOGS, "Statement": [{**LOGS["Statement"][0], "Action": "*"}]}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"trust_policy": TRUST}, {"trust_policy": OTHER_TRUST}, id="trust"),
        pytest.param({"trust_policy": TRUST}, {"trust_policy": LOGS}, id="a trust policy that is none"),
        pytest.param({"boundary": LOGS}, {"boundary": OTHER_LOGS}, id="boundary"),
        pytest.param(
            {"policies": [{"name": "p", "document": LOGS}]},
            {"policies": [{"name": "p", "document": OTHER_LOGS}]},
            id="the same policy",
        ),
        pytest.param({"policies": []}, {"policies": [{"name": "p", "document": LOGS}]}, id="the list of policies"),
    ],
)
def test_a_role_that_two_bundles_describe_differently_is_told(
    tmp_path: Path, first: dict[str, object], second: dict[str, object]
) -> None:
    """Which one is true is not known: the functions are audited, and what their role may do is not."""
    found = reading(tmp_path, {"a.json": _with_role("f", **first), "b.json": _with_role("g", **second)})
    (told,) = found.skipped
    assert "the role `r` is described otherwise than at" in told.reason
    assert "a.json:5:" in told.reason
    assert (told.origin.file or "").endswith("b.json")
    (role,) = found.estates[0].roles
    assert (role.trust, role.policies, role.policies_known, role.boundary) == (None, (), False, None)
    assert [str(function.name) for function in found.estates[0].functions_of(role)] == ["f", "g"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"trust_policy": TRUST}, {"policies": []}, id="each tells its part"),
        pytest.param(
            {"policies": [{"name": "p", "document": LOGS}, {"name": "q", "document": OTHER_LOGS}]},
            {"policies": [{"name": "q", "document": OTHER_LOGS}, {"name": "p", "document": LOGS}]},
            id="another order",
        ),
        pytest.param(
            {"policies": [{"arn": "arn:aws:iam::111122223333:policy/p"}]},
            {"policies": [{"arn": "arn:aws:iam::111122223333:policy/p", "document": LOGS}]},
            id="one tells the document",
        ),
    ],
)
def test_a_role_that_two_bundles_describe_alike_is_one(
    tmp_path: Path, first: dict[str, object], second: dict[str, object]
) -> None:
    found = reading(tmp_path, {"a.json": _with_role("f", **first), "b.json": _with_role("g", **second)})
    assert found.skipped == ()
    (role,) = found.estates[0].roles
    assert len(found.estates[0].functions_of(role)) == 2


def test_an_output_that_contradicts_another_is_told(tmp_path: Path) -> None:
    other = {"Role": {**get_role()["Role"], "AssumeRolePolicyDocument": OTHER_TRUST}}
    found = reading(tmp_path, {"a.json": get_role(), "b.json": other})
    assert ["the role `r` is described otherwise than at" in skipped.reason for skipped in found.skipped] == [True]


def test_two_functions_share_the_role_that_both_name(tmp_path: Path) -> None:
    role = {"arn": ROLE_ARN, "policies": [{"name": "logs", "document": LOGS}]}
    first, second = ({"function": {"name": name}, "role": role} for name in ("f", "g"))
    found = estate(tmp_path, {"a.json": [first, second]})
    (shared,) = found.roles
    assert len(shared.policies) == 1
    assert [function.name for function in found.functions_of(shared)] == [f.name for f in found.functions]


def test_a_bare_resource_policy_makes_its_function_known_by_name(tmp_path: Path) -> None:
    found = estate(tmp_path, {"p.json": resource_policy()})
    (function,) = found.functions
    assert (str(function.name), function.role, found.documents) == ("f", None, ())
    assert not function.described


def test_a_function_is_described_where_any_input_describes_it(tmp_path: Path) -> None:
    found = estate(tmp_path, {"p.json": resource_policy(), "q.json": configuration()})
    assert [function.described for function in found.functions] == [True]


def test_a_policy_for_two_functions_is_split_between_them(tmp_path: Path) -> None:
    policy = resource_policy()
    statements = policy["Statement"]
    assert isinstance(statements, list)
    statements.append({**statements[0], "Sid": "other", "Resource": FUNCTION_ARN[:-1] + "g"})
    found = estate(tmp_path, {"p.json": policy})
    sids = [[str(s.sid) for s in function.resource_policy or ()] for function in found.functions]
    assert sids == [["lex"], ["other"]]
