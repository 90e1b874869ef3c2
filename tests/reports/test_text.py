"""The text report tells a person what is wrong, who can exploit it, and what was not looked at."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import auditor
from auditor.engine.fact import DocumentFact
from auditor.engine.finding import Part
from auditor.engine.levels import Severity
from auditor.estate.estate import Reading, Skipped, SourceKind
from auditor.fixes.fix import Fix, Proof, RenderedFix, Safety, Written
from auditor.iam.document import Defect, DefectKind, Policy, PolicyKind
from auditor.iam.origin import Origin
from auditor.reports.remedy import tell_proof
from auditor.reports.report import Entry, Report, Undetermined
from auditor.reports.screen import harmless, width_of, wrap
from auditor.reports.text import WIDEST, Look, render_text
from auditor.triage.gate import Terms

Source = Callable[[str], "list[str] | None"]


def show(report: Report, **look: object) -> str:
    return render_text(report, Look(**look))  # type: ignore[arg-type]  # a test names what it means


def test_a_finding_tells_everything_it_must(report: Report, source: Source) -> None:
    expected = """\
high  lex-invoke-unscoped
any AWS account's Lex bot can invoke `classifieds_lambda` through lex.amazonaws.com

  main.tf:1:1 in aws_lambda_permission.allow_lex
  1 ┃ resource "aws_lambda_permission" "allow_lex" {
  2 ┃   action        = "lambda:InvokeFunction"
  3 ┃   function_name = aws_lambda_function.classifieds.function_name
  4 ┃   principal     = "lex.amazonaws.com"
  5 ┃ }

  witness  a Lex bot in account 444455556666 can invoke this function
           lex.amazonaws.com does lambda:InvokeFunction on
           arn:aws:lambda:us-east-1:111122223333:function:classifieds_lambda
           aws:SourceAccount = 444455556666
           aws:SourceArn = arn:aws:lex:us-east-1:444455556666:intent:Anything:1
  fix      allow only the intent CreatePost
           safe: afterwards the witness is denied, the 2 needs that worked still work, nothing else
           becomes allowed

    resource "aws_lambda_permission" "lex" {
      principal = "lex.amazonaws.com"
    }

  more     auditor rules lex-invoke-unscoped
"""
    assert expected in show(report, source=source)


def test_what_was_not_looked_at_stands_at_the_end(report: Report) -> None:
    expected = """\
Skipped: inputs that could not be looked at (1)
  broken.tf:3:4  the block `resource` is never closed (add the missing `}`)

Undetermined: questions without an answer (1)
  main.tf:30:11  the account is not known

Unresolved: values that are not known yet (1)
  main.tf:14:9  ${var.env}

2 findings: 1 high, 1 medium
audited 1 function, 5 policy statements; 3 needs: 1 allowed, 1 denied, 1 undetermined
1 finding with a proved fix: auditor fix shows what can be written as a diff
gate failed: 2 findings at or above medium; and the audit is incomplete
"""
    assert show(report).endswith(expected)


def test_an_unread_input_never_looks_clean(report: Report) -> None:
    only_skipped = replace(report, entries=(), unresolved=(), undetermined=())
    assert show(only_skipped).endswith("audit incomplete: 1 input could not be looked at\n")


def test_what_the_input_does_not_tell_is_a_list_of_its_own(report: Report) -> None:
    untold = (Undetermined(Origin("f.yaml", 1, 1), None, "of `f`: its role"),)
    clean = replace(report, entries=(), skipped=(), unresolved=(), undetermined=(), untold=untold)
    assert (
        show(clean)
        == """\
Not looked at: what the input does not tell (1)
  f.yaml:1:1  of `f`: its role

