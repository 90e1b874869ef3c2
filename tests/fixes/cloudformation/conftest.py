"""The templates under corpus/ as parameters, and what fixing makes of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import auditor

from ..corpora import Case, Mended, mender

CORPUS = Path(__file__).parent / "corpus"
CASES = [Case(folder) for folder in sorted(CORPUS.iterdir())]
WANTED = {"case": CASES, "handwritten": [case for case in CASES if (case.folder / "after").is_dir()]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, cases in WANTED.items():
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, cases, ids=lambda case: case.name)


@pytest.fixture(scope="session")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Mended]:
    """Fixes a case, once, and writes the result into its own folder."""
    return mender(tmp_path_factory.mktemp("corpus"))


BOT = """  Bot: {Type: AWS::Lex::Bot, Properties: {Name: b}}
  Live:
    Type: AWS::Lex::BotAlias
    Properties:
      BotAliasName: live
      BotId: !Ref Bot
      BotAliasLocaleSettings:
        - LocaleId: en_US
          BotAliasLocaleSetting:
            Enabled: true
            CodeHookSpecification: {LambdaCodeHook: {LambdaArn: !GetAtt F.Arn, CodeHookInterfaceVersion: "1.0"}}
"""
"""A bot whose live alias calls the function `F`."""

Mend = Callable[..., str]


@pytest.fixture
def mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mend:
    """A template after all its fixes."""
    monkeypatch.chdir(tmp_path)

    def apply(content: str, *, unsafe: bool = False) -> str:
        Path("template.yaml").write_text(content)
        mending = auditor.fix(lambda: auditor.read("."), auditor.audit, unsafe=unsafe)
        return mending.files.get("template.yaml", content.encode()).decode()

    return apply
