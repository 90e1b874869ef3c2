"""What several templates of one run tell of the same function is one function's.

Expectations: the Lambda developer guide, "Working with resource-based IAM policies": a function has one
policy, whichever stack adds a statement to it; and the CloudFormation user guide, "Fn::ImportValue": stacks
of one account and region hand values to one another.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import auditor
from auditor.estate.function import Function

FUNCTION = """Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}
"""
PERMISSION = """  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: %s, Action: lambda:InvokeFunction, Principal: lexv2.amazonaws.com%s}
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
EXPORT = "  %s: {Value: %s, Export: {Name: %s}}\n"
HOOK = EXPORT % ("Arn", "!GetAtt F.Arn", "Hook")
ALIAS = EXPORT % ("Alias", "!GetAtt Alias.Arn", "Alias")
IMPORT = "!ImportValue Hook"
OWN_ACCOUNT = ", SourceAccount: !Ref AWS::AccountId"
GIVEN = """Parameters: {Fn: {Type: String, Default: "arn:aws:lambda:us-east-1:111122223333:function:f"}}
Resources:
"""
STAGE = "Parameters:\n  Stage: {Type: String, Default: %s}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n"
UNNAMED = FUNCTION.replace("FunctionName: f", "Handler: i.h")

Audit = Callable[..., "Audited"]


class Audited:
    """What a run over some templates tells."""

    def __init__(self, **options: str) -> None:
        self.reading = auditor.read(".", **options)  # type: ignore[arg-type] # account and region
        assert self.reading.skipped == ()
        self.report = auditor.audit(self.reading)

    def rules(self, *names: str) -> list[tuple[str, str, str]]:
        """The rules that fired, each with the file and block of the finding; of some rules alone."""
        found = [(f.rule, f.origin.file or "", f.origin.address or "") for f in self.report.findings]
        return sorted(entry for entry in found if entry[0] in names or (not names and entry[0].startswith("lex-")))

    def invoke_needs(self) -> list[str]:
        decided = (need for function in self.report.functions for need in function.needs)
        return [need.decision for need in decided if need.need.kind.value == "invoke"]

    def function(self, file: str) -> Function:
        (estate,) = (estate for estate in self.reading.estates if estate.origin.file == file)
        return estate.functions[0]


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    monkeypatch.chdir(tmp_path)

    def apply(options: dict[str, str] | None = None, **files: str) -> Audited:
        for name, content in files.items():
            Path(f"{name}.yaml").write_text(content)
        return Audited(**(options or {}))

    return apply


def outputs(*declared: str) -> str:
    return "Outputs:\n" + "".join(declared)


