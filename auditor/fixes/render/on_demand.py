"""The snippets of a fix, each written where it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from auditor.estate.estate import Estate, SourceKind
from auditor.fixes.fix import Fix
from auditor.fixes.render.inexpressible import InexpressibleError

_T = TypeVar("_T")


class OnDemand:
    """The snippets of a fix that was planned on an estate. A report in one language does without the
    writers of the others, whose modules take longer to load than a snippet to write."""

    def __init__(self, fix: Fix, estate: Estate) -> None:
        self._fix = fix
        self._estate = estate

    @cached_property
    def terraform(self) -> str | None:
        from auditor.fixes.render.terraform import render_terraform  # noqa: PLC0415 - loaded where it is asked for

        return _unless_inexpressible(lambda: render_terraform(self._fix, self._estate), None)

    @cached_property
    def cloudformation(self) -> str | None:
        from auditor.fixes.render.cloudformation import render_cloudformation  # noqa: PLC0415 - as above

        return _unless_inexpressible(lambda: render_cloudformation(self._fix, self._estate), None)

    @cached_property
    def cli(self) -> tuple[str, ...]:
        from auditor.fixes.render.cli import render_cli  # noqa: PLC0415 - as above

        return _unless_inexpressible(lambda: render_cli(self._fix), ())

    def any(self) -> bool:
        """Whether any language can say the fix; the one of its source is asked first."""
        match self._estate.kind:
            case SourceKind.TERRAFORM | SourceKind.PLAN | SourceKind.STATE:
                return bool(self.terraform or self.cli or self.cloudformation)
            case SourceKind.CLOUDFORMATION:
                return bool(self.cloudformation or self.cli or self.terraform)
            case SourceKind.BUNDLE | SourceKind.DOCUMENT | SourceKind.AWS:
                return bool(self.cli or self.terraform or self.cloudformation)


def _unless_inexpressible(write: Callable[[], _T], otherwise: _T) -> _T:
    try:
        return write()
    except InexpressibleError:
        return otherwise
