"""Intrinsic functions give what the CloudFormation user guide says, or a hole.

Expectations: "Intrinsic function reference" and "Pseudo parameters reference".
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Read, template

Value = Callable[..., str]

KNOWN = [
    ("plain", "plain"),
    ("!Join ['-', [a, b, c]]", "a-b-c"),
    ("{'Fn::Join': ['', [a, b]]}", "ab"),
    ("!Join ['', []]", ""),
    ("!Select [1, [a, b, c]]", "b"),
    ("!Select ['1', [a, b, c]]", "b"),
    ("!Select [2, !Split ['|', 'a|b|c']]", "c"),
    ("!Select [0, !Split ['--', 'a--b']]", "a"),
    ("!Sub 'x-${AWS::Partition}'", "x-aws"),
    ("!Sub ['${A}-${B}', {A: one, B: !Join ['', [t, wo]]}]", "one-two"),
    ("{'Fn::Sub': '${AWS::URLSuffix}'}", "amazonaws.com"),
    ("!Sub 'a${!Literal}b'", "a${Literal}b"),
    ("!Sub '${!aws:username}'", "${aws:username}"),
    ("'${aws:username}'", "${aws:username}"),
    ("!Base64 plain", "cGxhaW4="),
    ("!Select [1, !Cidr [10.0.0.0/16, 4, 8]]", "10.0.1.0/24"),
    ("!Select [0, !Cidr ['192.168.0.0/24', 2, 5]]", "192.168.0.0/27"),
    ("!FindInMap [Stages, dev, Name]", "development"),
    ("!FindInMap [Stages, !Ref Stage, Name]", "development"),
    ("!FindInMap [Stages, none, Name, {DefaultValue: fallback}]", "fallback"),
    ("!ToJsonString {a: [1, true, !Ref Stage]}", '{"a":[1,true,"dev"]}'),
    ("!Join ['', [n, !Length [a, b]]]", "n2"),
    ("!If [Holds, a, b]", "a"),
    ("!If [Fails, a, b]", "b"),
    ("!If [Both, a, !If [Either, c, d]]", "c"),
    ("!Join [',', [a, !If [Fails, b, !Ref 'AWS::NoValue'], c]]", "a,c"),
    ("!Ref Stage", "dev"),
    ("!Ref Count", "3"),
    ("!Select [1, !Ref Names]", "two"),
    ("!Join [':', !Ref Names]", "one:two"),
    ("!Sub '${Stage}-x'", "dev-x"),
    ("!Ref 'AWS::Region'", "${region}"),
    ("!Sub 'f-${AWS::AccountId}'", "f-${account}"),
]

SECTIONS = """
Parameters:
  Stage: {Type: String, Default: dev}
  Count: {Type: Number, Default: 3}
  Names: {Type: CommaDelimitedList, Default: "one, two"}
Mappings:
  Stages: {dev: {Name: development}, prod: {Name: production}}
Conditions:
  Holds: !Equals [!Ref Stage, dev]
  Fails: !Not [!Condition Holds]
  Both: !And [!Condition Holds, !Condition Fails]
  Either: !Or [!Condition Holds, !Condition Fails]
"""


@pytest.mark.parametrize(("expression", "expected"), KNOWN)
def test_what_is_known_is_computed(value: Value, expression: str, expected: str) -> None:
    assert value(expression, SECTIONS) == expected


UNKNOWN = [
    ("!Ref Free", "${Free}"),
    ("!Sub 'a-${Free}-b'", "a-${Free}-b"),
    ("!Join ['-', [!Ref Free, b]]", "${Free}-b"),
    ("!Select [0, !Split ['-', !Ref Free]]", "${Fn::Select [0, ${Fn::Split [-, ${Free}]}]}"),
    ("!Base64 {Ref: Free}", "${Fn::Base64 ${Free}}"),
    ("!ImportValue shared", "${Fn::ImportValue shared}"),
    ("!ImportValue {'Fn::Sub': '${Free}-arn'}", "${Fn::ImportValue ${Free}-arn}"),
    ("!Select [0, !GetAZs '']", "${Fn::Select [0, ${Fn::GetAZs }]}"),
    ("!FindInMap [Stages, !Ref Free, Name]", "${Fn::FindInMap [Stages, ${Free}, Name]}"),
    ("!FindInMap [Stages, !Ref Free, Same]", "everywhere"),
    ("!If [Open, same, same]", "same"),
    ("!If [Open, a, b]", "${Fn::If Open: a, b}"),
    ("!Ref Secret", "${Secret}"),
    ("!Ref Stored", "${Stored}"),
    ("'x-{{resolve:ssm:/path/name:1}}'", "x-${resolve:ssm:/path/name:1}"),
    ("!Ref 'AWS::StackName'", "${AWS::StackName}"),
]

OPEN_SECTIONS = """
Parameters:
  Free: {Type: String}
  Secret: {Type: String, NoEcho: true, Default: hidden}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /the/name}
