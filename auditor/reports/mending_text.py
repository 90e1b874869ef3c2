"""What fixing did, in words: for people, beside the diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from auditor.engine.finding import Finding
from auditor.estate.estate import Estate
from auditor.fixes.carry_out import CarriedOut, Left
from auditor.fixes.fix import Fix, RenderedFix
from auditor.fixes.render import render
from auditor.reports.mending import Mending
from auditor.reports.remedy import choose_code, tell_proof
from auditor.reports.report import Entry, Report
from auditor.reports.screen import BLANK, Line, Style, draw, harmless, plain, several, style_of, wrap

_INDENT = "  "
_DIFF = {"+": Style.GOOD, "-": Style.BAD, "@": Style.NAME}


def render_mending(mending: Mending, width: int, *, color: bool, written: bool) -> str:
    """What was changed and why, and what is left, each with its reason and its snippet."""
    outcome = mending.outcome
    lines: list[Line] = []
    for done in outcome.done:
        lines += _show_done(done, width)
    for group in _alike(outcome.left):
        lines += _show_left(group, width)
    files = several(len(outcome.after), "file")
    count = "1 fix" if len(outcome.done) == 1 else f"{len(outcome.done)} fixes"
    told = f"{count} {'written to' if written else 'proved, for'} {files}" if outcome.done else "nothing to fix"
    lines.append([(told, Style.STRONG)])
    if outcome.done and not written:
        lines.append([("auditor fix --write applies them", Style.FAINT)])
    if outcome.left:
        lines.append(plain(f"{several(len(outcome.left), 'finding')} left"))
    return draw(lines, color=color)


def render_diff(diff: str, *, color: bool) -> str:
    """A unified diff for a terminal."""
    lines = [[(harmless(line), _style_of_line(line))] for line in diff.split("\n")[:-1]]
    return draw(lines, color=color)


def render_snippets(report: Report, language: str, *, unsafe: bool) -> str:
    """The fix of every finding in one language (`terraform`, `cloudformation` or `cli`), the same
    one once, behind comments that say what it mends."""
    lines: list[str] = []
    for fix, entries in _fixes(report, unsafe=unsafe):
        code = _code(fix, language)
        lines += [f"# {harmless(finding.rule)}: {harmless(finding.message)}" for finding in entries]
        proof = tell_proof(fix.fix.proof) if fix.fix.proof else ""
        lines += [f"# {harmless(fix.fix.title)}", f"# {fix.fix.safety.value}: {harmless(proof)}"]
        lines += code or [f"# {language} cannot say this fix"]
        lines.append("")
    return "\n".join(lines)


def without_snippet(report: Report, language: str, *, unsafe: bool) -> list[Finding]:
    """The findings whose fix this language cannot say, or that have none."""
    said = [entries for fix, entries in _fixes(report, unsafe=unsafe) if _code(fix, language)]
    mended = {finding.fingerprint for entries in said for finding in entries}
    return [finding for finding in report.findings if finding.fingerprint not in mended]


def _fixes(report: Report, *, unsafe: bool) -> list[tuple[RenderedFix, list[Finding]]]:
    """The best fix of each finding that may be taken, with all findings that it mends."""
    found: dict[object, tuple[RenderedFix, list[Finding]]] = {}
    for entry in report.live:
        fix = _best(entry, unsafe=unsafe)
        if fix is not None:
            found.setdefault(fix.fix.operations, (fix, []))[1].append(entry.finding)
    return list(found.values())


def _best(entry: Entry, *, unsafe: bool) -> RenderedFix | None:
    allowed = ("safe", "unsafe") if unsafe else ("safe",)
    return next((fix for fix in entry.fixes if fix.fix.safety.value in allowed), None)


def _code(fix: RenderedFix, language: str) -> list[str]:
    match language:
        case "terraform":
            return (fix.terraform or "").splitlines()
        case "cloudformation":
            return (fix.cloudformation or "").splitlines()
        case _:
            return list(fix.cli)


def _show_done(done: CarriedOut, width: int) -> Iterator[Line]:
    for finding in done.findings:
        yield [
            ("mended  ", Style.GOOD),
            (f"{finding.rule}  ", style_of(finding.severity)),
            *plain(harmless(finding.message)),
        ]
    proof = done.fix.proof
    told = f"{done.fix.title}: {tell_proof(proof)}" if proof else done.fix.title
    if done.gap and not (proof and proof.gap):
        told += "; applied in one go, it interrupts access for a moment"
    yield from (plain(_INDENT + line) for line in wrap(told, width - len(_INDENT)))
    yield BLANK


def _show_left(group: Sequence[Left], width: int) -> Iterator[Line]:
    """Findings that are left for the same reason and have the same fix."""
    counted = Counter((one.finding.rule, one.finding.message, str(one.finding.origin)) for one in group)
    severities = {one.finding.rule: one.finding.severity for one in group}
    for (rule, message, place), times in counted.items():
        often = f" ({times} times)" if times > 1 else ""
        yield [
            ("left    ", Style.DOUBTFUL),
            (f"{rule}  ", style_of(severities[rule])),
            *plain(harmless(message) + often),
        ]
        yield [(f"{_INDENT}{harmless(place)}", Style.FAINT)]
    first = group[0]
    yield from (plain(_INDENT + line) for line in wrap(first.why, width - len(_INDENT)))
    if first.fix is not None:
        yield from _show_fix(first.fix, first.finding.fact.estate, width)
    yield BLANK


def _show_fix(fix: Fix, estate: Estate, width: int) -> Iterator[Line]:
    rendered = render(fix, estate)
    told = f"{fix.title}: {tell_proof(fix.proof)}" if fix.proof else fix.advice or fix.title
    yield from (plain(_INDENT + line) for line in wrap(told, width - len(_INDENT)))
    code = choose_code(rendered, estate.kind, width - 2 * len(_INDENT))
    yield from (plain(_INDENT * 2 + harmless(line)) for line in code)


def _alike(left: Iterable[Left]) -> list[list[Left]]:
    groups: dict[object, list[Left]] = {}
    for one in left:
        groups.setdefault((one.why, one.fix), []).append(one)
    return list(groups.values())


def _style_of_line(line: str) -> Style:
    if line.startswith(("+++", "---")):
        return Style.STRONG
    return _DIFF.get(line[:1], Style.PLAIN)
