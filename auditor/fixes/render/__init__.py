"""Rendering: one proved plan in every language that can say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from auditor.estate.estate import Estate
from auditor.fixes.fix import Fix, RenderedFix
from auditor.fixes.render.cli import render_cli
from auditor.fixes.render.cloudformation import render_cloudformation
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.terraform import render_terraform

_T = TypeVar("_T")


def render(fix: Fix, estate: Estate) -> RenderedFix:
    """`fix`, planned on `estate`, as a Terraform snippet, a CloudFormation snippet and AWS CLI
    commands. A language that cannot say all of it exactly is left out (None, or no commands);
    advice, which has no operations, is left out of all."""
    if not fix.operations:
        return RenderedFix(fix)
    return RenderedFix(
        fix,
        terraform=_unless_inexpressible(lambda: render_terraform(fix, estate), None),
        cloudformation=_unless_inexpressible(lambda: render_cloudformation(fix, estate), None),
        cli=_unless_inexpressible(lambda: render_cli(fix), ()),
    )


def _unless_inexpressible(write: Callable[[], _T], otherwise: _T) -> _T:
    try:
        return write()
    except InexpressibleError:
        return otherwise
