"""A template is audited in every case of its conditions, not in that of its defaults alone.

Expectations: the CloudFormation user guide: a parameter may be given another value at each
deployment, one of its allowed values where it lists them, and conditions decide what is made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import auditor
from auditor.fixes.fix import Safety

Told = Callable[..., list[tuple[str, str]]]

FUNCTION = "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n"
STAGE = "Parameters:\n  Stage: {Type: String, Default: dev}\n"
PROD = "Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n"
OPEN = """  P:
    Type: AWS::Lambda::Permission
    Condition: IsProd
    Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: lexv2.amazonaws.com}
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
            CodeHookSpecification: {LambdaCodeHook: {LambdaArn: !GetAtt F.Arn}}
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The rules that find something in a template, and the end of the message, behind the last comma."""
    monkeypatch.chdir(tmp_path)

    def apply(text: str, **variables: str) -> list[tuple[str, str]]:
        Path("template.yaml").write_text(text)
        report = auditor.audit(auditor.read("template.yaml", variables=variables))
        assert report.skipped == ()
        return [(f.rule, f.message.rpartition(", ")[2] if ", " in f.message else "") for f in report.findings]

    return apply


def test_what_only_another_value_of_a_parameter_opens_is_told_with_its_condition(told: Told) -> None:
    text = STAGE + PROD + "Resources:\n" + FUNCTION + OPEN
    assert told(text) == [("lex-invoke-unscoped", "where `IsProd` holds")]


def test_a_value_that_is_given_leaves_no_other_case(told: Told) -> None:
    text = STAGE + PROD + "Resources:\n" + FUNCTION + OPEN
    assert told(text, Stage="dev") == []
    assert told(text, Stage="prod") == [("lex-invoke-unscoped", "")]


def test_only_allowed_values_make_cases(told: Told) -> None:
    text = STAGE.replace("dev}", "dev, AllowedValues: [dev, test]}") + PROD + "Resources:\n" + FUNCTION + OPEN
    assert told(text) == []


def test_what_is_found_in_every_case_names_no_condition(told: Told) -> None:
    text = (
        STAGE
        + PROD
        + "Resources:\n"
        + FUNCTION
        + OPEN.replace("    Condition: IsProd\n", "")
        + ("  G: {Type: AWS::Lambda::Function, Condition: IsProd, Properties: {FunctionName: g}}\n")
    )
    assert told(text) == [("lex-invoke-unscoped", "")]


def test_what_is_missing_in_one_case_alone_names_its_condition(told: Told) -> None:
    scoped = OPEN.replace("amazonaws.com}", "amazonaws.com, SourceArn: !GetAtt Alias.Arn}")
    text = STAGE + PROD + "Resources:\n" + FUNCTION + BOT + scoped
    assert told(text) == [("lex-invoke-missing", "where `IsProd` does not hold")]
    assert told(text.replace("Default: dev", "Default: prod")) == [
        ("lex-invoke-missing", "where `IsProd` does not hold")
    ]


def test_a_property_may_open_in_one_case_alone(told: Told) -> None:
    choice = "SourceArn: !If [IsProd, !Ref 'AWS::NoValue', !GetAtt Alias.Arn]}"
    scoped = OPEN.replace("    Condition: IsProd\n", "").replace("amazonaws.com}", "amazonaws.com, " + choice)
    text = STAGE + PROD + "Resources:\n" + FUNCTION + BOT + scoped
    assert told(text) == [("lex-invoke-unscoped", "where `IsProd` holds")]


def test_conditions_that_exclude_each_other_make_no_case_together(told: Told) -> None:
    """In `dev` the function is there, in `prod` the permission, which CloudFormation refuses without it."""
    both = PROD + "  IsDev: !Equals [!Ref Stage, dev]\n"
    function = FUNCTION.replace("Function, P", "Function, Condition: IsDev, P")
    assert told(STAGE + both + "Resources:\n" + function + OPEN) == []


def test_a_case_is_named_by_what_tells_it_from_the_others(told: Told) -> None:
    parameters = STAGE + "  Bot: {Type: String, Default: 'no', AllowedValues: ['yes', 'no']}\n"
    conditions = PROD + "  HasBot: !Equals [!Ref Bot, 'yes']\n"
    choice = "amazonaws.com, SourceArn: !If [IsProd, !Ref 'AWS::NoValue', 'arn:aws:lex:eu-west-1:1:bot-alias/A/B']}"
    permission = OPEN.replace("IsProd", "HasBot").replace("amazonaws.com}", choice)
    text = parameters + conditions + "Resources:\n" + FUNCTION + permission
    clauses = [clause for rule, clause in told(text) if rule == "lex-invoke-unscoped"]
    assert clauses == ["where `HasBot` and `IsProd` hold"]


def test_the_conditions_of_nested_stacks_go_with_the_parameters_they_are_given(told: Told) -> None:
    Path("inner.yaml").write_text(
        "Parameters: {Stage: {Type: String, Default: dev}, Name: {Type: String}}\n"
        + PROD
        + "Resources:\n"
        + OPEN.replace("!Ref F", "!Ref Name")
    )
    nested = (
        "  Inner:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: inner.yaml, Parameters: {Stage: !Ref Stage, Name: !Ref F}}\n"
    )
    function = FUNCTION + "  G: {Type: AWS::Lambda::Function, Condition: IsProd, Properties: {FunctionName: g}}\n"
    text = STAGE + PROD + "Resources:\n" + function + nested
    assert told(text) == [("lex-invoke-unscoped", "where `IsProd` holds")]


def test_a_function_that_is_not_there_by_default_is_audited(told: Told) -> None:
    text = STAGE + PROD + "Resources:\n" + FUNCTION.replace("Function, P", "Function, Condition: IsProd, P") + OPEN
    assert told(text) == [("lex-invoke-unscoped", "where `IsProd` holds")]
    report = auditor.audit(auditor.read("template.yaml"))
    assert [audited.function.address for audited in report.functions] == ["F"]


def test_too_many_cases_are_one_in_which_nothing_is_sure_to_be_there(told: Told) -> None:
    names = [f"C{number}" for number in range(6)]
    text = "Parameters:\n" + "".join(f"  {n}: {{Type: String, Default: 'no'}}\n" for n in names)
    text += (
        "Conditions:\n" + "".join(f"  Is{n}: !Equals [!Ref {n}, 'yes']\n" for n in names) + "Resources:\n" + FUNCTION
    )
    text += "".join(OPEN.replace("  P:", f"  P{n}:").replace("IsProd", f"Is{n}") for n in names)
    assert told(text) == [("lex-invoke-unscoped", "if conditions hold that are not looked at one by one")] * 6


def test_a_fix_holds_in_every_case(told: Told) -> None:
    """The permission of `IsProd` is bound to the alias, and the other case gets one of its own."""
    told(STAGE + PROD + "Resources:\n" + FUNCTION + BOT + OPEN)
    mending = auditor.fix(lambda: auditor.read("template.yaml"))
    (after,) = mending.outcome.after.values()
    Path("template.yaml").write_bytes(after)
    assert [done.fix.safety for done in mending.outcome.done] == [Safety.SAFE, Safety.SAFE]
    assert auditor.audit(auditor.read("template.yaml")).findings == ()


def test_a_finding_of_several_cases_is_mended_once(told: Told) -> None:
    text = (
        STAGE
        + PROD
        + "Resources:\n"
        + FUNCTION
        + BOT
        + OPEN.replace("    Condition: IsProd\n", "")
        + ("  G: {Type: AWS::Lambda::Function, Condition: IsProd, Properties: {FunctionName: g}}\n")
    )
    assert told(text) == [("lex-invoke-unscoped", "")]
    mending = auditor.fix(lambda: auditor.read("template.yaml"))
    assert (len(mending.outcome.done), mending.outcome.left) == (1, ())


OUTER = """Parameters:
  Env: {Type: String, Default: dev%s}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./inner.yaml, Parameters: {Stage: %s, Topic: !Ref T}}
  T: {Type: AWS::SNS::Topic}
