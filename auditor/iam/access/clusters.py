"""Condition keys that have to be looked at together, because they refer to one another."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.iam.access.links import PAIRS
from auditor.iam.access.tested import Tested, key_of
from auditor.iam.match.glob import Variable, glob
from auditor.iam.match.statement import resource_glob
from auditor.iam.text import Text


def clusters(statements: Sequence[Tested], of_resources: Sequence[str]) -> list[list[str]]:
    """Keys grouped so that keys that refer to one another are together; the first group holds
    those that resources refer to, and those `of_resources` (it may be empty)."""
    with_resource: set[str] = set()
    links: list[set[str]] = [set(pair) for pair in PAIRS]
    keys: dict[str, None] = {}
    for t in statements:
        if t.variables:
            with_resource |= {key for p in t.statement.resources or () for key in variables_of(p.text, True)}
        for condition in t.statement.conditions:
            name = key_of(condition)
            if name is None:
                continue
            keys[name] = None
            used = (
                {key for value in condition.values for key in variables_of(value.text, False)} if t.variables else set()
            )
            keys.update(dict.fromkeys(sorted(used)))
            links.append({name, *used})
    keys.update(dict.fromkeys(sorted(with_resource)))
    with_resource |= {key for key in of_resources if key in keys}
    groups: list[set[str]] = [set(with_resource)]
    for key in keys:
        linked = {key}.union(*(link for link in links if key in link))
        touching = [group for group in groups if group & linked]
        merged = linked.union(*touching)
        if any(group is groups[0] for group in touching):
            groups = [merged, *(group for group in groups[1:] if not group & linked)]
        else:
            groups = [*(group for group in groups if not group & linked or not group), merged]
    return [[key for key in keys if key in group] for group in groups]


def variables_of(written: Text, resource: bool) -> set[str]:
    parsed = resource_glob(written, True) if resource else glob(written, True, True)
    return {part.key for part in parsed if isinstance(part, Variable)}
