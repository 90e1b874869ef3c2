"""A fix in one template keeps what another one needs of the same function.

Expectations: the Lambda developer guide, "Working with resource-based IAM policies": a function has one
policy, whichever stack adds a statement to it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import auditor

from .conftest import BOT

IMPORT = "!ImportValue Hook"
FUNCTION = """Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}
"""
EXPORT = "Outputs:\n  Arn: {Value: !GetAtt F.Arn, Export: {Name: Hook}}\n"
PERMISSION = """  P:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: %s
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
      %s
"""
OWN_ACCOUNT = "SourceAccount: !Ref AWS::AccountId"
OTHER_BOT = "Resources:\n" + BOT.replace("!GetAtt F.Arn", IMPORT)

MendAll = Callable[..., dict[str, str]]


@pytest.fixture
def mend_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MendAll:
    """Some templates after their fixes: those that were changed."""
    monkeypatch.chdir(tmp_path)

    def apply(*, unsafe: bool = False, **files: str) -> dict[str, str]:
        for name, content in files.items():
            Path(f"{name}.yaml").write_text(content)
        mending = auditor.fix(lambda: auditor.read("."), auditor.audit, unsafe=unsafe)
        return {name.removesuffix(".yaml"): after.decode() for name, after in mending.files.items()}

    return apply


def test_a_permission_is_not_bound_away_from_the_alias_of_another_template(mend_all: MendAll) -> None:
    """Bound to the bot beside it, as it is without the other template, it would lock that one out."""
    wide = OTHER_BOT + PERMISSION % (IMPORT, OWN_ACCOUNT)
    own = FUNCTION + BOT + EXPORT
    assert "SourceArn: !GetAtt Live.Arn" in mend_all(own=FUNCTION + EXPORT, other=wide, unsafe=True)["other"]
    assert mend_all(own=own, other=wide, unsafe=True) == {}


def test_binding_a_permission_is_as_safe_as_in_one_template_where_another_one_declares_the_function(
    mend_all: MendAll,
) -> None:
    """Unsafe is the fix of a function that is known by name alone."""
    wide = PERMISSION % (IMPORT, OWN_ACCOUNT)
    assert "own" in mend_all(own=FUNCTION + BOT + PERMISSION % ("!Ref F", OWN_ACCOUNT))
    assert "other" in mend_all(own=FUNCTION + EXPORT, other=OTHER_BOT + wide)
    by_name = (OTHER_BOT + wide).replace(IMPORT, "arn:aws:lambda:us-east-1:111122223333:function:f")
    assert mend_all(own="Resources: {}", other=by_name) == {}


def test_a_permission_that_nothing_lets_in_comes_behind_the_alias(mend_all: MendAll) -> None:
    mended = mend_all(own=FUNCTION + EXPORT, other=OTHER_BOT)
    assert list(mended) == ["other"]
    assert mended["other"] == OTHER_BOT + (
        "  LiveLexV2Bot:\n"
        "    Type: AWS::Lambda::Permission\n"
        "    Properties:\n"
        "      FunctionName: !ImportValue Hook\n"
        "      Action: lambda:InvokeFunction\n"
        "      Principal: lexv2.amazonaws.com\n"
        "      SourceArn: !GetAtt Live.Arn\n"
        "      SourceAccount: !Ref AWS::AccountId\n"
    )


def test_what_one_template_lets_in_is_not_let_in_again_by_another(mend_all: MendAll) -> None:
    own = FUNCTION + PERMISSION % ("!Ref F", OWN_ACCOUNT) + EXPORT
    assert mend_all(own=own, other=OTHER_BOT) == {}


def test_a_permission_is_bound_to_an_alias_that_its_template_imports(mend_all: MendAll) -> None:
    bot = OTHER_BOT + "Outputs:\n  A: {Value: !GetAtt Live.Arn, Export: {Name: Alias}}\n"
    another = FUNCTION.replace("  F:", "  G:").removeprefix("Resources:\n").replace(": f", ": g")
    names_it = PERMISSION.replace("  P:", "  Q:") % ("!Ref G", "SourceArn: !ImportValue Alias")
    own = FUNCTION + another + PERMISSION % ("!Ref F", OWN_ACCOUNT) + names_it + EXPORT
    mended = mend_all(own=own, bot=bot, unsafe=True)
    assert mended == {"own": own.replace(OWN_ACCOUNT, f"SourceArn: !ImportValue Alias\n      {OWN_ACCOUNT}")}


def test_a_fix_in_one_template_changes_nothing_of_the_other(mend_all: MendAll) -> None:
    """What is too wide beside the function is bound, and what the bot's template adds is left as it is."""
    own = FUNCTION + BOT + PERMISSION % ("!Ref F", "SourceAccount: !Ref AWS::AccountId") + EXPORT
    other = OTHER_BOT + PERMISSION % (IMPORT, "SourceArn: !GetAtt Live.Arn")
    mended = mend_all(own=own, other=other, unsafe=True)
    assert list(mended) == ["own"]
    assert "SourceArn: !GetAtt Live.Arn" in mended["own"]