def test_a_permission_of_another_template_serves_the_alias_here(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn" + outputs(HOOK, ALIAS)
    other = "Resources:\n" + PERMISSION % (IMPORT, ", SourceArn: !ImportValue Alias")
    found = audit(own=own, other=other)
    assert (found.rules(), found.invoke_needs()) == ([], ["allow"])


def test_the_same_holds_of_a_function_whose_name_cloudformation_makes_up(audit: Audit) -> None:
    own = UNNAMED + BOT % "!GetAtt F.Arn" + outputs(HOOK, ALIAS)
    other = "Resources:\n" + PERMISSION % (IMPORT, ", SourceArn: !ImportValue Alias")
    found = audit(own=own, other=other)
    assert (found.rules(), found.invoke_needs()) == ([], ["allow"])


def test_the_permission_beside_the_function_serves_the_alias_of_another_template(audit: Audit) -> None:
    own = FUNCTION + PERMISSION % ("!Ref F", OWN_ACCOUNT) + outputs(HOOK)
    found = audit(own=own, other="Resources:\n" + BOT % IMPORT)
    assert found.rules("lex-invoke-missing") == []
    assert found.invoke_needs() == ["allow"]


def test_three_templates_make_one_function(audit: Audit) -> None:
    own = FUNCTION + outputs(HOOK)
    permitting = "Resources:\n" + PERMISSION % (IMPORT, ", SourceArn: !ImportValue Alias")
    found = audit(own=own, permitting=permitting, bot="Resources:\n" + BOT % IMPORT + outputs(ALIAS))
    assert (found.rules(), found.invoke_needs()) == ([], ["allow"])


def test_an_alias_that_no_template_lets_in_is_missing_where_it_stands(audit: Audit) -> None:
    found = audit(own=FUNCTION + outputs(HOOK), other="Resources:\n" + BOT % IMPORT)
    assert found.rules() == [("lex-invoke-missing", "other.yaml", "Alias")]


def test_a_permission_of_another_template_on_another_function_serves_nothing(audit: Audit) -> None:
    own = FUNCTION + "  G: {Type: AWS::Lambda::Function, Properties: {FunctionName: g}}\n" + BOT % "!GetAtt G.Arn"
    found = audit(own=own + outputs(HOOK), other="Resources:\n" + PERMISSION % (IMPORT, OWN_ACCOUNT))
    assert found.rules("lex-invoke-missing") == [("lex-invoke-missing", "own.yaml", "Alias")]


def test_what_is_open_is_told_once_where_it_is_written(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn" + outputs(HOOK)
    found = audit(own=own, other="Resources:\n" + PERMISSION % (IMPORT, ""))
    assert found.rules() == [("lex-invoke-unscoped", "other.yaml", "P")]


def test_a_finding_within_one_template_keeps_its_fingerprint(audit: Audit) -> None:
    own = FUNCTION + PERMISSION % ("!Ref F", "") + outputs(HOOK)
    (alone,) = audit(own=own).report.findings
    beside = audit(own=own, other="Resources:\n" + BOT % IMPORT).report.findings
    assert [finding.fingerprint for finding in beside] == [alone.fingerprint]


def test_the_same_logical_ids_in_two_templates_are_two_aliases(audit: Audit) -> None:
    """The permission names one of them; nothing tells that AWS gives the other one the same id."""
    own = FUNCTION + BOT % "!GetAtt F.Arn" + PERMISSION % ("!Ref F", ", SourceArn: !GetAtt Alias.Arn") + outputs(HOOK)
    found = audit(own=own, other="Resources:\n" + BOT % IMPORT)
    assert sorted(found.invoke_needs()) == ["allow", "undetermined"]


def test_a_permission_that_names_the_arn_is_perhaps_on_a_function_of_unknown_account(audit: Audit) -> None:
    """The template of the function is for any account and region: nothing tells that it is this one."""
    own = FUNCTION + BOT % "!GetAtt F.Arn" + outputs(ALIAS)
    other = GIVEN + PERMISSION % ("!Ref Fn", ", SourceArn: !ImportValue Alias")
    found = audit(own=own, other=other)
    assert (found.rules("lex-invoke-missing"), found.invoke_needs()) == ([], ["undetermined"])


def test_a_permission_that_names_the_arn_is_on_the_function_where_flags_tell_the_account(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn" + outputs(ALIAS)
    other = GIVEN + PERMISSION % ("!Ref Fn", ", SourceArn: !ImportValue Alias")
    found = audit({"account": "111122223333", "region": "us-east-1"}, own=own, other=other)
    assert (found.rules(), found.invoke_needs()) == ([], ["allow"])


def test_a_permission_in_another_account_is_on_another_function(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn"
    other = GIVEN + PERMISSION % ("!Ref Fn", ", SourceAccount: '111122223333'")
    found = audit({"account": "999988887777", "region": "us-east-1"}, own=own, other=other)
    assert found.rules("lex-invoke-missing") == [("lex-invoke-missing", "own.yaml", "Alias")]


def test_a_permission_that_stands_in_another_case_of_its_template_may_be_there(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn" + outputs(HOOK, ALIAS)
    other = STAGE % "dev" + "Resources:\n" + PERMISSION % (IMPORT, ", SourceArn: !ImportValue Alias")
    found = audit(own=own, other=other.replace("Permission\n", "Permission\n    Condition: IsProd\n"))
    assert (found.rules("lex-invoke-missing"), found.invoke_needs()) == ([], ["undetermined"])


def test_a_permission_that_its_template_has_by_default_serves_the_default(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn" + outputs(HOOK, ALIAS)
    other = STAGE % "prod" + "Resources:\n" + PERMISSION % (IMPORT, ", SourceArn: !ImportValue Alias")
    found = audit(own=own, other=other.replace("Permission\n", "Permission\n    Condition: IsProd\n"))
    assert (found.rules("lex-invoke-missing"), found.invoke_needs()) == ([], ["allow"])


def test_of_two_templates_that_declare_the_function_neither_is_taken_for_sure(audit: Audit) -> None:
    own = FUNCTION + BOT % "!GetAtt F.Arn"
    other = "Resources:\n" + PERMISSION % ("f", OWN_ACCOUNT)
    found = audit(one=own, two=own, other=other)
    assert (found.rules("lex-invoke-missing"), found.invoke_needs()) == ([], ["undetermined", "undetermined"])


def test_the_function_that_another_template_declares_is_no_part_that_nothing_tells(audit: Audit) -> None:
    found = audit(own=FUNCTION + outputs(HOOK), other="Resources:\n" + BOT % IMPORT)
    assert [entry.reason for entry in found.report.untold] == []


def test_the_templates_in_another_order_tell_the_same(audit: Audit) -> None:
    permitting = "Resources:\n" + PERMISSION % (IMPORT, ", SourceArn: !ImportValue Alias")
    own, bot = FUNCTION + outputs(HOOK), "Resources:\n" + BOT % IMPORT + outputs(ALIAS)
    one = audit(a=own, b=permitting, c=bot)
    other = audit(a=bot, b=permitting, c=own)
    assert (one.rules(), one.invoke_needs()) == (other.rules(), other.invoke_needs()) == ([], ["allow"])


def test_a_url_of_another_template_is_served_by_the_permission_beside_the_function(audit: Audit) -> None:
    """Both permissions of the guide's page on URLs; who may call is decided by one policy."""
    permits = "".join(
        PERMISSION.replace("P:", f"P{n}:").replace("lexv2.amazonaws.com", "'*'").replace("InvokeFunction", action)
        % ("!Ref F", more)
        for n, (action, more) in enumerate(
            [("InvokeFunctionUrl", ", FunctionUrlAuthType: NONE"), ("InvokeFunction", ", InvokedViaFunctionUrl: true")]
        )
    )
    url = "  U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: %s}}\n"
    found = audit(own=FUNCTION + permits + outputs(HOOK), other="Resources:\n" + url % IMPORT)
    assert found.rules("function-url-incomplete") == []
    alone = audit(own=FUNCTION + outputs(HOOK), other="Resources:\n" + url % IMPORT)
    assert set(alone.rules("function-url-incomplete")) == {("function-url-incomplete", "other.yaml", "U")}
