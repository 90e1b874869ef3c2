"""Fixes as the report shows them; one that several findings share is written out once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from auditor.estate.estate import SourceKind
from auditor.fixes.fix import Fix, RenderedFix, Safety
from auditor.reports.command import fold_command
from auditor.reports.html.change import Change, changes_of
from auditor.reports.remedy import GAP, list_proved

_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Rendering:
    """A fix in one language, line by line."""

    language: str
    lines: tuple[str, ...]
    diff: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """A fix as it is shown. `proved` are the points of its proof, `provided` what it rests on."""

    fix: Fix
    safety: str
    proved: tuple[str, ...]
    provided: tuple[str, ...]
    gap: str
    changes: tuple[Change, ...]
    renderings: tuple[Rendering, ...]


_SAFETY = {Safety.SAFE: "safe", Safety.UNSAFE: "rests on an assumption", Safety.ADVICE: "advice, not proved"}


def show_remedy(rendered: RenderedFix, kind: SourceKind) -> Remedy:
    """A fix with its proof and every language that can say it, that of the source first."""
    fix, proof = rendered.fix, rendered.fix.proof
    return Remedy(
        fix,
        _SAFETY[fix.safety],
        tuple(list_proved(proof)) if proof else (),
        proof.assumptions if proof else (),
        GAP if proof and proof.gap else "",
        tuple(changes_of(fix.operations)),
        tuple(_renderings(rendered, kind)),
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
    diff = [Rendering("Diff of the source", _lines(rendered.diff), diff=True)] if rendered.diff else []
    return [*diff, *(Rendering(language, _lines(code)) for language, code in snippets if code)]


def _lines(code: str) -> tuple[str, ...]:
    return tuple(line.expandtabs(4) for line in code.strip("\n").split("\n"))


def wording(rendered: RenderedFix) -> Hashable:
    """What makes two fixes the same to a reader."""
    fix = rendered.fix
    return (
        fix.title,
        fix.safety,
        fix.advice,
        fix.proof,
        rendered.diff,
        rendered.terraform,
        rendered.cloudformation,
        rendered.cli,
    )
