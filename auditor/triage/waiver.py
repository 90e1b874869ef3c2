"""A waiver: somebody accepts a finding, for a reason and until a day."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from auditor.engine.finding import Finding
from auditor.engine.rule import Rule
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.sources.repository import repository_of

EVERY = "*"


class WaiverKind(Enum):
    """Where a waiver is written; the value is how reports call it."""

    WAIVER = "waiver"
    """In the configuration or a file of waivers."""
    COMMENT = "comment"
    """In the source, beside what it is about."""


class Waiver(Frozen):
    """It names a finding by its fingerprint, or findings of rules by where they are.

    `rules` are ids. `function` and `path` are globs, in which `*` crosses slashes; `path` is seen from
    the folder `home`. A comment has `lines` of its file instead. `expires` is the last day on which it
    counts; None, which only a comment may have, is for good.
    """

    kind: WaiverKind
    origin: Origin
    reason: str
    expires: date | None = None
    owner: str = ""
    fingerprint: str | None = None
    rules: tuple[str, ...] = ()
    function: str | None = None
    path: str | None = None
    home: str = "."
    lines: tuple[int, ...] = ()

    def expired(self, today: date) -> bool:
        return self.expires is not None and today > self.expires

    def covers(self, finding: Finding) -> frozenset[str]:
        """The rules among those of a finding and its parts that this waiver is about."""
        rules = rules_of(finding)
        if self.fingerprint is not None:
            return rules if self.fingerprint == finding.fingerprint else frozenset()
        return rules.intersection(self.rules) if self._is_there(finding) else frozenset()

    def _is_there(self, finding: Finding) -> bool:
        if self.lines:
            return finding.origin.file == self.origin.file and finding.origin.line in self.lines
        if self.function is not None and not self._names_function(finding):
            return False
        return self.path is None or fnmatchcase(_seen_from(self.home, finding.origin), self.path)

    def _names_function(self, finding: Finding) -> bool:
        assert self.function is not None
        if finding.function is None:
            return self.function == EVERY
        return fnmatchcase(finding.function.title, self.function)


def rules_of(finding: Finding) -> frozenset[str]:
    """The rules that a finding and its parts are of."""
    return frozenset((finding.rule, *(part.rule for part in finding.also)))


def current_ids(names: Collection[str], rules: Collection[Rule]) -> tuple[str, ...]:
    """The ids of the rules that have, or once had, one of these names."""
    return tuple(rule.id for rule in rules if {rule.id, *rule.aliases}.intersection(names))


def _seen_from(home: str, origin: Origin) -> str:
    """The file of an origin relative to a folder, both as seen from the working directory; an ARN as it is.

    Where the two are in different repositories, or in different work trees of one, both count from the
    root of their own: so a configuration of the base branch fits the branch that is audited.
    """
    if origin.file is None:
        return origin.arn or ""
    if origin.file.startswith("<"):
        return origin.file
    file, folder = Path(os.path.realpath(origin.file)), Path(os.path.realpath(home))
    roots = repository_of(file.parent), repository_of(folder)
    if roots[0] is not None and roots[1] is not None and roots[0] != roots[1]:
        file, folder = file.relative_to(roots[0]), folder.relative_to(roots[1])
    return os.path.relpath(file, folder).replace(os.sep, "/")
