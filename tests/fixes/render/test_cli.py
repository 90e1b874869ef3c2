"""The commands do what the fix says: run by the real AWS CLI against moto."""

from __future__ import annotations

import io
import itertools
import json
import shlex
import subprocess
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import boto3
import botocore.session
import pytest
from botocore import xform_name
from msgspec.structs import replace

from auditor.estate.role import Attachment
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.fixes.render import render
from auditor.iam.document import Pattern, Policy, PolicyKind, UnknownStatement
from auditor.iam.text import ACCOUNT, Hole, text

from .estates import (
    HERE,
    HOSTILE,
    add_for_intent,
    bundle,
    condition,
    fix,
    from_source,
    function,
    identity,
    intent_arn,
    invoke,
    role,
    role_policy,
    trust,
)

NOBODY = "123456789012"
"""The account that moto takes every caller for."""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lex.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
WRITES = identity("logs:PutLogEvents", "*")
WIDE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}


def commands(*operations):
    rendered = render(fix(*operations), bundle()).cli
    assert rendered, "the fix has no commands"
    return list(rendered)


@pytest.fixture
def client(endpoint):
    def make(service):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name="eu-west-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    return make


@pytest.fixture
def live_role(client):
    iam = client("iam")
    iam.create_role(RoleName="lambda_role", AssumeRolePolicyDocument=json.dumps(TRUST))
    yield iam
    for name in iam.list_role_policies(RoleName="lambda_role")["PolicyNames"]:
        iam.delete_role_policy(RoleName="lambda_role", PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName="lambda_role")["AttachedPolicies"]:
        iam.detach_role_policy(RoleName="lambda_role", PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName="lambda_role")


@pytest.fixture
def live_function(client, live_role):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass")
    made = client("lambda")
    made.create_function(
        FunctionName="classifieds_lambda",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{NOBODY}:role/lambda_role",
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )
    made.add_permission(
        FunctionName="classifieds_lambda",
        StatementId="AllowLex",
        Action="lambda:InvokeFunction",
        Principal="lex.amazonaws.com",
    )
    yield made
    made.delete_function(FunctionName="classifieds_lambda")


def policy_of(lambda_client):
    statements = json.loads(lambda_client.get_policy(FunctionName="classifieds_lambda")["Policy"])["Statement"]
    return {statement["Sid"]: statement for statement in statements}


def test_the_wide_permission_gives_way_to_one_for_each_intent(shell, live_function):
    f = function()
    run = commands(
        add_for_intent(f, "CreatePost", "AllowLex-CreatePost"),
        add_for_intent(f, "ReadPost", "AllowLex-ReadPost"),
        RemovePermission(f, invoke(f, sid="AllowLex")),
    )
    shell(run)
    found = policy_of(live_function)
    assert sorted(found) == ["AllowLex-CreatePost", "AllowLex-ReadPost"]
    assert found["AllowLex-ReadPost"]["Principal"] == {"Service": "lex.amazonaws.com"}
    bound = {
        key.lower(): value for keys in found["AllowLex-ReadPost"]["Condition"].values() for key, value in keys.items()
    }
    assert bound == {"aws:sourcearn": f"arn:aws:lex:eu-west-1:{NOBODY}:intent:ReadPost:*"}
    added, removed = [c for c in run if "add-permission" in c], [c for c in run if "remove-permission" in c]
    assert run[2:] == added + removed


@pytest.fixture
def received():
    """A server that takes every call, and what was asked of it: path and JSON body."""
    asked = []

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, body))
            self.send_response(201)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format, *args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def test_every_argument_reaches_the_api(shell, received):
    """moto forgets some of them, so this looks at the call that the AWS CLI makes."""
    port, asked = received
    f = function("-odd's$(name)", where="eu-west-1:" + NOBODY)
    conditions = (
        from_source("arn:aws:s3:::bucket"),
        condition("StringEquals", "aws:SourceAccount", NOBODY),
        condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        condition("StringEquals", "lambda:EventSourceToken", "amzn1.ask.skill.1-2"),
    )
    statement = invoke(f, *conditions, principal="s3.amazonaws.com", resource=text(f.arn, ":live"))
    shell([f"export AWS_ENDPOINT_URL=http://127.0.0.1:{port}", *commands(AddPermission(f, statement, "-Allow"))])
    expected = {
        "StatementId": "-Allow",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceArn": "arn:aws:s3:::bucket",
        "SourceAccount": NOBODY,
        "PrincipalOrgID": "o-a1b2c3d4e5",
        "EventSourceToken": "amzn1.ask.skill.1-2",
    }
    name = quote("-odd's$(name)", safe="-_.~")
    assert asked == [(f"/2015-03-31/functions/{name}/policy?Qualifier=live", expected)]


