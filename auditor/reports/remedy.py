"""A fix as a person reads it: what it does, what was proved, and what to type."""

from __future__ import annotations

from auditor.estate.estate import SourceKind
from auditor.fixes.fix import Proof, RenderedFix, Safety
from auditor.reports.command import fold_command
from auditor.reports.screen import BLANK, MARGIN, Line, Style, hang, plain, styled

MOST_LINES = 40
_INDENT = "    "


def show_fix(rendered: RenderedFix, kind: SourceKind, width: int, *, whole: bool) -> list[Line]:
    """The title, the proof in words, and the fix in the language of its source.

    Without `whole`, only the first lines of a long fix.
    """
    style, proof = _tell_safety(rendered)
    told = styled(rendered.fix.title, Style.STRONG, width - MARGIN) + styled(proof, style, width - MARGIN)
    if rendered.fix.advice:
        told += styled(rendered.fix.advice, Style.PLAIN, width - MARGIN)
    lines = hang("fix", told)
    code = choose_code(rendered, kind, width - len(_INDENT))
    if not code:
        return lines
    shown = code if whole or len(code) <= MOST_LINES + 2 else code[:MOST_LINES]
    lines += [BLANK, *(plain(_INDENT + text.expandtabs(4)) for text in shown)]
    if len(shown) < len(code):
        lines.append([(f"{_INDENT}… {len(code) - len(shown)} more lines, -v shows all", Style.FAINT)])
    return [*lines, BLANK]


def choose_code(rendered: RenderedFix, kind: SourceKind, width: int) -> list[str]:
    """The lines of the fix in its source's language, else in the first that can say it."""

    def commands() -> str:
        return "\n".join(line for command in rendered.cli for line in fold_command(command, width))

    match kind:
        case SourceKind.TERRAFORM | SourceKind.PLAN | SourceKind.STATE:
            code = rendered.diff or rendered.terraform or commands() or rendered.cloudformation
        case SourceKind.CLOUDFORMATION:
            code = rendered.diff or rendered.cloudformation or commands() or rendered.terraform
        case SourceKind.BUNDLE | SourceKind.DOCUMENT | SourceKind.AWS:
            code = commands() or rendered.terraform or rendered.cloudformation
    return code.strip("\n").split("\n") if code else []


def _tell_safety(rendered: RenderedFix) -> tuple[Style, str]:
    proof = rendered.fix.proof
    match rendered.fix.safety:
        case Safety.SAFE:
            return Style.GOOD, f"safe: {tell_proof(proof)}" if proof else "safe"
        case Safety.UNSAFE:
            return Style.DOUBTFUL, f"rests on an assumption: {tell_proof(proof)}" if proof else "rests on an assumption"
        case Safety.ADVICE:
            return Style.DOUBTFUL, "advice, not proved"


def tell_proof(proof: Proof) -> str:
    """What a proof showed, in words without a full stop."""
    text = ", ".join(list_proved(proof))
    if proof.gap:
        text += f"; {GAP}"
    if proof.assumptions:
        text += "; provided that " + ", and that ".join(proof.assumptions)
    return text


GAP = "applied in one go, it interrupts access for a moment"


def list_proved(proof: Proof) -> list[str]:
    """What a proof showed, point by point."""
    told = []
    if proof.witness == "deny":
        told.append("afterwards the witness is denied")
    elif proof.witness == "allow":
        told.append("afterwards the refused request is allowed")
    if proof.needs_kept:
        told.append(_tell_kept(proof.needs_kept))
    told.append("access beyond the needs comes in" if proof.new_access else "nothing else becomes allowed")
    return told


def _tell_kept(needs: int) -> str:
    return "the need that worked still works" if needs == 1 else f"the {needs} needs that worked still work"
