"""The test alias of a Lex V2 bot is offered, and neither added nor removed silently.

Expectations: the Lex V2 developer guide: each bot has the alias `TSTALIASID`, which the console's tests
call; what calls it in deployment are the aliases that somebody made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import auditor
from auditor.fixes.fix import Safety
from auditor.fixes.plan import plan_all

FUNCTION = """  F:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: f, Role: "arn:aws:iam::111122223333:role/f", Handler: i.h, Runtime: python3.12}
"""
LOCALES = """        - LocaleId: en_US
          BotAliasLocaleSetting:
            Enabled: true
            CodeHookSpecification: {LambdaCodeHook: {LambdaArn: !GetAtt F.Arn, CodeHookInterfaceVersion: "1.0"}}
"""
BOT = "Resources:\n  Bot:\n    Type: AWS::Lex::Bot\n    Properties:\n      Name: b\n"
TESTED = "      TestBotAliasSettings:\n       BotAliasLocaleSettings:\n" + LOCALES
LIVE = (
    "  Live:\n    Type: AWS::Lex::BotAlias\n    Properties:\n      BotAliasName: live\n      BotId: !Ref Bot\n"
    "      BotAliasLocaleSettings:\n" + LOCALES
)
OPEN = """  P:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref F
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
"""
FOR_TESTS = """      SourceArn: !Sub arn:aws:lex:${AWS::Region}:${AWS::AccountId}:bot-alias/${Bot}/TSTALIASID
"""
TERRAFORM = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/f"
}
resource "awscc_lex_bot" "b" {
  name = "b"
  test_bot_alias_settings = {
    bot_alias_locale_settings = [{
      locale_id = "en_US"
      bot_alias_locale_setting = {
        enabled = true
        code_hook_specification = { lambda_code_hook = { lambda_arn = aws_lambda_function.f.arn } }
      }
    }]
  }
}
"""
BUNDLE = """
function: {name: f, arn: "arn:aws:lambda:us-east-1:111122223333:function:f"}
resource_policy: {Version: "2012-10-17", Statement: []}
hooks: [{lex: v2, bot: ABCDEFGHIJ, alias: TSTALIASID}]
"""
TESTS = "is tested through its test alias `TSTALIASID`, and the tests are to call the function"


@pytest.fixture
def mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A source after `auditor fix`."""
    monkeypatch.chdir(tmp_path)

    def apply(content: str, name: str = "template.yaml", *, unsafe: bool = False) -> str:
        Path(name).write_text(content)
        done = auditor.fix(lambda: auditor.read("."), auditor.audit, unsafe=unsafe)
        return done.files.get(name, content.encode()).decode()

    return apply


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, Safety, str]]]:
    """The fixes of the findings about who invokes: title, safety, and what each rests on."""
    monkeypatch.chdir(tmp_path)

    def apply(content: str, name: str = "template.yaml") -> list[tuple[str, Safety, str]]:
        Path(name).write_text(content)
        found = [f for f in auditor.audit(auditor.read(".")).findings if "invoke" in f.rule]
        fixes = [fix for listed in plan_all(found) for fix in listed if fix.operations]
        return [(f.title, f.safety, "; ".join(f.proof.assumptions) if f.proof else "") for f in fixes]

    return apply


@pytest.mark.parametrize(
    ("content", "name"),
    [(BOT + TESTED + FUNCTION, "template.yaml"), (TERRAFORM, "main.tf"), (BUNDLE, "bundle.yaml")],
    ids=["template", "terraform", "bundle"],
)
def test_letting_the_test_alias_in_rests_on_an_assumption(
    content: str, name: str, offered: Callable[..., list[tuple[str, Safety, str]]]
) -> None:
    ((_, safety, assumption),) = offered(content, name)
    assert safety is Safety.UNSAFE
    assert assumption.endswith(TESTS)


@pytest.mark.parametrize(
    ("content", "name"),
    [(BOT + TESTED + FUNCTION, "template.yaml"), (TERRAFORM, "main.tf")],
    ids=["template", "terraform"],
)
def test_only_unsafe_writes_the_test_alias(content: str, name: str, mend: Callable[..., str]) -> None:
    assert mend(content, name) == content
    assert "/TSTALIASID" in mend(content, name, unsafe=True)


def test_the_alias_that_calls_in_deployment_is_let_in_without_it(mend: Callable[..., str]) -> None:
    safe = mend(BOT + TESTED + LIVE + FUNCTION)
    assert "SourceArn: !GetAtt Live.Arn" in safe
    assert "/TSTALIASID" not in safe
    both = mend(BOT + TESTED + LIVE + FUNCTION, unsafe=True)
    assert "SourceArn: !GetAtt Live.Arn" in both
    assert "/TSTALIASID" in both


def test_an_open_permission_is_bound_to_the_test_alias_that_it_served_too(mend: Callable[..., str]) -> None:
    mended = mend(BOT + TESTED + LIVE + FUNCTION + OPEN)
    assert "SourceArn: !GetAtt Live.Arn" in mended
    assert "/TSTALIASID" in mended


def test_where_nothing_names_the_test_alias_an_open_permission_may_keep_it(
    offered: Callable[..., list[tuple[str, Safety, str]]], mend: Callable[..., str]
) -> None:
    first, second = offered(BOT + LIVE + FUNCTION + OPEN)[:2]
    assert first == ("Bind the permission to the one hook that uses it", Safety.SAFE, "")
    assert second[:2] == ("Bind the permission to the one hook that uses it, and to the test alias", Safety.UNSAFE)
    assert second[2].endswith(TESTS)
    assert "/TSTALIASID" not in mend(BOT + LIVE + FUNCTION + OPEN, unsafe=True)


def test_a_permission_of_the_test_alias_is_not_removed_silently(mend: Callable[..., str]) -> None:
    for_live = OPEN.replace("  P:", "  Q:") + "      SourceArn: !GetAtt Live.Arn\n"
    content = BOT + LIVE + FUNCTION + OPEN + FOR_TESTS + for_live
    assert mend(content) == content
    assert "/TSTALIASID" not in mend(content, unsafe=True)