def test_the_arguments_of_function_urls_are_named_as_the_aws_cli_names_them():
    """The AWS CLI makes its options of the names in the API's model."""
    model = botocore.session.get_session().get_service_model("lambda")
    options = {xform_name(name, "-") for name in model.operation_model("AddPermission").input_shape.members}
    f = function()
    public = invoke(f, condition("StringEquals", "lambda:FunctionUrlAuthType", "NONE"))
    public = replace(public, actions=(Pattern(text("lambda:InvokeFunctionUrl")),))
    through_url = invoke(f, condition("Bool", "lambda:InvokedViaFunctionUrl", "true"))
    run = commands(AddPermission(f, public, "a"), AddPermission(f, through_url, "b"))
    assert run[0].endswith(" --function-url-auth-type NONE")
    assert run[1].endswith(" --invoked-via-function-url")
    used = {word.removeprefix("--") for command in run for word in shlex.split(command) if word.startswith("--")}
    assert used <= options


def test_a_role_gets_its_inline_policy_and_the_right_trust(shell, live_role):
    group = text("arn:aws:logs:", HERE, ":log-group:/aws/lambda/it's $(odd):*")
    held = role(trust=Policy(PolicyKind.TRUST).with_statements((trust("lex.amazonaws.com"),)))
    shell(
        commands(
            AddInlinePolicy(held, "write-logs", (identity(["logs:CreateLogStream", "logs:PutLogEvents"], group),)),
            ReplaceTrust(held, held.trust.statements[0], (trust("lambda.amazonaws.com"),)),
        )
    )
    assert live_role.get_role_policy(RoleName="lambda_role", PolicyName="write-logs")["PolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"arn:aws:logs:eu-west-1:{NOBODY}:log-group:/aws/lambda/it's $(odd):*",
            }
        ],
    }
    trusted = live_role.get_role(RoleName="lambda_role")["Role"]["AssumeRolePolicyDocument"]
    assert [s["Principal"] for s in trusted["Statement"]] == [{"Service": "lambda.amazonaws.com"}]


