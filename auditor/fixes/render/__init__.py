"""Rendering: one proved plan in every language that can say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.fixes.fix import Fix, RenderedFix, Safety
from auditor.fixes.render.by_hand import write_by_hand
from auditor.fixes.render.on_demand import OnDemand


def render(fix: Fix, estate: Estate) -> RenderedFix:
    """`fix`, planned on `estate`, as a Terraform snippet, a CloudFormation snippet and AWS CLI
    commands. A language that cannot say all of it exactly is left out (None, or no commands);
    advice, which has no operations, is left out of all. A fix that none can say becomes advice, which
    tells what to do by hand."""
    if not fix.operations:
        return RenderedFix(fix)
    snippets = OnDemand(fix, estate)
    if snippets.any():
        return RenderedFix(fix, snippets)
    return RenderedFix(Fix(fix.title, Safety.ADVICE, advice=write_by_hand(fix.operations)), planned=fix)


def render_each(fixes: Iterable[tuple[Fix, Estate]]) -> Iterator[RenderedFix]:
    """Fixes as `render` gives them. One that several findings share is written once."""
    known: dict[int, RenderedFix] = {}
    for fix, estate in fixes:
        written = known.get(id(fix.operations)) if fix.operations else None
        if written is not None:
            yield replace(written, fix=fix) if written.fix.operations else written
            continue
        known[id(fix.operations)] = render(fix, estate)
        yield known[id(fix.operations)]
