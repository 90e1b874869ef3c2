"""The documents are in date: what they show is what the program prints, and their links lead somewhere.

A text block below `<!-- output: auditor ... -->` is the output of that command, run at the root of
the repository; `<!-- output, lines 1-9: auditor ... -->` is its beginning. After an intended change
run this file with AUDITOR_UPDATE_GOLDEN=1 and read the difference.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import auditor
from auditor.engine.fact import FactKind
from auditor.engine.schema import words

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    {ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").rglob("*.md")}
    - {*(ROOT / "docs" / "rules").rglob("*.md")}
)
SHOWN = re.compile(
    r"<!-- output(?:, lines 1-(?P<last>\d+))?: auditor (?P<command>[^\n]+) -->\n```text\n(?P<output>.*?)```\n",
    re.DOTALL,
)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
UPDATE = os.environ.get("AUDITOR_UPDATE_GOLDEN") == "1"

by_name = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def run(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *shlex.split(command)],
        cwd=ROOT,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("AUDITOR_")}, "COLUMNS": "100"},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.stdout.decode()


def shown(block: re.Match[str]) -> str:
    """What a block ought to show: its command's output, or the beginning and a dot line."""
    printed = run(block["command"])
    if block["last"] is None:
        return printed
    return "".join(printed.splitlines(keepends=True)[: int(block["last"])]) + "...\n"


@by_name
def test_shown_output_is_what_the_program_prints(document: Path) -> None:
    text = document.read_text("utf-8")
    if UPDATE:
        text = SHOWN.sub(lambda m: m[0].replace(f"```text\n{m['output']}", f"```text\n{shown(m)}"), text)
        document.write_text(text, "utf-8")
    blocks_shown = list(SHOWN.finditer(text))
    assert len(blocks_shown) == text.count("<!-- output")
    for block in blocks_shown:
        assert shown(block) == block["output"]


@by_name
def test_links_lead_somewhere(document: Path) -> None:
    targets = [m["target"] for m in LINK.finditer(document.read_text("utf-8"))]
    broken = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert broken == []


