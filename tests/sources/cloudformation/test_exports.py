"""What one template exports reaches the templates of the same run that import it.

Expectations: the CloudFormation user guide, "Fn::ImportValue" and "Outputs": the value of the output
that exports the name; a name is unique in an account and region.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import auditor
from auditor.estate.estate import Estate, Reading
from auditor.estate.function import Function
from auditor.sources.read import read as read_paths

FUNCTION = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {%s}}\n"
EXPORT = "Outputs:\n  Arn: {Value: %s, Export: {Name: %s}}\n"
EXPORTER = FUNCTION % "FunctionName: f" + EXPORT % ("!GetAtt F.Arn", "Hook")
PERMISSION = """Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !ImportValue Hook, Action: lambda:InvokeFunction, Principal: lexv2.amazonaws.com}
"""
BOT = """  Bot: {Type: AWS::Lex::Bot, Properties: {Name: b}}
  Alias:
    Type: AWS::Lex::BotAlias
    Properties:
      BotAliasName: live
      BotId: !Ref Bot
      BotAliasLocaleSettings:
        - LocaleId: en_US
          BotAliasLocaleSetting:
            Enabled: true
            CodeHookSpecification: {LambdaCodeHook: {LambdaArn: %s, CodeHookInterfaceVersion: "1.0"}}
"""
STAGE = "Parameters:\n  Stage: {Type: String, Default: dev}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n"

ReadFolder = Callable[..., Reading]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadFolder:
    """Reads some templates as one folder."""
    monkeypatch.chdir(tmp_path)

    def apply(**files: str) -> Reading:
        for name, content in files.items():
            Path(f"{name}.yaml").write_text(content)
        return read_paths(["."])

    return apply


def of(reading: Reading, name: str) -> Estate:
    (estate,) = (estate for estate in reading.estates if estate.origin.file == f"{name}.yaml")
    return estate


def imported(reading: Reading) -> tuple[str, list[str]]:
    """The function that `importer.yaml` permits something on, and what is unresolved of it."""
    estate = of(reading, "importer")
    assert reading.skipped == ()
    (function,) = estate.functions
    return str(function.arn), [entry.text for entry in estate.unresolved]


def test_the_value_of_an_export_reaches_the_importer(folder: ReadFolder) -> None:
    reading = folder(importer=PERMISSION, exporter=EXPORTER)
    assert imported(reading) == ("arn:aws:lambda:${region}:${account}:function:f", [])


def test_the_permission_stands_where_it_is_written(folder: ReadFolder) -> None:
    (function,) = of(folder(importer=PERMISSION, exporter=EXPORTER), "importer").functions
    assert function.resource_policy is not None
    assert str(function.resource_policy.statements[0].origin).startswith("importer.yaml:2")


def test_a_name_is_joined_from_parameters_of_both(folder: ReadFolder) -> None:
    stage = "Parameters: {Stage: {Type: String, Default: dev}}\n"
    reading = folder(
        importer=stage + PERMISSION.replace("!ImportValue Hook", "{'Fn::ImportValue': !Sub '${Stage}-hook'}"),
        exporter=stage + FUNCTION % "FunctionName: f" + EXPORT % ("!GetAtt F.Arn", "!Sub '${Stage}-hook'"),
    )
    assert imported(reading) == ("arn:aws:lambda:${region}:${account}:function:f", [])


def test_what_nobody_exports_is_unresolved_by_name(folder: ReadFolder) -> None:
    _, unresolved = imported(folder(importer=PERMISSION.replace("Hook,", "Other,"), exporter=EXPORTER))
    assert unresolved == ["${Fn::ImportValue Other}"]


def test_a_name_of_which_a_part_is_not_known_is_not_guessed(folder: ReadFolder) -> None:
    """Only the deployment tells what the stack is called."""
    exporter = FUNCTION % "FunctionName: f" + EXPORT % ("!GetAtt F.Arn", "!Sub '${AWS::StackName}-hook'")
    _, unresolved = imported(folder(importer=PERMISSION.replace("Hook,", "app-hook,"), exporter=exporter))
    assert unresolved == ["${Fn::ImportValue app-hook}"]


def test_two_that_export_one_name_are_told_and_none_is_taken(folder: ReadFolder) -> None:
    other = EXPORTER.replace("FunctionName: f", "FunctionName: g")
    arn, unresolved = imported(folder(importer=PERMISSION, exporter=EXPORTER, other=other))
    assert "function:f" not in arn
    assert unresolved == ["${Fn::ImportValue Hook: exported by exporter.yaml and by other.yaml}"]


def test_two_that_export_the_same_value_are_no_question(folder: ReadFolder) -> None:
    assert imported(folder(importer=PERMISSION, exporter=EXPORTER, other=EXPORTER))[1] == []


def test_the_same_logical_id_in_two_templates_is_two_things(folder: ReadFolder) -> None:
    exporter = EXPORTER.replace("FunctionName: f", "Handler: i.h")
    own = "  F: {Type: AWS::Lambda::Function, Properties: {Handler: i.h}}\n"
    functions = of(folder(importer=PERMISSION + own, exporter=exporter), "importer").functions
    permitted = [f for f in functions if f.resource_policy is not None and f.resource_policy.statements]
    assert [(f.described, str(f.name)) for f in permitted] == [(False, "${exporter.yaml/F}")]


def test_a_value_that_another_case_of_the_exporter_changes_is_not_taken(folder: ReadFolder) -> None:
    exporter = STAGE + EXPORTER.replace("!GetAtt F.Arn", "!If [IsProd, !Sub '${F}:live', !GetAtt F.Arn]")
    _, unresolved = imported(folder(importer=PERMISSION, exporter=exporter))
    assert unresolved == ["${Fn::ImportValue Hook: not the same in all cases of exporter.yaml}"]


def test_an_output_that_one_case_leaves_out_has_the_value_of_the_others(folder: ReadFolder) -> None:
    exporter = STAGE + EXPORTER.replace("Arn: {", "Arn: {Condition: IsProd, ")
    assert imported(folder(importer=PERMISSION, exporter=exporter)) == (
        "arn:aws:lambda:${region}:${account}:function:f",
        [],
    )


def test_an_export_goes_through_a_template_that_imports_it(folder: ReadFolder) -> None:
    middle = "Resources: {T: {Type: AWS::SNS::Topic}}\n" + EXPORT % ("!ImportValue Hook", "Second")
    reading = folder(importer=PERMISSION.replace("Hook,", "Second,"), exporter=EXPORTER, middle=middle)
    assert imported(reading) == ("arn:aws:lambda:${region}:${account}:function:f", [])


def test_exports_in_a_circle_come_to_an_end(folder: ReadFolder) -> None:
    one = "Resources: {T: {Type: AWS::SNS::Topic}}\n" + EXPORT % ("!ImportValue Second", "Hook")
    other = "Resources: {T: {Type: AWS::SNS::Topic}}\n" + EXPORT % ("!ImportValue Hook", "Second")
    assert imported(folder(importer=PERMISSION, one=one, other=other))[1] == ["${Fn::ImportValue Hook}"]


def test_a_nested_template_exports_too(folder: ReadFolder) -> None:
    outer = "Resources:\n  In: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./exporter.yaml}}\n"
    reading = folder(importer=PERMISSION, outer=outer, exporter=EXPORTER.replace("FunctionName: f", "Handler: i.h"))
    assert imported(reading)[0].endswith(":function:${outer.yaml/In/F}")


def test_a_value_that_is_not_known_there_is_unresolved_here_too(folder: ReadFolder) -> None:
    exporter = "Parameters: {Name: {Type: String}}\n" + EXPORTER.replace("FunctionName: f", "FunctionName: !Ref Name")
    reading = folder(importer=PERMISSION, exporter=exporter)
    assert imported(reading)[1] == ["${exporter.yaml/Name}"]


def test_a_role_of_another_template_is_named(folder: ReadFolder) -> None:
    role = "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: r, AssumeRolePolicyDocument: {}}}\n"
    importer = FUNCTION % "FunctionName: f, Role: !ImportValue Role"
    reading = folder(importer=importer, exporter=role + EXPORT % ("!GetAtt R.Arn", "Role"))
    assert [e.text for e in of(reading, "importer").unresolved] == ["arn:aws:iam::${account}:role/r"]


def test_an_environment_of_another_account_exports_nothing_here(
    folder: ReadFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CDK's manifest tells where each of its templates is deployed."""
    manifest = """{"artifacts": {%s}}"""
    entry = '"%s": {"environment": "aws://%s/us-east-1", "properties": {"templateFile": "%s.yaml"}}'
    parts = [entry % (n, a, n) for n, a in (("importer", "111122223333"), ("exporter", "444455556666"))]
    (tmp_path / "manifest.json").write_text(manifest % ", ".join(parts))
    assert imported(folder(importer=PERMISSION, exporter=EXPORTER))[1] == ["${Fn::ImportValue Hook}"]