no findings in what was looked at
audited 1 function, 5 policy statements; 3 needs: 1 allowed, 1 denied, 1 undetermined
gate passed: no finding at or above medium
"""
    )
    assert show(replace(clean, terms=Terms(strict=True))).endswith(
        "audit incomplete: strict, and something is unresolved, undetermined or not told\n"
    )


def test_the_other_mistakes_of_a_statement_are_listed(report: Report) -> None:
    finding = report.entries[0].finding
    policy = Policy(PolicyKind.RESOURCE)
    facts = [
        DocumentFact(
            estate=finding.fact.estate,
            origin=Origin("main.tf", line, 3),
            policy=policy,
            defect=Defect(DefectKind.MALFORMED, f"action `{line}` is none", Origin("main.tf", line, 3)),
        )
        for line in range(1, 8)
    ]
    parts = tuple(Part("policy-malformed", fact) for fact in facts[1:])
    malformed = replace(finding, fact=facts[0], also=parts, related=tuple(fact.origin for fact in facts[1:]))
    shown = show(replace(report, entries=(Entry(malformed),)))
    assert "  also     action `2` is none (main.tf:2:3)\n           action `3` is none (main.tf:3:3)\n" in shown
    assert "           … 2 more, -v shows all\n" in shown
    assert "see also" not in shown


def test_a_place_that_is_too_wide_has_its_address_below(report: Report, source: Source) -> None:
    finding = report.entries[0].finding
    far = replace(finding.origin, address="module.a.module.b." + "x" * 90)
    shown = show(replace(report, entries=(Entry(replace(finding, origin=far)),)), source=source)
    assert f"  main.tf:1:1\n  in {far.address}\n  1 ┃" in shown


def test_nothing_to_audit_is_said() -> None:
    assert show(Report(Reading())).endswith("audit incomplete: nothing was found to audit\n")


def test_the_gate_is_told_in_its_own_terms(report: Report) -> None:
    clean = replace(report, skipped=())
    assert show(replace(clean, terms=Terms(fail_on=None))).endswith(
        "gate passed: no finding can fail it (--fail-on never)\n"
    )
    assert show(replace(clean, terms=Terms(Severity.CRITICAL))).endswith(
        "gate passed: no finding at or above critical\n"
    )
    strict = replace(clean, entries=(), terms=Terms(strict=True))
    assert show(strict).endswith("audit incomplete: strict, and something is unresolved, undetermined or not told\n")


def test_hidden_findings_are_counted(report: Report) -> None:
    shown = show(replace(report, shown_from=Severity.HIGH))
    assert "logs-wildcard" not in shown
    assert "1 finding below high not shown\n" in shown


def test_a_fix_is_written_in_the_language_of_its_source(report: Report, fix: RenderedFix) -> None:
    def shown_for(kind: SourceKind) -> str:
        finding = report.entries[0].finding
        estate = dataclasses.replace(finding.fact.estate, kind=kind)
        return show(
            replace(report, entries=(Entry(replace(finding, fact=replace(finding.fact, estate=estate)), (fix,)),))
        )

    assert 'resource "aws_lambda_permission"' in shown_for(SourceKind.TERRAFORM)
    assert "aws lambda add-permission" not in shown_for(SourceKind.TERRAFORM)
    assert "aws lambda add-permission" in shown_for(SourceKind.BUNDLE)


def test_one_fix_for_two_findings_is_written_once(report: Report, fix: RenderedFix) -> None:
    shared = replace(report, entries=tuple(replace(entry, fixes=(fix,)) for entry in report.entries))
    shown = show(shared)
    assert shown.count('resource "aws_lambda_permission" "lex"') == 1
    assert "(written out above, for lex-invoke-unscoped)" in shown


def test_a_fix_that_nothing_could_write_out_is_not_called_written(report: Report) -> None:
    """Its title and proof are said each time: two functions have them alike, and two different fixes."""
    bare = RenderedFix(Fix("narrow it", Safety.SAFE, proof=Proof("deny", 1, new_access=False)))
    shown = show(replace(report, entries=tuple(replace(entry, fixes=(bare,)) for entry in report.entries)))
    assert shown.count("safe: afterwards the witness is denied") == 2
    assert "written out above" not in shown


def test_the_lines_of_one_place_are_shown_once(report: Report, source: Source) -> None:
    again = replace(report.entries[0].finding, rule="lex-v1-retired", severity=Severity.INFO)
    shown = show(replace(report, entries=(*report.entries, Entry(again))), source=source)
    assert shown.count('resource "aws_lambda_permission" "allow_lex"') == 1
    assert "main.tf:1:1 in aws_lambda_permission.allow_lex (shown above)\n" in shown


def test_instances_of_one_block_are_one_finding_to_read(report: Report, source: Source) -> None:
    finding = report.entries[0].finding
    instances = [
        Entry(replace(finding, origin=finding.origin.at(f'aws_lambda_permission.allow_lex["{name}"]')))
        for name in ("a", "b", "c")
    ]
    shown = show(replace(report, entries=tuple(instances)), source=source)
    assert shown.count("high  lex-invoke-unscoped") == 1
    assert '  also in  aws_lambda_permission.allow_lex["b"]\n           aws_lambda_permission.allow_lex["c"]\n' in shown
    assert "3 findings: 3 high\n" in shown


def test_statements_that_one_fix_mends_are_one_finding_to_read(report: Report, fix: RenderedFix) -> None:
    """Their places are listed, cut where they are many, and the summary counts each."""
    finding = report.entries[0].finding
    places = [Origin("main.tf", line, 1, address=f"aws_lambda_permission.p{line}") for line in range(1, 61)]
    many = replace(report, entries=tuple(Entry(replace(finding, origin=place), (fix,)) for place in places))
    shown = show(many)
    assert shown.count("high  lex-invoke-unscoped") == 1
    assert "high  lex-invoke-unscoped  (60 times)\n" in shown
    assert "  also in  main.tf:2:1 in aws_lambda_permission.p2\n" in shown
    assert "… 55 more, -v shows all\n" in shown
    assert "main.tf:60:1 in aws_lambda_permission.p60\n" in show(many, whole=True)
    assert "60 findings: 60 high\n" in shown
    other = replace(fix, snippets=Written("another one"))
    apart = replace(report, entries=(Entry(finding, (fix,)), Entry(replace(finding, origin=places[5]), (other,))))
    assert show(apart).count("high  lex-invoke-unscoped") == 2


def test_equal_open_questions_are_told_once_with_their_number(report: Report) -> None:
    shown = show(replace(report, undetermined=report.undetermined * 4))
    assert "(4)\n  main.tf:30:11  the account is not known (4 times)\n" in shown


def test_long_fixes_and_lists_are_cut_with_a_count(report: Report, fix: RenderedFix) -> None:
    many = replace(fix, snippets=Written("\n".join(f"line {n}" for n in range(100))))
    skipped = tuple(Skipped(Origin(f"f{n}.tf"), "broken") for n in range(20))
    long = replace(report, entries=(Entry(report.entries[0].finding, (many,)),), skipped=skipped)
    assert "… 60 more lines, -v shows all" in show(long)
    assert "… 15 more, -v shows all" in show(long)
    assert "line 99" in show(long, whole=True)
    assert "f19.tf" in show(long, whole=True)


def test_colour_changes_nothing_but_the_looks(report: Report, source: Source) -> None:
    colored = show(report, color=True, source=source)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == show(report, source=source)
    assert colored != show(report, source=source)


def test_a_hostile_name_cannot_act_on_the_terminal(report: Report) -> None:
    """The only escapes in a coloured report are our own; without colour there are none."""
    entry = report.entries[0]
    evil = "f\x1b]0;owned\x07\r\n\u202egate passed"
    finding = replace(entry.finding, message=evil, rule=evil, origin=Origin(evil, 1, address=evil))
    shown = show(replace(report, entries=(Entry(finding),)))
    assert all(line.isprintable() for line in shown.split("\n"))


def test_proofs_are_told_in_words() -> None:
    proof = Proof("allow", 1, new_access=False, assumptions=("no other bot calls it",), gap=True)
    assert tell_proof(proof) == (
        "afterwards the refused request is allowed, the need that worked still works, nothing else becomes allowed; "
        "applied in one go, it interrupts access for a moment; provided that no other bot calls it"
    )


def test_advice_says_that_it_is_not_proved(report: Report) -> None:
    advice = RenderedFix(Fix("look at it", Safety.ADVICE, advice="ask who owns the bot"))
    shown = show(replace(report, entries=(Entry(report.entries[0].finding, (advice,)),)))
    assert "advice, not proved" in shown
    assert "ask who owns the bot" in shown


def test_reports_are_deterministic(report: Report, source: Source) -> None:
    assert show(report, source=source) == show(report, source=source)


@given(st.text(), st.integers(10, 100))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """Joined by single spaces, the lines are the text again."""
    assert " ".join(wrap(text, width)) == harmless(text)


def test_lines_keep_to_the_width(report: Report) -> None:
    """Only a word that is longer than the line may stand out, such as an ARN."""
    for line in show(report, width=200).splitlines():
        assert width_of(line) <= WIDEST


def test_one_module_that_two_roots_call_has_headings_that_tell_them_apart(tmp_path: Path) -> None:
    """The function, its address and its line are the same; only the root differs."""
    module = tmp_path / "module"
    module.mkdir()
    (module / "main.tf").write_text(
        'resource "aws_lambda_function" "f" {\n  function_name = "hook"\n}\n'
        'resource "aws_lambda_permission" "p" {\n  action = "lambda:InvokeFunction"\n'
        '  function_name = aws_lambda_function.f.function_name\n  principal = "*"\n}\n'
    )
    for name in ("blue", "green"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text('module "m" {\n  source = "../module"\n}\n')
    shown = show(auditor.audit(auditor.read(tmp_path, root=tmp_path)))
    assert {"read through blue", "read through green"} <= {line.rpartition("  ")[2] for line in shown.splitlines()}