@by_name
def test_examples_in_python_hold(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pycon` blocks are sessions of one interpreter, `python` blocks run."""
    monkeypatch.chdir(ROOT)
    for block in blocks(document, "python"):
        exec(compile(block, f"<example in {document.name}>", "exec"), {"__name__": "example"})
    session = "\n".join(blocks(document, "pycon"))
    test = doctest.DocTestParser().get_doctest(session, {}, document.name, str(document), 0)
    printed: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=printed.append)
    assert result.failed == 0, "".join(printed)


def test_the_bundle_in_the_inputs_page_is_read_and_clean(tmp_path: Path) -> None:
    """The example that people will copy has nothing wrong with it."""
    (example,) = blocks(ROOT / "docs" / "inputs.md", "yaml")
    bundle = tmp_path / "bundle.yaml"
    bundle.write_text(example, "utf-8")
    report = auditor.audit(auditor.read(str(bundle)))
    told = json.loads(report.to_json())
    assert (told["findings"], told["skipped"], told["summary"]["functions"]) == ([], [], 1)


def test_every_decision_record_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    records = {p.name for p in folder.glob("[0-9]*.md")}
    assert {m["target"] for m in LINK.finditer(index)} == records


def test_the_readme_names_two_make_targets() -> None:
    """`make audit` and `make test`; the others stand in CONTRIBUTING.md."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) == {"audit", "test"}


def test_expectations_are_yaml() -> None:
    """Guards against a story whose expectations nobody reads."""
    stories = {p.name for p in (ROOT / "samples").iterdir() if p.is_dir()}
    read = {
        p.parents[1].name
        for p in (ROOT / "samples").glob("*/expected/findings.yaml")
        if yaml.safe_load(p.read_text("utf-8"))
    }
    assert stories == read


def table_of_words() -> str:
    """The words of every kind of fact, as `docs/writing-rules.md` lists them."""
    lines = []
    for kind in FactKind:
        lines += [f"### `{kind.value}`", "", "| word | values |", "|---|---|"]
        for word in words(kind).values():
            values = ", ".join(f"`{choice}`" for choice in word.choices) if word.choices else "any text"
            lines.append(f"| `{word.name}` | {values} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def test_the_words_of_the_facts_are_listed() -> None:
    page = ROOT / "docs" / "writing-rules.md"
    before, _marker, listed = page.read_text("utf-8").partition("<!-- words -->\n\n")
    if UPDATE:
        listed = table_of_words()
        page.write_text(before.rstrip("\n") + "\n\n<!-- words -->\n\n" + listed, "utf-8")
    assert table_of_words() == listed


def test_the_rule_in_the_page_about_rules_does_what_its_examples_say(tmp_path: Path) -> None:
    """The rule that people will copy is loaded, and fires on its bad example only."""
    (text,) = blocks(ROOT / "docs" / "writing-rules.md", "yaml")
    rule = tmp_path / "rules" / "our-no-lex-v1.yaml"
    rule.parent.mkdir()
    rule.write_text(text, "utf-8")
    fired = {}
    for verdict, examples in yaml.safe_load(text)["examples"].items():
        for example in examples:
            source = tmp_path / verdict / ("bundle.yaml" if "bundle" in example else "main.tf")
            source.parent.mkdir()
            source.write_text(example.get("bundle") or example["terraform"], "utf-8")
            output = run(f"check {source.parent} --rules {rule.parent} --select our-no-lex-v1 --format json")
            told = json.loads(output)
            fired[verdict] = [finding["rule"] for finding in told["findings"]]
            assert (told["skipped"], told["summary"]["functions"]) == ([], 1)
    assert fired == {"bad": ["our-no-lex-v1"], "good": [], "unresolved": []}


def test_the_configuration_that_people_will_copy_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.triage.configuration import read_configuration  # noqa: PLC0415 - one test reads one

    (example,) = blocks(ROOT / "docs" / "configuration.md", "yaml")
    monkeypatch.chdir(tmp_path)
    Path(".auditor.yaml").write_text(example, "utf-8")
    said = read_configuration(".auditor.yaml")
    assert (said.fail_on, said.account, said.baseline) == ("medium", "111122223333", ".auditor-baseline.json")
    assert len(said.waivers) == len(said.trust.accounts) == 1
    assert len(said.invokers) == 2
    (example,) = blocks(ROOT / "docs" / "waivers.md", "yaml")
    Path(".auditor.yaml").write_text(example, "utf-8")
    assert len(read_configuration(".auditor.yaml").waivers) == 2


def test_pipelines_that_people_will_copy_use_what_is_there() -> None:
    github, gitlab, hooks = map(yaml.safe_load, blocks(ROOT / "docs" / "ci.md", "yaml"))
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    assert set(github["jobs"]["auditor"]["steps"][1]["with"]) <= set(inputs)
    assert run(gitlab["auditor"]["script"][0].removeprefix("auditor ").replace("infra/", "--help")).startswith("Usage")
    there = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} == there


def test_every_format_is_described() -> None:
    from auditor.cli.formats import FORMATS  # noqa: PLC0415 - one test asks

    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "reports.md").read_text("utf-8"), re.MULTILINE)
    assert listed == list(FORMATS)


def test_the_site_leads_to_every_page() -> None:
    """`make site` builds from this list; what it leaves out nobody finds."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    led_to = {page for entry in site["nav"] for page in entry.values()}
    pages = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    assert led_to == {page for page in pages if "/" not in page or page.endswith("/README.md")}


def test_pages_of_the_site_link_to_pages_of_the_site() -> None:
    """The site holds `docs/` and nothing else."""
    for page in (ROOT / "docs").rglob("*.md"):
        targets = [m["target"] for m in LINK.finditer(page.read_text("utf-8")) if "://" not in m["target"]]
        outside = [t for t in targets if not (page.parent / t).resolve().is_relative_to(ROOT / "docs")]
        assert outside == [], page
