"""CSV as spreadsheets read it."""

from __future__ import annotations

import csv

import pytest
from msgspec.structs import replace

from auditor.estate.estate import Reading
from auditor.reports.csv import COLUMNS, render
from auditor.reports.look import BARE
from auditor.reports.report import Entry, Report
from auditor.triage.suppression import Suppression


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(render(report, BARE).splitlines()))


def test_the_columns_are_those_of_the_contract(report: Report) -> None:
    header = "rule,kind,severity,confidence,function,file,line,column,address,message,fingerprint,suppressed"
    assert render(report, BARE).splitlines()[0] == header == ",".join(COLUMNS)


def test_a_finding_is_a_row(report: Report) -> None:
    row = rows(report)[0]
    assert row["message"] == "any AWS account's Lex bot can invoke `classifieds_lambda` through lex.amazonaws.com"
    del row["message"]
    assert list(row.values()) == [
        "lex-invoke-unscoped", "excess", "high", "high", "classifieds_lambda", "main.tf", "1", "1",
        "aws_lambda_permission.allow_lex", "1f6c0a", "",
    ]  # fmt: skip


def test_a_skipped_input_is_a_row(report: Report) -> None:
    row = rows(report)[-1]
    assert (row["rule"], row["file"], row["line"]) == ("skipped", "broken.tf", "3")


def test_nothing_to_audit_is_a_row() -> None:
    assert [row["message"] for row in rows(Report(Reading()))] == ["nothing was found to audit"]


@pytest.mark.parametrize("lead", "=+-@")
def test_no_cell_is_a_formula(report: Report, lead: str) -> None:
    finding = replace(report.entries[0].finding, message=f"{lead}cmd|' /C calc'!A0")
    assert rows(replace(report, entries=(Entry(finding),)))[0]["message"] == f"'{lead}cmd|' /C calc'!A0"


def test_a_finding_is_one_line_whatever_it_holds(nasty: Report) -> None:
    assert len(render(nasty, BARE).splitlines()) == 1 + 2 + 1


def test_suppressed_ones_are_listed_where_they_are_asked_for(report: Report) -> None:
    entry = Entry(report.entries[0].finding, suppressed=Suppression("waiver", "known"))
    hidden = replace(report, entries=(entry,), skipped=())
    assert rows(hidden) == []
    assert rows(replace(hidden, show_suppressed=True))[0]["suppressed"] == "suppressed by waiver: known"
