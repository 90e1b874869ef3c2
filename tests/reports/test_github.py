"""Workflow commands, as GitHub's runner parses them."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from auditor.engine.levels import Severity
from auditor.iam.origin import Origin
from auditor.reports.github import render
from auditor.reports.look import BARE, Frame
from auditor.reports.report import Entry, Report

COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def parse(report: Report, frame: Frame = BARE) -> list[tuple[str, dict[str, str], str]]:
    """Level, properties and message, with escapes undone as the runner undoes them (actions/runner,
    ActionCommand)."""
    commands = []
    for line in render(report, frame).splitlines():
        met = COMMAND.fullmatch(line)
        assert met is not None, line
        pairs = (pair.partition("=") for pair in met["properties"].split(","))
        undone = {name: undo(value, {"%3A": ":", "%2C": ","}) for name, _, value in pairs}
        commands.append((met["level"], undone, undo(met["message"], {})))
    return commands


def undo(text: str, more: dict[str, str]) -> str:
    for escape, character in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(escape, character)
    return text


def test_a_finding_is_an_annotation_at_its_lines(report: Report) -> None:
    level, properties, message = parse(report)[1]
    assert level == "error"
    assert properties == {
        "title": "high: lex-invoke-unscoped",
        "file": "main.tf",
        "line": "1",
        "endLine": "5",
    }
    assert message.splitlines()[1] == "witness: a Lex bot in account 444455556666 can invoke this function"


def test_columns_stand_where_it_is_one_line(report: Report) -> None:
    properties = parse(report)[2][1]
    assert (properties["line"], properties["col"], properties["endColumn"]) == ("8", "15", "32")


@pytest.mark.parametrize(
    ("severity", "level"),
    [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "notice"), ("info", "notice")],
)
def test_levels(report: Report, severity: str, level: str) -> None:
    finding = replace(report.entries[0].finding, severity=Severity(severity))
    assert parse(replace(report, entries=(Entry(finding),), skipped=()))[0][0] == level


def test_a_skipped_input_is_an_error_and_comes_first(report: Report) -> None:
    level, properties, message = parse(report)[0]
    assert (level, properties["title"], properties["file"]) == ("error", "auditor: skipped", "broken.tf")
    assert message.startswith("the block `resource` is never closed")


def test_the_last_one_tells_the_outcome(report: Report) -> None:
    assert parse(report)[-1][2].startswith("gate failed: 2 findings at or above medium")


def test_what_has_no_file_has_no_place(report: Report) -> None:
    live = replace(report.entries[0].finding, origin=Origin(arn="arn:aws:lambda:us-east-1:111122223333:function:f"))
    made = parse(replace(report, entries=(Entry(live),), skipped=()))
    assert set(made[0][1]) == {"title"}


def test_whatever_a_name_holds_every_line_is_one_command(nasty: Report) -> None:
    made = parse(nasty)
    assert len(made) == 5
    assert all(properties["title"] for _, properties, _ in made)
