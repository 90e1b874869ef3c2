"""Fixes as the report shows them; one that several findings share is written out once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from auditor.estate.estate import SourceKind
from auditor.fixes.fix import Fix, RenderedFix, Safety
from auditor.iam.frozen import Frozen
from auditor.reports.command import fold_command
from auditor.reports.html.change import Change, changes_of
from auditor.reports.remedy import GAP, list_proved
from auditor.reports.report import Entry

_WIDTH = 96


class Rendering(Frozen):
    """A fix in one language."""

    language: str
    code: str
    diff: bool = False


class Steps(Frozen):
    """What a fix does, in the statements and in each language."""

    changes: tuple[Change, ...]
    renderings: tuple[Rendering, ...]


class Remedy(Frozen):
    """A fix of a finding. `proved` are the points of its proof, `provided` what it rests on. Its steps
    are number `number`; where another finding has the same, they stand below that one, `first`."""

    fix: Fix
    safety: str
    proved: tuple[str, ...]
    provided: tuple[str, ...]
    gap: str
    number: int
    first: int
    steps: Steps | None


_SAFETY = {Safety.SAFE: "safe", Safety.UNSAFE: "rests on an assumption", Safety.ADVICE: "advice, not proved"}


class Remedies:
    """The fixes of a report; steps that several have are written out once."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[int, int]] = {}

    def of(self, entry: Entry, number: int) -> Iterator[Remedy]:
        """The fixes of finding `number`, the best first."""
        kind = entry.finding.fact.estate.kind
        for rendered in entry.fixes:
            key = (_wording(rendered), kind)
            known = self._known.get(key) if rendered.fix.operations else None
            steps = None
            if known is None:
                known = self._known[key] = (len(self._known) + 1, number)
                steps = Steps(tuple(changes_of(rendered.fix.operations)), tuple(_renderings(rendered, kind)))
            fix, proof = rendered.fix, rendered.fix.proof
            yield Remedy(
                fix,
                _SAFETY[fix.safety],
                tuple(list_proved(proof)) if proof else (),
                proof.assumptions if proof else (),
                GAP if proof and proof.gap else "",
                *known,
                steps,
            )


def _renderings(rendered: RenderedFix, kind: SourceKind) -> list[Rendering]:
    commands = "\n".join(line for command in rendered.cli for line in fold_command(command, _WIDTH))
    terraform = ("Terraform", rendered.terraform)
    cloudformation = ("CloudFormation", rendered.cloudformation)
    cli = ("AWS CLI", commands)
    snippets: tuple[tuple[str, str | None], ...]
    match kind:
        case SourceKind.TERRAFORM | SourceKind.PLAN | SourceKind.STATE:
            snippets = (terraform, cli, cloudformation)
        case SourceKind.CLOUDFORMATION:
            snippets = (cloudformation, cli, terraform)
        case SourceKind.BUNDLE | SourceKind.DOCUMENT | SourceKind.AWS:
            snippets = (cli, terraform, cloudformation)
    diff = [Rendering("Diff of the source", _aligned(rendered.diff), diff=True)] if rendered.diff else []
    return [*diff, *(Rendering(language, _aligned(code)) for language, code in snippets if code)]


def _aligned(code: str) -> str:
    return code.strip("\n").expandtabs(4)


def _wording(rendered: RenderedFix) -> Hashable:
    """What makes the steps of two fixes the same to a reader."""
    return (rendered.fix.title, rendered.diff, rendered.terraform, rendered.cloudformation, rendered.cli)