Mappings:
  Stages: {dev: {Name: d, Same: everywhere}, prod: {Name: p, Same: everywhere}}
Conditions:
  Open: !Equals [!Ref Free, yes-please]
"""


@pytest.mark.parametrize(("expression", "expected"), UNKNOWN)
def test_what_is_not_known_is_a_hole_named_after_it(value: Value, expression: str, expected: str) -> None:
    assert value(expression, OPEN_SECTIONS) == expected


def test_flags_fill_pseudo_parameters(value: Value) -> None:
    written = "!Sub '${AWS::Partition}.${AWS::Region}.${AWS::AccountId}.${AWS::URLSuffix}'"
    told = {"account": "111122223333", "region": "cn-north-1", "partition": "aws-cn"}
    assert value(written, **told) == "aws-cn.cn-north-1.111122223333.amazonaws.com.cn"


def test_a_variable_sets_a_parameter(value: Value) -> None:
    assert value("!Ref Stage", SECTIONS, vars={"Stage": "prod"}) == "prod"
    assert value("!If [Holds, a, b]", SECTIONS, vars={"Stage": "prod"}) == "b"
    assert value("!If [Open, a, b]", OPEN_SECTIONS, vars={"Free": "yes-please"}) == "a"


def test_a_variable_does_not_show_what_is_kept_from_sight(value: Value) -> None:
    assert value("!Ref Secret", OPEN_SECTIONS, vars={"Secret": "told"}) == "${Secret}"


WRONG = [
    ("!Ref Nothing", "`Nothing` is neither a parameter nor a resource of this template"),
    ("!GetAtt Nothing.Arn", "`Nothing` is no resource of this template"),
    ("!GetAtt Asked", "`Asked` names no attribute"),
    ("!Sub '${Nothing}'", "`Nothing` is neither a parameter nor a resource of this template"),
    ("!Sub '${aws:username}'", "`${aws:username}` in `Fn::Sub` names nothing"),
    ("!Sub [a]", "`Fn::Sub` takes a text, or a text and an object"),
    ("!If [Nothing, a, b]", "the condition `Nothing` is not declared in this template"),
    ("!If [Holds, a]", "`Fn::If` takes a condition and two values"),
    ("!Select [5, [a, b]]", "`Fn::Select` asks for item 5 of 2"),
    ("!Select [x, [a, b]]", "`Fn::Select` takes an index and a list"),
    ("!Join [a]", "`Fn::Join` takes a list of 2 values"),
    ("!Join ['', [[a], b]]", "only texts can be joined"),
    ("!Split ['', b]", "`Fn::Split` takes a separator and a text"),
    ("!FindInMap [None, a, b]", "the map `None` is not declared in this template"),
    ("!FindInMap [Stages, dev, None]", "the map `Stages` has no `dev`, `None`"),
    ("!Cidr [nonsense, 1, 8]", "`Fn::Cidr` refuses `nonsense`, `1`, `8`"),
    ("!Unheard x", "unknown tag `!Unheard`"),
    ("{'Fn::Unheard': x}", "unknown function `Fn::Unheard`"),
    ("!Ref Asked", "`Ref` of `Asked` refers to itself"),
]


@pytest.mark.parametrize(("expression", "message"), WRONG)
def test_what_aws_refuses_is_told_with_its_place(
    read_wrong: Callable[..., object], expression: str, message: str
) -> None:
    estate, told = read_wrong(template(expression, SECTIONS))  # type: ignore[misc] # the fixture's pair
    (place, reason) = told[0]
    assert reason == message
    assert place.startswith("template.yaml:")
    assert place.split(":")[1].isdecimal()
    assert [function.address for function in estate.functions] == ["Asked"]


REFERENCES = [
    ("AWS::Lambda::Function", "{FunctionName: f}", "Ref", "f"),
    ("AWS::Lambda::Function", "{}", "Ref", "${R}"),
    ("AWS::Lambda::Function", "{FunctionName: f}", "Arn", "arn:aws:lambda:${region}:${account}:function:f"),
    (
        "AWS::Lambda::Alias",
        "{FunctionName: f, Name: live}",
        "Ref",
        "arn:aws:lambda:${region}:${account}:function:f:live",
    ),
    (
        "AWS::Lambda::Version",
        "{FunctionName: !Sub 'arn:aws:lambda:eu-west-1:111122223333:function:f'}",
        "Ref",
        "arn:aws:lambda:eu-west-1:111122223333:function:f:${R.Version}",
    ),
    ("AWS::IAM::Role", "{RoleName: r, Path: /p/}", "Arn", "arn:aws:iam::${account}:role/p/r"),
    ("AWS::IAM::Role", "{}", "Ref", "${R}"),
    ("AWS::IAM::ManagedPolicy", "{ManagedPolicyName: p}", "Ref", "arn:aws:iam::${account}:policy/p"),
    ("AWS::Logs::LogGroup", "{LogGroupName: /g}", "Arn", "arn:aws:logs:${region}:${account}:log-group:/g:*"),
    ("AWS::Lex::Bot", "{Name: b}", "Ref", "${R}"),
    ("AWS::Lex::Bot", "{Name: b}", "Arn", "arn:aws:lex:${region}:${account}:bot/${R}"),
    ("AWS::Lex::BotAlias", "{BotId: ABCDEFGHIJ}", "BotAliasId", "${R.BotAliasId}"),
    (
        "AWS::Lex::BotAlias",
        "{BotId: ABCDEFGHIJ}",
        "Arn",
        "arn:aws:lex:${region}:${account}:bot-alias/ABCDEFGHIJ/${R.BotAliasId}",
    ),
    ("AWS::S3::Bucket", "{BucketName: b}", "Arn", "arn:aws:s3:::b"),
    ("AWS::SNS::Topic", "{TopicName: t}", "Ref", "arn:aws:sns:${region}:${account}:t"),
    ("AWS::SNS::Topic", "{}", "Ref", "arn:aws:sns:${region}:${account}:${R.TopicName}"),
    ("AWS::SQS::Queue", "{QueueName: q}", "Arn", "arn:aws:sqs:${region}:${account}:q"),
    ("AWS::Events::Rule", "{Name: n, EventBusName: b}", "Arn", "arn:aws:events:${region}:${account}:rule/b/n"),
    ("AWS::Events::Rule", "{Name: n, EventBusName: b}", "Ref", "b|n"),
    ("AWS::Events::Rule", "{Name: n}", "Arn", "arn:aws:events:${region}:${account}:rule/n"),
    ("Custom::Thing", "{ServiceToken: x}", "Outcome", "${R.Outcome}"),
]


@pytest.mark.parametrize(("type_", "properties", "attribute", "expected"), REFERENCES)
def test_resources_have_the_arns_and_names_that_aws_gives_them(
    value: Value, type_: str, properties: str, attribute: str, expected: str
) -> None:
    resources = f"  R: {{Type: '{type_}', Properties: {properties}}}\n"
    written = "!Ref R" if attribute == "Ref" else f"!GetAtt R.{attribute}"
    assert value(written, resources=resources) == expected
    if attribute != "Ref":
        assert value(f"{{'Fn::GetAtt': [R, {attribute}]}}", resources=resources) == expected
        assert value(f"!Sub '${{R.{attribute}}}'", resources=resources) == expected


def test_what_aws_makes_up_is_not_listed_as_unresolved(read: Read) -> None:
    assert read("Resources: {F: {Type: AWS::Lambda::Function}}").unresolved == ()


def test_what_a_user_may_tell_is_listed_as_unresolved(read: Read) -> None:
    (entry,) = read(template("!Ref Free", OPEN_SECTIONS)).unresolved
    assert (entry.text, str(entry.origin)) == ("${Free}", "template.yaml:3:3")
