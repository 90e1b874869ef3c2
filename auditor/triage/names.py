"""Whether the rules that a configuration names are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.engine.errors import nearest
from auditor.engine.levels import Severity
from auditor.engine.rule import Case, Rule
from auditor.engine.selection import find_rule
from auditor.iam.origin import Origin
from auditor.sources.errors import UsageError
from auditor.triage.waiver import Waiver, current_ids

if TYPE_CHECKING:
    from auditor.triage.configuration import Configuration


def check_names(configuration: Configuration, rules: Sequence[Rule]) -> None:
    """Raise UsageError, with its place, for the first name that is none of a rule, or of a tag where
    tags may stand. `rules` are all there are."""
    ids = {name for rule in rules for name in (rule.id, *rule.aliases)}
    tags = {tag for rule in rules for tag in rule.tags}
    for entry in (*configuration.select, *configuration.ignore):
        if entry.name not in ids | tags:
            message = f"{entry.origin}: `{entry.name}` is neither a rule nor a tag"
            raise UsageError(message, nearest(entry.name, ids | tags))
    of_severity = ((entry.name, entry.origin) for entry, _ in configuration.severity)
    of_waivers = ((name, waiver.origin) for waiver in configuration.waivers for name in waiver.rules)
    _check_ids((*of_severity, *of_waivers), ids)


def _check_ids(names: Iterable[tuple[str, Origin]], ids: set[str]) -> None:
    for name, origin in names:
        if name not in ids:
            raise UsageError(f"{origin}: there is no rule `{name}`", nearest(name, ids))


def with_current_ids(waivers: Iterable[Waiver], rules: Sequence[Rule]) -> tuple[Waiver, ...]:
    """The waivers with the rules that they name by former ids."""
    return tuple(replace(waiver, rules=current_ids(waiver.rules, rules)) for waiver in waivers)


def with_severities(rules: Sequence[Rule], severity: Mapping[str, Severity]) -> tuple[Rule, ...]:
    """The rules with these severities by id or former id, which count in each of their cases. Raises
    UsageError for a name that is none of a rule."""
    wanted = {find_rule(rules, name).id: level for name, level in severity.items()}
    return tuple(
        replace(rule, severity=wanted[rule.id], cases=tuple(map(_without_severity, rule.cases)))
        if rule.id in wanted
        else rule
        for rule in rules
    )


def _without_severity(case: Case) -> Case:
    return replace(case, severity=None)
