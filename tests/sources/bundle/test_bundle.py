"""A bundle says what the contract says it says."""

from __future__ import annotations

import pytest

from auditor.estate.function import Function, LexGeneration, UrlAuth
from auditor.estate.role import Attachment, Role
from auditor.iam.document import DefectKind
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, text
from auditor.sources.bundle import read_bundle
from auditor.sources.errors import SourceError
from auditor.sources.found import Found
from auditor.sources.home import Home
from auditor.sources.source import decode, parse_values

FULL = """\
function:
  name: classifieds_lambda
  arn: arn:aws:lambda:us-east-1:111122223333:function:classifieds_lambda
  runtime: nodejs20.x
  log_group: {name: /aws/lambda/classifieds_lambda, managed: true}
  vpc: true
  tracing: active
  url: {auth: NONE}
  dead_letter: arn:aws:sqs:us-east-1:111122223333:dead
  destinations: {on_success: arn:aws:sqs:us-east-1:111122223333:ok, on_failure: arn:aws:sns:us-east-1:111122223333:bad}
  event_sources: [{arn: arn:aws:sqs:us-east-1:111122223333:q, on_failure: arn:aws:sqs:us-east-1:111122223333:f}]
  file_systems: [arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-1]
  kms_key: arn:aws:kms:us-east-1:111122223333:key/k
resource_policy: {Version: 2012-10-17, Statement: []}
role:
  name: r
  path: /service-role/
  trust_policy: {Version: "2012-10-17", Statement: []}
  policies:
    - {name: inline, document: {Version: "2012-10-17", Statement: []}}
    - {arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}
    - {arn: "arn:aws:iam::111122223333:policy/team/own"}
  boundary: {Version: "2012-10-17", Statement: []}
hooks:
  - {lex: v1, intent: CreatePost, qualifier: live}
  - {lex: v2, bot: ABCDEFGHIJ, alias: TSTALIASID, locales: [en_US]}
invokers: [{service: s3.amazonaws.com, source_arn: arn:aws:s3:::b, source_account: 111122223333, qualifier: 3}]
"""


def read(content: str, home: Home = Home()) -> Found:  # noqa: B008 - a frozen value
    source = decode(content.encode(), "b.yaml")
    (value,) = parse_values(source)
    return read_bundle(value, source, home)


def function(content: str, home: Home = Home()) -> Function:  # noqa: B008 - a frozen value
    return read(content, home).functions[0]


def role(content: str) -> Role:
    return read(content).roles[0]


def test_the_function_and_what_is_configured_on_it() -> None:
    found = function(FULL)
    assert str(found.name) == "classifieds_lambda"
    assert str(found.arn) == "arn:aws:lambda:us-east-1:111122223333:function:classifieds_lambda"
    assert found.runtime == "nodejs20.x"
    assert found.log_group is not None
    assert (str(found.log_group.name), found.log_group.managed) == ("/aws/lambda/classifieds_lambda", True)
    assert found.vpc is True
    assert found.tracing is True
    [url] = found.urls
    assert url.auth is UrlAuth.NONE
    assert str(found.dead_letter) == "arn:aws:sqs:us-east-1:111122223333:dead"
    assert list(map(str, found.destinations)) == [
        "arn:aws:sqs:us-east-1:111122223333:ok",
        "arn:aws:sns:us-east-1:111122223333:bad",
    ]
    assert [str(event.arn) for event in found.event_sources] == ["arn:aws:sqs:us-east-1:111122223333:q"]
    assert len(found.file_systems) == 1
    assert str(found.kms_key) == "arn:aws:kms:us-east-1:111122223333:key/k"
    assert (found.origin.line, found.role) == (2, "r")


def test_a_hook_of_lex_v1_calls_with_every_version_of_its_intent() -> None:
    hook = function(FULL).hooks[0]
    version = Hole("version of intent CreatePost", HoleType.LEX_VERSION, each=True)
    assert hook.source_arn == text("arn:aws:lex:us-east-1:111122223333:intent:CreatePost:", version)
    assert hook.generation is LexGeneration.V1
    assert (str(hook.intent), str(hook.qualifier), hook.origin.line) == ("CreatePost", "live", 25)


def test_a_hook_of_lex_v2_calls_with_its_bot_alias() -> None:
    hook = function(FULL).hooks[1]
    assert hook.source_arn.literal == "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"
    assert hook.generation is LexGeneration.V2
    assert (str(hook.bot), str(hook.alias), hook.qualifier) == ("ABCDEFGHIJ", "TSTALIASID", None)


def test_an_invoker_keeps_the_digits_of_its_account() -> None:
    (invoker,) = function(FULL).invokers
    assert (invoker.service, str(invoker.source_account), str(invoker.qualifier)) == (
        "s3.amazonaws.com",
        "111122223333",
        "3",
    )


def test_the_role_and_its_policies() -> None:
    found = role(FULL)
    assert str(found.arn) == "arn:aws:iam::111122223333:role/service-role/r"
    assert found.trust is not None
    assert found.boundary is not None
    assert [(str(policy.name), policy.attachment) for policy in found.policies] == [
        ("inline", Attachment.INLINE),
        ("AWSLambdaBasicExecutionRole", Attachment.AWS_MANAGED),
        ("own", Attachment.MANAGED),
    ]


def test_a_name_is_enough_and_the_rest_is_not_known() -> None:
    found = function("function: {name: f}")
    assert found.arn == text("arn:aws:lambda:", REGION, ":", ACCOUNT, ":function:f")
    assert (found.role, found.hooks_known, found.invokers_known) == (None, frozenset(), False)
    assert (found.vpc, found.tracing, found.log_group) == (None, None, None)