"""
INNER = "Parameters:\n  Stage: {Type: String}\n  Topic: {Type: String}\n" + PROD + "Resources:\n" + FUNCTION + OPEN


def test_a_parameter_that_only_a_nested_stack_compares_makes_cases_too(told: Told) -> None:
    Path("inner.yaml").write_text(INNER)
    assert told(OUTER % ("", "!Ref Env")) == [("lex-invoke-unscoped", "where `Inner/IsProd` holds")]
    assert told(OUTER % ("", "!Ref Env"), Env="dev") == []


def test_what_goes_into_a_nested_stack_by_way_of_another_makes_cases_too(told: Told) -> None:
    Path("inner.yaml").write_text(INNER)
    middle = OUTER.replace("Env: {Type: String, Default: dev%s}", "Stage: {Type: String}") % "!Ref Stage"
    Path("middle.yaml").write_text(middle)
    outer = OUTER.replace("./inner.yaml", "./middle.yaml").replace(", Topic: !Ref T", "") % ("", "!Sub '${Env}'")
    assert told(outer) == [("lex-invoke-unscoped", "where `Inner/Inner/IsProd` holds")]


def test_what_the_outer_template_allows_bounds_the_cases_of_a_nested_one(told: Told) -> None:
    Path("inner.yaml").write_text(INNER)
    assert told(OUTER % (", AllowedValues: [dev, test]", "!Ref Env")) == []


def test_what_a_nested_template_allows_bounds_them_too(told: Told) -> None:
    Path("inner.yaml").write_text(INNER.replace("Stage: {Type: String}", "Stage: {Type: String, AllowedValues: [dev]}"))
    assert told(OUTER % ("", "!Ref Env")) == []


def test_a_nested_stack_that_is_given_no_parameter_has_no_cases(told: Told) -> None:
    """What its own default decides, no deployment of the outer template changes."""
    inner = INNER.replace("Stage: {Type: String}", "Stage: {Type: String, Default: dev}")
    Path("inner.yaml").write_text(inner)
    assert told(OUTER.replace("Stage: %s, ", "") % "") == []
