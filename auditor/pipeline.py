"""The one line: read, derive facts, judge, fix, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from auditor.engine.cases import judge_cases
from auditor.engine.fact import Fact
from auditor.engine.facts import collect
from auditor.engine.finding import Finding
from auditor.engine.levels import Confidence, Severity
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.engine.selection import select_rules
from auditor.estate.estate import Estate, Reading
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.plan import plan_all
from auditor.fixes.render import render_each
from auditor.iam.document import Policy
from auditor.reports.answers import decide_needs, open_questions
from auditor.reports.report import AuditedFunction, Entry, Report
from auditor.reports.untold import untold
from auditor.sources.errors import UsageError
from auditor.sources.options import ReadOptions
from auditor.sources.read import read as read_sources
from auditor.triage.gate import Terms
from auditor.triage.names import with_severities
from auditor.triage.notice import Notice
from auditor.triage.suppress import Accepted, suppress
from auditor.triage.trust import NOBODY, Trust, lower

if TYPE_CHECKING:
    from auditor.reports.mending import Mending
    from auditor.sources.aws.estate import Live
    from auditor.sources.aws.reading import Tell
    from auditor.sources.aws.selection import Selection

Level = TypeVar("Level", bound=Enum)


def read(  # noqa: PLR0913 - one keyword for each option of the command line
    paths: str | Path | Sequence[str | Path] = (),
    *,
    aws: Selection | None = None,
    account: str | None = None,
    region: str | None = None,
    partition: str | None = None,
    variables: Mapping[str, str] | None = None,
    variable_files: Sequence[str | Path] = (),
    default_variables: Mapping[str, str] | None = None,
    root: str | Path | None = None,
    as_kind: str | None = None,
    exclude: Sequence[str] = (),
    stdin: bytes | None = None,
) -> Reading:
    """Read folders and files into estates.

    Each path is a folder or file of Terraform source, a template, a bundle, a policy document or
    an output of the AWS CLI, told by its content (or by `as_kind`); `-` stands for the bytes `stdin`.
    `account` (12 digits), `region`, `partition` and `variables` say what the sources leave
    open; `default_variables` count where neither `variables` nor `variable_files` set one. Files and
    modules outside `root` are not read. What cannot be read is listed in the reading's `skipped` and
    does not raise; raises `UsageError` for options that cannot be.
    With `aws` it is the account of your AWS session that is read, and no path can be given.
    """
    if aws is not None:
        if paths:
            raise UsageError("a live account is read without a path", "read one at a time")
        return read_account(aws).reading
    options = ReadOptions(
        account=account,
        region=region,
        partition=partition,
        vars=dict(variables or {}),
        var_files=tuple(Path(file) for file in variable_files),
        default_vars=dict(default_variables or {}),
        root=Path(root) if root is not None else None,
        as_kind=as_kind,
        exclude=tuple(exclude),
    )
    return read_sources([paths] if isinstance(paths, (str, Path)) else list(paths), options, stdin)


def read_account(selection: Selection, progress: Tell | None = None) -> Live:
    """Read the functions that are selected of an account, and the revisions of their policies.

    What AWS refuses is in the reading's `skipped`; raises `UsageError` for a selection that cannot be.
    """
    from auditor.sources.aws.estate import read_live  # noqa: PLC0415 - loaded only where needed

    return read_live(selection, progress)


def audit(  # noqa: PLR0913 - as above
    reading: Reading,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    rules: Sequence[str | Path] = (),
    fail_on: str = "medium",
    min_confidence: str = "low",
    min_severity: str = "info",
    strict: bool = False,
    allow_empty: bool = False,
    severity: Mapping[str, str] | None = None,
) -> Report:
    """Audit what was read: findings with their proofs and fixes, and what could not be told.

    `select` and `ignore` name rules or tags, `rules` folders of rules beside the built-in ones;
    `severity` gives rules another severity than their own. Nothing is suppressed.
    `fail_on` (a severity or `never`), `min_confidence`, `strict` and `allow_empty` are the terms
    of the report's gate; `min_severity` limits what a rendered report lists. Raises
    `UsageError` for an unknown name or a broken rule file.
    """
    terms = Terms(
        fail_on=None if fail_on == "never" else _level(Severity, fail_on, "never"),
        min_confidence=_level(Confidence, min_confidence),
        strict=strict,
        allow_empty=allow_empty,
    )
    shown_from = _level(Severity, min_severity)
    levels = {name: _level(Severity, level) for name, level in (severity or {}).items()}
    chosen = select_rules(with_severities(load_rules([Path(folder) for folder in rules]), levels), select, ignore)
    facts = [(estate, tuple(collect(estate))) for estate in reading.estates]
    findings = judge(chosen, [fact for _, found in facts for fact in found])
    elsewhere = [(case, tuple(collect(case))) for estate in reading.estates for case in estate.cases]
    told = judge_cases(chosen, findings, {id(case): found for case, found in elsewhere}, reading.estates)
    same = {finding.fingerprint: others for finding, others in told}
    functions = [audited for estate, found in facts for audited in decide_needs(estate, found)]
    functions.extend(_only_there(functions, elsewhere))
    facts += elsewhere
    return Report(
        reading=reading,
        functions=tuple(functions),
        entries=tuple(
            replace(entry, elsewhere=same[entry.finding.fingerprint]) for entry in _entries([each for each, _ in told])
        ),
        statements=sum(len(policy.statements) for estate in reading.estates for policy in _policies(estate)),
        skipped=reading.skipped,
        unresolved=tuple(unresolved for estate in reading.estates for unresolved in estate.unresolved),
        undetermined=open_questions(fact for _, found in facts for fact in found if fact.undetermined),
        untold=tuple(part for estate in reading.estates for part in untold(estate)),
        terms=terms,
        shown_from=shown_from,
        rules=chosen,
    )


def fix(read: Callable[[], Reading], judge: Callable[[Reading], Report] = audit, *, unsafe: bool = False) -> Mending:
    """Carry out every proved fix on the sources in memory; nothing is written.

    `read` reads the sources, as in `lambda: read("infra/")`, and is called again on what they
    would be, since each change is proved by reading it; `judge` audits a reading. `unsafe` adds
    the fixes that rest on an assumption, which their proofs name.
    """
    # Writing into sources takes modules that an audit alone does without.
    from auditor.fixes.carry_out import carry_out  # noqa: PLC0415 - as the comment says
    from auditor.reports.mending import Mending  # noqa: PLC0415 - as the comment says

    reports: dict[int, Report] = {}

    def answer(reading: Reading) -> list[tuple[Finding, tuple[Fix, ...]]]:
        report = reports[id(reading)] = judge(reading)
        return list(_answers(report.live))

    allowed = frozenset({Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE})
    outcome = carry_out(read, answer, allowed)
    return Mending(next(iter(reports.values())), reports[id(outcome.reading)], outcome)


def with_diffs(report: Report, read: Callable[[], Reading]) -> Report:
    """The report with the diff of each fix that can be written into its source; `read` reads the
    sources again, as they would be."""
    from auditor.fixes.each_alone import diffs_alone  # noqa: PLC0415 - an audit alone does without

    diffs = diffs_alone(read, report.reading, list(_answers(report.entries)))
    entries = (
        replace(entry, fixes=tuple(replace(fix, diff=diffs.get(fix.fix.operations)) for fix in entry.fixes))
        for entry in report.entries
    )
    return replace(report, entries=tuple(entries))


def triage(report: Report, accepted: Accepted, trust: Trust = NOBODY, notices: Sequence[Notice] = ()) -> Report:
    """The report with what is accepted suppressed, and with what crosses into trusted accounts lowered;
    `notices` are told beside those about waivers and the baseline."""
    findings = lower([entry.finding for entry in report.entries], report.rules, trust)
    suppressions, told = suppress(findings, accepted)
    changed = zip(report.entries, findings, suppressions, strict=True)
    entries = [replace(entry, finding=finding, suppressed=by) for entry, finding, by in changed]
    entries.sort(key=lambda entry: entry.finding.severity.rank)
    return replace(report, entries=tuple(entries), notices=(*notices, *told), trust=trust)


def _level(levels: type[Level], name: str, *others: str) -> Level:
    try:
        return levels(name)
    except ValueError:
        known = ", ".join([*(level.value for level in levels), *others])
        raise UsageError(f"`{name}` is no {levels.__name__.lower()}", f"take one of {known}") from None


def _entries(findings: Sequence[Finding]) -> Iterator[Entry]:
    """The findings with their fixes; what a person has to do by hand comes last."""
    planned = list(zip(findings, plan_all(findings), strict=True))
    rendered = render_each((fix, finding.fact.estate) for finding, fixes in planned for fix in fixes)
    for finding, fixes in planned:
        listed = sorted(islice(rendered, len(fixes)), key=lambda written: written.fix.safety is Safety.ADVICE)
        yield Entry(finding, tuple(listed))


def _only_there(
    audited: Iterable[AuditedFunction], cases: Iterable[tuple[Estate, Sequence[Fact]]]
) -> Iterator[AuditedFunction]:
    """The functions with their needs that only other cases of a template have, each once."""
    seen = {(each.function.key, each.function.origin) for each in audited}
    for case, found in cases:
        for each in decide_needs(case, found):
            name = (each.function.key, each.function.origin)
            if name not in seen:
                seen.add(name)
                yield each


def _answers(entries: Iterable[Entry]) -> Iterator[tuple[Finding, tuple[Fix, ...]]]:
    """Findings with their fixes, each followed by the same ones of other cases of its template: where
    it is mended, it is for all of them."""
    for entry in entries:
        yield entry.finding, tuple(rendered.fix for rendered in entry.fixes)
        yield from zip(entry.elsewhere, plan_all(entry.elsewhere), strict=True)


def _policies(estate: Estate) -> Iterator[Policy]:
    """Every policy document of an estate that was read, as often as it is attached."""
    for function in estate.functions:
        if function.resource_policy is not None:
            yield function.resource_policy
    for role in estate.roles:
        documents = (role.trust, role.boundary, *(held.policy for held in role.policies))
        yield from (document for document in documents if document is not None)
    yield from (document.policy for document in estate.documents)
