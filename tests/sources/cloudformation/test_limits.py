"""Hostile templates are told, quickly and in little memory; nothing raises."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from .conftest import ReadAll, template

DEEP_LISTS = "[" * 150 + "]" * 150


def chain(length: int) -> str:
    resources = "".join(
        f"  F{i}: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: !Ref F{i + 1}}}}}\n" for i in range(length)
    )
    return f"Resources:\n{resources}  F{length}: {{Type: AWS::Lambda::Function}}\n"


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    return "\n".join(lines) + "\nResources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: *a9}}}\n"


def conditions(count: int) -> str:
    declared = "".join(f"  C{i}: !And [!Condition C{i + 1}, !Condition C{i + 1}]\n" for i in range(count))
    parts = "".join(f"!If [C{i}, a{i}, b{i}], " for i in range(count))
    return (
        "Parameters: {P: {Type: String}}\nConditions:\n"
        + declared
        + f"  C{count}: !Equals [!Ref P, x]\n"
        + template(f"!Join ['', [{parts}]]")
    )


def free_conditions(count: int) -> str:
    declared = "".join(f"  C{i}: !Equals [!Ref P, v{i}]\n" for i in range(count))
    parts = "".join(f"!If [C{i}, a{i}, b{i}], " for i in range(count))
    return "Parameters: {P: {Type: String}}\nConditions:\n" + declared + template(f"!Join ['', [{parts}]]")


def nested_ifs(depth: int) -> str:
    value = "x"
    for i in range(depth):
        value = f"!If [C{i % 20}, {value}, y{i}]"
    declared = "".join(f"  C{i}: !Equals [!Ref P, v{i}]\n" for i in range(20))
    return "Parameters: {P: {Type: String}}\nConditions:\n" + declared + template(value)


def doubled(count: int) -> str:
    """A name made of names, each twice the one before it."""
    roles = "".join(
        f"  P{i}: {{Type: AWS::IAM::Role, Properties: {{RoleName: !Sub '${{P{i - 1}}}${{P{i - 1}}}'}}}}\n"
        for i in range(1, count)
    )
    first = "  P0: {Type: AWS::IAM::Role, Properties: {RoleName: xxxxxxxxxx}}\n"
    return template(f"!Ref P{count - 1}", resources=first + roles)


HOSTILE: list[tuple[str, Callable[[], str]]] = [
    ("a long chain of references", lambda: chain(2_000)),
    ("an alias bomb", bomb),
    (
        "references in a circle",
        lambda: chain(300).replace(
            "F300: {Type: AWS::Lambda::Function}",
            "F300: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref F0}}",
        ),
    ),
    ("conditions upon conditions", lambda: conditions(60)),
    ("many undecided conditions", lambda: free_conditions(60)),
    ("choices inside choices", lambda: nested_ifs(90)),
    ("deep lists", lambda: template(f"!Join ['', {DEEP_LISTS}]")),
    ("deep joins", lambda: template("!Join ['', [" * 60 + "x" + "]]" * 60)),
    ("a long text", lambda: template("!Join ['" + "x" * 1000 + "', [" + "a, " * 5_000 + "]]")),
    ("many texts in one", lambda: template("!Sub '" + "${AWS::Region}" * 20_000 + "'")),
    ("a text that doubles", lambda: doubled(30)),
]


@pytest.mark.parametrize(("what", "make"), HOSTILE, ids=[what.replace(" ", "-") for what, _ in HOSTILE])
def test_hostile_templates_end(read_all: ReadAll, what: str, make: Callable[[], str]) -> None:
    content = make()
    started = time.process_time()
    read_all(content)
    # It ends at all: what is meant is no speed.
    assert time.process_time() - started < 60


@pytest.mark.parametrize(
    "make", [bomb, lambda: doubled(30), lambda: nested_ifs(90)], ids=["bomb", "doubling", "choices"]
)
def test_hostile_templates_stay_small(read_all: ReadAll, make: Callable[[], str]) -> None:
    content = make()
    tracemalloc.start()
    read_all(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300 * 1024 * 1024


SHAPES = [
    "5",
    "[]",
    "{}",
    "null",
    "true",
    "'x'",
    "[[]]",
    "{a: b}",
    "!Ref Nothing",
    "!GetAtt [a]",
    "{'Fn::If': 5}",
    "!Sub {}",
]
PLACES = [
    "Resources: {X: %s}",
    "Resources: {X: {Type: %s}}",
    "Resources: {X: {Type: AWS::Lambda::Function, Properties: %s}}",
    "Resources: {X: {Type: AWS::Lambda::Function, Condition: %s}}",
    "Resources: {X: {Type: AWS::Lambda::Function, DependsOn: %s, Metadata: %s}}",
    "Resources: {X: {Type: AWS::Lambda::Function, Properties: {FunctionName: %s, Role: %s, VpcConfig: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::Function, Properties: {LoggingConfig: %s, DeadLetterConfig: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::Function, Properties: {TracingConfig: %s, FileSystemConfigs: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::Permission, Properties: {FunctionName: %s, Principal: %s, Action: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::Permission, Properties: {FunctionName: f, SourceArn: %s, SourceAccount: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: f, AuthType: %s, Qualifier: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::ResourcePolicy, Properties: {ResourceArn: f, Policy: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: %s, DestinationConfig: %s}}}",
    "Resources: {X: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: f, DestinationConfig: %s}}}",
    "Resources: {X: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: %s, Policies: %s}}}",
    "Resources: {X: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: %s, PermissionsBoundary: %s}}}",
    "Resources: {X: {Type: AWS::IAM::Role, Properties: {Policies: [%s], ManagedPolicyArns: [%s], Path: %s}}}",
    "Resources: {X: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: %s, PolicyDocument: %s}]}}}",
    "Resources: {X: {Type: AWS::IAM::Policy, Properties: {Roles: %s, PolicyDocument: {Statement: %s}}}}",
    "Resources: {X: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [%s], PolicyDocument: {Statement: [%s]}}}}",
    "Resources: {X: {Type: AWS::Lex::Bot, Properties: {Name: %s, BotLocales: %s, TestBotAliasSettings: %s}}}",
    "Resources: {X: {Type: AWS::Lex::BotAlias, Properties: {BotId: %s, BotAliasLocaleSettings: %s}}}",
    "Resources: {X: {Type: AWS::Lex::BotAlias, Properties: {BotAliasLocaleSettings: [{BotAliasLocaleSetting: %s}]}}}",
    "Resources: {X: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s, Parameters: %s}}}",
    "Resources: {X: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: %s}}}",
    "Parameters: {A: %s}\nResources: {X: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref A}}}",
    "Parameters: {A: {Type: %s, Default: %s}}\nResources: {X: {Type: AWS::IAM::Role, Properties: {RoleName: !Ref A}}}",
    "Conditions: {A: %s}\nResources: {X: {Type: AWS::Lambda::Function, Condition: A}}",
    "Conditions: {A: !Equals [%s, %s]}\nResources: {X: {Type: AWS::Lambda::Function, Condition: A}}",
    "Mappings: {A: %s}\nResources: {X: {Type: AWS::IAM::Role, Properties: {RoleName: !FindInMap [A, b, c]}}}",
    "Transform: %s\nResources: {X: {Type: AWS::Lambda::Function}}",
    "Resources: {'Fn::ForEach::L': %s}",
    "Resources: {'Fn::ForEach::L': [%s, %s, %s]}",
    "Resources: {'Fn::Transform': %s}",
    "%s",
]


@pytest.mark.parametrize("place", PLACES)
def test_any_value_in_any_place_is_read_or_told(read_all: ReadAll, place: str) -> None:
    for shape in SHAPES:
        reading = read_all(place.replace("%s", shape), as_kind="cloudformation")
        assert all(str(entry.origin).startswith("template.yaml") for entry in reading.skipped)