def _function(reading: Reading, name: str) -> Function:
    return next(f for f in of(reading, name).functions if f.described)


def test_a_bot_of_another_template_is_a_caller_that_is_not_seen(folder: ReadFolder) -> None:
    """The function's own template has a bot too; that one is not all that calls."""
    exporter = EXPORTER.replace("Outputs:", BOT % "!GetAtt F.Arn" + "Outputs:")
    alone = _function(folder(exporter=exporter), "exporter")
    assert len(alone.hooks_known) == 1
    beside = _function(folder(exporter=exporter, importer="Resources:\n" + BOT % "!ImportValue Hook"), "exporter")
    assert beside.hooks_known == frozenset()


def test_an_imported_source_is_no_orphan(folder: ReadFolder) -> None:
    permission = """  P:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref F
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
      SourceArn: !ImportValue Alias
"""
    own = FUNCTION % "FunctionName: f" + BOT % "!GetAtt F.Arn" + permission
    other = (
        "Resources:\n"
        + BOT % "arn:aws:lambda:us-east-1:111122223333:function:f"
        + EXPORT
        % (
            "!GetAtt Alias.Arn",
            "Alias",
        )
    )
    folder(own=own, other=other)
    rules = {finding.rule for finding in auditor.audit(auditor.read(".")).findings}
    assert "lex-invoke-too-broad" not in rules
    assert "invoke-orphan" not in rules