def test_edits_of_one_policy_are_one_command_that_writes_the_whole(shell, live_role):
    live_role.put_role_policy(RoleName="lambda_role", PolicyName="p", PolicyDocument=json.dumps(WIDE))
    kept = identity("s3:GetObject", "arn:aws:s3:::b/*", sid="Kept")
    policy = role_policy("p", identity("logs:*", "*"), kept, identity("sqs:*", "*"))
    held = role("lambda_role", policy)
    first, _, third = policy.policy.statements
    run = commands(
        ReplaceStatement(held, policy, first, (identity("logs:PutLogEvents", "arn:aws:logs:a:b:c"),)),
        ReplaceStatement(held, policy, third, ()),
    )
    assert [c.split()[:3] for c in run] == [["aws", "iam", "put-role-policy"]]
    shell(run)
    document = live_role.get_role_policy(RoleName="lambda_role", PolicyName="p")["PolicyDocument"]
    assert document["Statement"] == [
        {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:a:b:c"},
        {"Sid": "Kept", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
    ]


def test_an_inline_policy_of_which_nothing_is_left_is_deleted(shell, live_role):
    live_role.put_role_policy(RoleName="lambda_role", PolicyName="p", PolicyDocument=json.dumps(WIDE))
    policy = role_policy("p", identity("logs:*", "*"))
    shell(commands(ReplaceStatement(role("lambda_role", policy), policy, policy.policy.statements[0], ())))
    assert live_role.list_role_policies(RoleName="lambda_role")["PolicyNames"] == []


def test_a_managed_policy_gets_a_new_default_version_and_another_is_detached(shell, live_role):
    made = [live_role.create_policy(PolicyName=name, PolicyDocument=json.dumps(WIDE)) for name in ("kept", "gone")]
    arns = [policy["Policy"]["Arn"] for policy in made]
    for arn in arns:
        live_role.attach_role_policy(RoleName="lambda_role", PolicyArn=arn)
    mine = text("arn:aws:iam::", ACCOUNT, ":policy/kept")
    kept = role_policy("kept", identity("logs:*", "*"), attachment=Attachment.MANAGED, arn=mine)
    gone = role_policy("gone", identity("logs:*", "*"), attachment=Attachment.MANAGED, arn=text(arns[1]))
    held = role("lambda_role", kept, gone)
    by = (identity("logs:PutLogEvents", "*"),)
    shell(commands(ReplaceStatement(held, kept, kept.policy.statements[0], by), DetachPolicy(held, gone)))
    version = live_role.get_policy(PolicyArn=arns[0])["Policy"]["DefaultVersionId"]
    document = live_role.get_policy_version(PolicyArn=arns[0], VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"] == [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]
    attached = live_role.list_attached_role_policies(RoleName="lambda_role")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [arns[0]]


def test_a_managed_policy_that_has_five_versions_loses_the_oldest_that_is_not_in_force(shell, live_role):
    """IAM quotas: a managed policy has at most five versions, and CreatePolicyVersion fails beyond."""
    arn = live_role.create_policy(PolicyName="full", PolicyDocument=json.dumps(WIDE))["Policy"]["Arn"]
    live_role.attach_role_policy(RoleName="lambda_role", PolicyArn=arn)
    full = role_policy("full", identity("logs:*", "*"), attachment=Attachment.MANAGED, arn=text(arn))
    held = role("lambda_role", full)

    def versions() -> list[str]:
        listed = live_role.list_policy_versions(PolicyArn=arn)["Versions"]
        return sorted(version["VersionId"] for version in listed)

    run = commands(ReplaceStatement(held, full, full.policy.statements[0], (identity("logs:PutLogEvents", "*"),)))
    shell(run)
    assert versions() == ["v1", "v2"], "nothing goes while there is room"
    for _ in range(3):
        live_role.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(WIDE))
    live_role.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert versions() == ["v1", "v2", "v3", "v4", "v5"]
    shell(run)
    assert versions() == ["v1", "v3", "v4", "v5", "v6"]
    assert live_role.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v6"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_one_argument_and_nothing_else(name, tmp_path):
    """Every command is run by a shell whose `aws` tells what it was given."""
    told = tmp_path / "aws"
    told.write_text(f'#!/bin/sh\nfor one in "$@"; do printf \'%s\\0\' "$one" >> {tmp_path}/told; done\n')
    told.chmod(0o755)
    f = function(name, where="eu-west-1:" + NOBODY)
    policy = role_policy(name, identity("logs:*", "*"), identity("s3:GetObject", text(f"arn:aws:s3:::{name}/*")))
    held = role(name, policy)
    remove = RemovePermission(f, invoke(f, sid="x", resource=text(f.arn, ":", name)))
    edit = ReplaceStatement(held, policy, policy.policy.statements[0], (identity("logs:PutLogEvents", text(name)),))
    for operation, given in (
        (remove, ("--function-name", name)),
        (remove, ("--qualifier", name)),
        (edit, ("--role-name", name)),
        (edit, ("--policy-name", name)),
        (AddInlinePolicy(held, name, (WRITES,)), ("--policy-name", name)),
        (DetachPolicy(held, replace(policy, arn=text("arn:aws:iam::aws:policy/", name))), ("--role-name", name)),
    ):
        (tmp_path / "told").unlink(missing_ok=True)
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(commands(operation))],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": "/nowhere"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        words = (tmp_path / "told").read_text().split("\0")[:-1]
        option, value = given
        pairs = [*itertools.pairwise(words), *(tuple(w.split("=", 1)) for w in words if "=" in w)]
        assert (option, value) in pairs, words
        document = next((w for w in words if w.startswith("{")), "{}")
        assert json.loads(document).get("Version", "2012-10-17") == "2012-10-17"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["aws", "told"]


def test_a_literal_region_is_given_and_the_default_one_where_an_argument_names_it():
    literal = function(where="us-east-1:" + NOBODY)
    (remove,) = commands(RemovePermission(literal, invoke(literal, sid="x")))
    assert "--region us-east-1" in remove
    default = function()
    (remove,) = commands(RemovePermission(default, invoke(default, sid="x")))
    assert "--region" not in remove
    statement = invoke(default, from_source(intent_arn("A")))
    run = commands(AddPermission(default, statement, "y"), RemovePermission(default, invoke(default, sid="x")))
    assert [c.endswith('--region "${REGION}"') for c in run] == [False, False, True, True]


@pytest.mark.parametrize(
    "operation",
    [
        AddPermission(function(), invoke(function(), condition("StringLike", "aws:SourceArn", "*")), "x"),
        AddPermission(function(text("a-", Hole("var.env"))), invoke(function(text("a-", Hole("var.env")))), "x"),
        RemovePermission(function(), invoke(function())),
        AddInlinePolicy(role(), "file:///etc/passwd", (identity("logs:*", "*"),)),
        ReplaceTrust(role(), None, ()),
    ],
    ids=["condition", "name with a hole", "no Sid", "a name the AWS CLI would load", "no trust left"],
)
def test_half_a_fix_is_never_printed(operation):
    """A fix of which one command cannot be written has none: the rest alone would not be the fix."""
    sayable = AddInlinePolicy(role(), "fine", (identity("logs:*", "*"),))
    assert render(fix(sayable, operation), bundle()).cli == ()


def test_a_document_of_which_a_part_is_not_known_is_not_overwritten():
    policy = role_policy("p", identity("logs:*", "*"))
    known = Policy(PolicyKind.IDENTITY, policy.policy.statements, (UnknownStatement(text(Hole("var.more"))),))
    partly = role_policy("p")
    partly = type(partly)(partly.name, partly.attachment, known)
    operation = ReplaceStatement(role("r", partly), partly, known.statements[0], ())
    assert render(fix(operation), bundle()).cli == ()
