"""Which rules are asked."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.engine.errors import nearest
from auditor.engine.rule import Rule
from auditor.sources.errors import UsageError


def select_rules(rules: Sequence[Rule], select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules that `select` names by id, former id or tag (none: all), without those that
    `ignore` names.

    Rules that are left out do not replace others either. Raises UsageError for a name that is
    neither a rule nor a tag.
    """
    names = {name for rule in rules for name in _names(rule)}
    for name in (*select, *ignore):
        if name not in names:
            raise UsageError(f"`{name}` is neither a rule nor a tag", nearest(name, names))
    chosen, left_out = set(select or names), set(ignore)
    return tuple(rule for rule in rules if _names(rule) & chosen and not _names(rule) & left_out)


def find_rule(rules: Sequence[Rule], name: str) -> Rule:
    """The rule that has, or once had, the id `name`; raises UsageError where none has."""
    for rule in rules:
        if name in (rule.id, *rule.aliases):
            return rule
    raise UsageError(f"there is no rule `{name}`", nearest(name, (rule.id for rule in rules)))


def _names(rule: Rule) -> set[str]:
    return {rule.id, *rule.aliases, *rule.tags}