def test_an_absent_resource_policy_is_known_to_be_empty() -> None:
    found = function("function: {name: f}")
    assert found.resource_policy is not None
    assert found.resource_policy.statements == ()


def test_an_empty_list_is_known_to_be_all() -> None:
    found = function("{function: {name: f}, hooks: [], invokers: []}")
    assert found.hooks_known == frozenset(LexGeneration)
    assert found.invokers_known


def test_a_role_without_policies_says_nothing_about_them() -> None:
    assert not role("{function: {name: f}, role: {name: r}}").policies_known
    assert role("{function: {name: f}, role: {name: r, policies: []}}").policies_known


def test_an_envelope_keeps_the_places_of_its_statements() -> None:
    content = (
        '{"function": {"name": "f"},\n "resource_policy": {"Policy": "{\\"Version\\":\\"2012-10-17\\",'
        '\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Principal\\":\\"*\\",\\"Action\\":\\"lambda:InvokeFunction\\",'
        '\\"Resource\\":\\"arn:aws:lambda:us-east-1:111122223333:function:f\\"}]}", "RevisionId": "r"}}'
    )
    policy = function(content).resource_policy
    assert policy is not None
    (statement,) = policy.statements
    line = content.split("\n")[1]
    assert statement.origin.line == 2
    assert line[(statement.origin.column or 0) - 1 :].startswith('{\\"Effect\\"')
    assert line[: (statement.origin.end_column or 0) - 1].endswith('function:f\\"}')


@pytest.mark.parametrize("policy", ["5", "[1, 2]", "'no json'", "{Policy: '{'}", "{Policy: 5}", "true"])
def test_a_policy_that_is_none_is_a_finding_and_not_an_error(policy: str) -> None:
    found = function(f"{{function: {{name: f}}, resource_policy: {policy}}}").resource_policy
    assert found is not None
    assert DefectKind.MALFORMED in [defect.kind for defect in found.defects]
    assert found.unknown


@pytest.mark.parametrize(
    ("content", "place", "message", "help"),
    [
        (
            "function: {name: f}\nhook: []",
            (2, 1),
            "unknown key `hook` in a bundle",
            "did you mean `hooks`?",
        ),
        (
            "function:\n  name: f\n  Runtime: x",
            (3, 3),
            "unknown key `Runtime` in `function`",
            "did you mean `runtime`?",
        ),
        (
            "function: {name: f}\nrole: {name: r, zzz: 1}",
            (2, 17),
            "unknown key `zzz` in `role`",
            "known: name, arn, path, trust_policy, policies, boundary, exists",
        ),
        ("function: {name: f, name: g}", (1, 21), "the key `name` stands twice in `function`", "remove one of them"),
        ("function: {}", (1, 11), "`function` has no `name`", "add `name`"),
        ("hooks: []", (1, 1), "a bundle has no `function`", "add `function`"),
        ("function: f", (1, 11), "`function` must be an object, not `f`", "write `key: value` members"),
        ("- function", (1, 1), "a bundle must be an object, not a list", "write `key: value` members"),
        (
            "function: {name: yes}",
            (1, 18),
            "`name` must be a text, not `true`",
            "a word that YAML reads as true or false stands in quotes",
        ),
        ("function: {name: f, vpc: 1}", (1, 26), "`vpc` must be true or false, not `1`", "write `true` or `false`"),
        (
            "function: {name: f}\nhooks:",
            (2, 7),
            "`hooks` must be a list, not nothing",
            "leave the key out, or write `[]` for none",
        ),
        (
            "function: {name: f, url: {auth: none!}}",
            (1, 33),
            "`none!` is no value of `auth`",
            "one of `NONE`, `AWS_IAM`",
        ),
        (
            "function: {name: f}\nhooks: [{intent: I}]",
            (2, 9),
            "a hook has no `lex`",
            "one of `v1`, `v2`",
        ),
        (
            "function: {name: f}\nhooks: [{lex: v3}]",
            (2, 15),
            "`v3` is no `lex` of a hook",
            "one of `v1`, `v2`",
        ),
        (
            "function: {name: f}\nhooks: [{lex: v1, intent: I, alias: A}]",
            (2, 30),
            "unknown key `alias` in a hook of Lex V1",
            "known: lex, intent, qualifier",
        ),
        (
            "function: {name: f}\nrole: {path: /x/}",
            (2, 7),
            "`role` has neither `name` nor `arn`",
            "add one of them",
        ),
        (
            "function: {name: f}\nrole: {name: r, policies: [{name: p}]}",
            (2, 28),
            "a policy of the role has neither `document` nor `arn`",
            "add one of them",
        ),
        (
            "function: {name: f, arn: f}",
            (1, 26),
            "`f` is no ARN of a Lambda function",
            "write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`",
        ),
        (
            "function: {name: f, arn: 'arn:aws:lambda:us-east-1:111122223333:function:g'}",
            (1, 26),
            "the ARN is that of the function `g`, and `name` says `f`",
            "make the two agree, or leave `arn` out",
        ),
        (
            "function: {name: f}\nrole: {arn: 'arn:aws:iam::1:role/r'}",
            (2, 13),
            "`arn:aws:iam::1:role/r` is no ARN of a role",
            "write `arn:aws:iam::ACCOUNT:role/NAME`",
        ),
    ],
)
def test_the_first_thing_the_schema_forbids_is_told(
    content: str, place: tuple[int, int], message: str, help: str
) -> None:
    with pytest.raises(SourceError) as raised:
        read(content)
    error = raised.value
    assert ((error.origin.line, error.origin.column), error.message, error.help) == (place, message, help)
