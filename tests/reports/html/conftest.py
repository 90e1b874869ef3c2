"""Reports of real audits, and a real browser to look at them.

The browser tests are skipped, and say so, where playwright or Chromium is not installed.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

import auditor
from auditor.cli.listing import list_lines
from auditor.reports.html.document import render
from auditor.reports.look import Frame, Look
from auditor.reports.report import Report
from tests.oracle.simulator import NotInstalledError, install

ROOT = Path(__file__).parent.parent.parent.parent
FRAME = Frame(Look(source=list_lines(None)))
HOSTILE = (
    "</script><script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=\'taken\'">',
    "'><svg/onload=document.title='taken'>",
    "{{ 7 * 7 }}{% raw %}",
    "-->]]><!--</style></title></noscript>",
    "javascript:document.title='taken'",
    "left\u202eright\u2066\u200b\u0000\u001b[31m",
    "n" * 10_000,
)


def audit(*paths: Path | str, **terms: Any) -> Report:
    return auditor.audit(auditor.read([ROOT / path for path in paths]), **terms)


@pytest.fixture(scope="session")
def classifieds() -> Report:
    """A hook for anybody's bot, and a role that may write every log group."""
    return audit("samples/classifieds-bot/before")


@pytest.fixture(scope="session")
def flowers() -> Report:
    """Nothing that is needed works."""
    return audit("samples/order-flowers/before")


def bundle(name: str, *, table: str = "orders") -> dict[str, Any]:
    """A function that any account's bot may call, whose role may write every log group."""
    permission = {
        "Sid": name,
        "Effect": "Allow",
        "Principal": {"Service": "lexv2.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": "*",
    }
    logs = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    data = {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": f"arn:aws:dynamodb:us-east-1:111122223333:table/{table}",
    }
    return {
        "function": {"name": name, "log_group": {"name": f"/aws/lambda/{name}", "managed": True}},
        "resource_policy": {"Version": "2012-10-17", "Statement": [permission]},
        "role": {
            "name": name,
            "trust_policy": {"Version": "2012-10-17", "Statement": [trust]},
            "policies": [{"name": name, "document": {"Version": "2012-10-17", "Statement": [logs, data]}}],
        },
        "hooks": [{"lex": "v2", "bot": "ABCDEFGHIJ", "alias": "TSTALIASID"}],
    }


def audit_bundles(folder: Path, bundles: list[dict[str, Any]]) -> Report:
    file = folder / "bundles.yaml"
    file.write_text(yaml.safe_dump(bundles, allow_unicode=False), "utf-8")
    return auditor.audit(auditor.read(file))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Every name that can be chosen tries to break out of the document."""
    bundles = [bundle(name, table=name) for name in HOSTILE]
    return audit_bundles(tmp_path_factory.mktemp("hostile"), bundles)


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """More findings than are written out."""
    bundles = [bundle(f"function-{number}") for number in range(260)]
    return audit_bundles(tmp_path_factory.mktemp("many"), bundles)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which looks for what a screen reader or keyboard cannot use."""
    try:
        folder = install(ROOT / "build" / "axe", Path(__file__).parent / "axe")
    except NotInstalledError as error:
        pytest.skip(f"axe-core cannot be asked: {error}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass(slots=True)
class Opened:
    """A report in a browser; what it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def shown(self) -> list[int]:
        """The numbers of the findings that are to be seen."""
        script = "[...document.querySelectorAll('.finding')].filter(n => n.checkVisibility()).map(n => +n.id.slice(2))"
        numbers: list[int] = self.page.evaluate(script)
        return numbers

    def wait(self, expression: str) -> None:
        """Until the expression holds. Playwright's own way needs `eval` where it does not hold at once,
        which the report's policy forbids."""
        until = time.monotonic() + 30
        while not self.page.evaluate(expression):
            assert time.monotonic() < until, expression
            self.page.wait_for_timeout(20)

    def wait_for_status(self, text: str) -> None:
        self.wait(f"document.getElementById('status').textContent.startsWith({text!r})")


Open = Callable[..., Opened]


@pytest.fixture
def open_report(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """A function that renders a report and opens it."""
    contexts = []

    def open_it(report: Report, width: int = 1400, scheme: str = "light", fragment: str = "", **more: Any) -> Opened:
        file = tmp_path / "report.html"
        file.write_bytes(render(report, FRAME).encode())
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", lambda message: opened.said.append(message.text))
        opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.page.on("dialog", lambda dialog: opened.said.append(dialog.message))
        opened.page.on("request", lambda request: opened.asked.append(request.url))
        opened.page.goto(file.as_uri() + fragment)
        return opened

    yield open_it
    for context in contexts:
        context.close()
