"""CloudFormation snippets are valid YAML and say what the fix says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import auditor
from auditor.estate.role import Attachment
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.fixes.plan import plan
from auditor.fixes.render import render
from auditor.iam.document import Pattern, Policy, PolicyKind
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, text
from auditor.iam.writing import statement_dict

from .estates import (
    GROUP,
    HOSTILE,
    NAMES,
    WRITE,
    add_for_intent,
    bundle,
    classifieds,
    cloudformation,
    condition,
    fix,
    from_source,
    function,
    identity,
    invoke,
    role,
    role_policy,
    trust,
)


class TemplateLoader(yaml.SafeLoader):
    """Reads the short forms as CloudFormation does: into the long ones."""


def _long_form(name):
    def construct(loader, node):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if name == "Fn::GetAtt" else value}

    return construct


for _tag, _name in (("!Ref", "Ref"), ("!Sub", "Fn::Sub"), ("!GetAtt", "Fn::GetAtt")):
    TemplateLoader.add_constructor(_tag, _long_form(_name))

PSEUDO = {"AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1", "AWS::Partition": "aws", "Fn": "the-function"}


def deployed(value):
    """A loaded template with its functions carried out, by the rules of the user guide's
    "Fn::Sub": `${Name}` is replaced, `${!Literal}` is `${Literal}`."""
    if isinstance(value, list):
        return [deployed(item) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Ref"]:
        return PSEUDO[value["Ref"]]
    if list(value) == ["Fn::Sub"]:
        return re.sub(
            r"\$\{([^}]*)\}",
            lambda m: "${" + m[1][1:] + "}" if m[1].startswith("!") else PSEUDO[m[1]],
            value["Fn::Sub"],
        )
    return {key: deployed(item) for key, item in value.items()}


def snippet(estate, *operations):
    rendered = render(fix(*operations), estate).cloudformation
    assert rendered is not None, "the fix has no CloudFormation form"
    return rendered


def load(estate, *operations):
    return [deployed(part) for part in yaml.load_all(snippet(estate, *operations), TemplateLoader)]


def test_a_permission_has_the_properties_of_the_call():
    f = function(address="Fn")
    statement = invoke(
        f,
        from_source(text("arn:", Hole("AWS::Partition", HoleType.PARTITION), ":s3:::b")),
        condition("StringEquals", "aws:SourceAccount", text(ACCOUNT)),
        principal="s3.amazonaws.com",
    )
    assert load(cloudformation(f), AddPermission(f, statement, "allow-s3")) == [
        {
            "Resources": {
                "AllowS3": {
                    "Type": "AWS::Lambda::Permission",
                    "Properties": {
                        "FunctionName": "the-function",
                        "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com",
                        "SourceArn": "arn:aws:s3:::b",
                        "SourceAccount": "111122223333",
                    },
                }
            }
        }
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text_in_a_template(name):
    f, held = function(name), role(name)
    statement = replace(invoke(f), resources=(Pattern(text(f.arn)),))
    found = load(bundle(f), AddPermission(f, statement, "x"), RemovePermission(f, invoke(f, sid=name)))
    assert [part["Properties"]["FunctionName"] for part in found[0]["Resources"].values()] == [name]
    inline = AddInlinePolicy(held, name, (identity("logs:PutLogEvents", text(name)),))
    (made,) = load(bundle(f), inline)[0]["Resources"].values()
    assert (made["Properties"]["RoleName"], made["Properties"]["PolicyName"]) == (name, name)
    assert made["Properties"]["PolicyDocument"]["Statement"][0]["Resource"] == name


def test_each_intent_is_a_resource_and_the_wide_permission_is_named():
    """Outside a template the wide permission has its AWS name."""
    f, estate, remove = classifieds()
    adds = [add_for_intent(f, name, f"AllowLex-{name}") for name in NAMES]
    (found,) = load(estate, *adds, remove)
    assert {
        name: (made["Properties"]["FunctionName"], made["Properties"]["SourceArn"])
        for name, made in found["Resources"].items()
    } == {
        f"AllowLex{name}": ("classifieds_lambda", f"arn:aws:lex:eu-west-1:111122223333:intent:{name}:*")
        for name in NAMES
    }
    first = snippet(estate, *adds, remove).splitlines()[0]
    assert first == "# Remove statement AllowLex of the resource policy of classifieds_lambda."


def test_a_qualifier_stands_in_the_function_name():
    """The template reference: FunctionName takes `NAME:ALIAS`."""
    f = function(address="Fn")
    add = AddPermission(f, invoke(f, resource=text(f.arn, ":live")), "x")
    ((made,),) = [part["Resources"].values() for part in load(cloudformation(f), add)]
    assert made["Properties"]["FunctionName"] == "the-function:live"


def test_one_permission_keeps_the_logical_id_of_the_one_it_replaces():
    f = function(address="Fn")
    old = invoke(f, sid="x", origin=Origin("t.yaml", 3, address="AllowLex"))
    written = snippet(cloudformation(f), add_for_intent(f, "CreatePost", "new"), RemovePermission(f, old))
    assert written.startswith("# Takes the place of AllowLex (t.yaml:3).\nResources:\n  AllowLex:\n")


def test_a_new_resource_takes_no_logical_id_that_is_in_use():
    f = function(address="AllowLex")
    (found,) = load_names(cloudformation(f), add_for_intent(f, "CreatePost", "allow-lex"))
    assert found == "AllowLex2"


def load_names(estate, *operations):
    return [name for part in yaml.load_all(snippet(estate, *operations), TemplateLoader) for name in part["Resources"]]


def test_role_policies_are_statements_and_resources():
    policy = role_policy("logs", identity("logs:*", "*", sid="Logs"), attachment=Attachment.MANAGED, arn=text("arn:x"))
    holder = role("r", policy, trust=Policy(PolicyKind.TRUST, (trust("lex.amazonaws.com"),)))
    parts = load(
        bundle(),
        ReplaceStatement(holder, policy, policy.policy.statements[0], (WRITE,)),
        ReplaceTrust(holder, holder.trust.statements[0], (trust("lambda.amazonaws.com"),)),
        AddInlinePolicy(holder, "create-group", (identity("logs:CreateLogGroup", GROUP),)),
        DetachPolicy(holder, policy),
    )
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/classifieds_lambda"
    writing = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{group}:*"}
    trusting = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    creating = {"Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": group}
    document = {"Version": "2012-10-17", "Statement": [creating]}
    properties = {"RoleName": "r", "PolicyName": "create-group", "PolicyDocument": document}
    assert parts == [
        {"Statement": [writing]},
        {"Statement": [trusting]},
        {"Resources": {"CreateGroup": {"Type": "AWS::IAM::RolePolicy", "Properties": properties}}},
    ]


def test_removals_alone_are_remarks():
    _, estate, remove = classifieds()
    assert snippet(estate, remove) == "# Remove statement AllowLex of the resource policy of classifieds_lambda."


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "${x}",
            "${!x}",
            "$",
            "{",
            "'",
            '"',
            ": ",
            "# a",
            "- b",
            "yes",
            "2012-10-17",
            "1e3",
            "\n---\n",
            "!Ref x",
            "*a",
            "~",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
NAMES_OF_ANY_KIND = st.lists(HOSTILE, min_size=1, max_size=4).map("".join)


@settings(max_examples=150)
@given(NAMES_OF_ANY_KIND, NAMES_OF_ANY_KIND)
def test_whatever_the_names_contain_the_yaml_says_them(before, after):
    """Beside a hole, where `!Sub` is needed, and without one; in values, keys and remarks."""
    conditions = (condition("StringEquals", f"aws:PrincipalTag/{before}", after),)
    statement = identity("s3:GetObject", text(before, REGION, after), text(before, after), sid=before)
    statement = replace(statement, conditions=conditions)
    policy = role_policy("p", identity("s3:*", "*", sid=before))
    holder = role(before, policy)
    operation = ReplaceStatement(holder, policy, policy.policy.statements[0], (statement,))
    if any("${" in re.sub(r"\$\{[^{}$]*\}", "", part) for part in (before, after)):
        # `!Sub` has an escape for `${x}`, none for `${` without its end.
        assert render(fix(operation), bundle()).cloudformation is None
        return
    (found,) = load(bundle(), operation)
    expected = json.loads(json.dumps(statement_dict(statement)))
    expected["Resource"][0] = f"{before}eu-west-1{after}"
    assert found == {"Statement": [expected]}


@pytest.mark.parametrize(
    "hole", [Hole("Stage"), Hole("Bot.Id", HoleType.LEX_ID), Hole("AWS::StackName", HoleType.NAME)], ids=str
)
def test_names_of_a_template_mean_something_in_that_template_only(hole):
    f = function(address="Fn")
    add = AddPermission(f, invoke(f, from_source(text("arn:aws:s3:::", hole))), "x")
    written = snippet(cloudformation(f), add)
    assert "SourceArn: !Sub 'arn:aws:s3:::${" + hole.name + "}'" in written
    assert render(fix(add), bundle(f)).cloudformation is None


@pytest.mark.parametrize("name", ["var.env ", "a-b", "a}b", "", "AWS::"])
def test_a_hole_that_a_template_cannot_name_has_no_cloudformation(name):
    f = function(address="Fn")
    add = AddPermission(f, invoke(f, from_source(text("arn:aws:s3:::", Hole(name)))), "x")
    assert render(fix(add), cloudformation(f)).cloudformation is None


def test_cfn_lint_has_nothing_against_the_resources():
    api = pytest.importorskip("cfnlint.api", reason="cfn-lint is not installed")
    f, estate, remove = classifieds()
    through_url = invoke(f, condition("Bool", "lambda:InvokedViaFunctionUrl", "true"))
    operations = [
        *(add_for_intent(f, name, f"AllowLex-{name}") for name in NAMES),
        AddPermission(f, invoke(f, condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")), "org"),
        AddPermission(f, invoke(f, condition("StringEquals", "lambda:EventSourceToken", "amzn1.ask")), "alexa"),
        AddPermission(f, through_url, "url"),
        AddInlinePolicy(role(), "write-logs", (WRITE,)),
        remove,
    ]
    matches = api.lint_all(snippet(estate, *operations) + "\n")
    assert [str(match) for match in matches if match.rule.severity in ("error", "warning")] == []


def test_a_permission_that_hangs_on_a_condition_is_told_of():
    """What takes its place has to hang on the condition too, or would be there without."""
    f = function(address="Fn")
    place = Origin("t.yaml", 3, address="AllowLex")
    old = replace(invoke(f, sid="x", origin=place), uncertain="whether `AllowLex` is there is not known")
    written = snippet(cloudformation(f), add_for_intent(f, "CreatePost", "new"), RemovePermission(f, old))
    assert written.startswith("# Give it the condition of AllowLex, which may not be there.\n")


def test_a_name_that_the_template_makes_of_a_parameter_is_made_of_it(tmp_path, monkeypatch):
    """What the default of the parameter is today it need not be in another stack."""
    monkeypatch.chdir(tmp_path)
    parameters = "Parameters: {Stage: {Type: String, Default: dev}}\n"
    template = _writing_anywhere("{FunctionName: !Sub '${Stage}-f', Role: !GetAtt R.Arn}", "logs:PutLogEvents")
    Path("template.yaml").write_text(parameters + template)
    found = next(f for f in auditor.audit(auditor.read(".")).findings if f.rule == "logs-wildcard")
    written = render(plan(found)[0], found.fact.estate).cloudformation
    assert "log-group:/aws/lambda/${Stage}-f:*" in written
    assert "dev-f" not in written


def test_a_statement_that_makes_a_role_wait_for_its_own_function_is_told_apart(tmp_path, monkeypatch):
    """CloudFormation refuses resources that wait for one another (user guide, "circular dependency")."""
    monkeypatch.chdir(tmp_path)
    actions = "[logs:CreateLogStream, logs:PutLogEvents]"
    Path("template.yaml").write_text(_writing_anywhere("{Role: !GetAtt R.Arn}", actions))
    found = next(f for f in auditor.audit(auditor.read(".")).findings if f.rule == "logs-wildcard")
    written = render(plan(found)[0], found.fact.estate).cloudformation
    assert "They name F, which waits for R" in written.replace("\n# ", " ")


def _writing_anywhere(function: str, actions: str) -> str:
    """A function with these properties, whose role may do these actions on every log group."""
    return (
        f"Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {function}}}\n"
        "  R:\n    Type: AWS::IAM::Role\n    Properties:\n"
        "      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n"
        "          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}\n"
        "      Policies:\n        - PolicyName: logs\n          PolicyDocument:\n            Version: '2012-10-17'\n"
        f"            Statement: {{Effect: Allow, Action: {actions}, Resource: '*'}}\n"
    )
