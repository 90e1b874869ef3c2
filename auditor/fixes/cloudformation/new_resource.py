"""New resources of a template, and old ones that go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from auditor.estate.estate import Estate
from auditor.fixes.cloudformation.changes import Changes, is_flow
from auditor.fixes.cloudformation.layout import layout_of
from auditor.fixes.cloudformation.references import depends_on, names_in, waits_for
from auditor.fixes.cloudformation.tree import Resource, TemplateFile, member_of
from auditor.fixes.cloudformation.writing import Written, write_member
from auditor.fixes.edit import NotEditableError

_WORD = re.compile(r"[A-Za-z0-9]+")
_LONGEST_ID = 240
_KEPT = ("Retain", "RetainExceptOnCreate", "Snapshot")


def free_logical_id(words: Iterable[str], file: TemplateFile, estate: Estate, taken: set[str]) -> str:
    """A logical id made of words that neither the template nor what is made of it has; it is then
    taken."""
    joined = "".join(word[0].upper() + word[1:] for part in words for word in _WORD.findall(part))
    base = (joined or "Added")[:_LONGEST_ID]
    used = taken | file.resources.keys() | {str(member.key) for member in file.section("Parameters")} | _made(estate)
    name, count = base, 1
    while name in used:
        count += 1
        name = f"{base}{count}"
    taken.add(name)
    return name


def _made(estate: Estate) -> set[str]:
    """The logical ids of the stack, those that a transform made included."""
    addresses = {function.address for function in estate.functions} | {role.address for role in estate.roles}
    addresses |= {s.origin.address for f in estate.functions for s in (f.resource_policy or ())}
    return {address for address in addresses if address is not None}


def add_resource(changes: Changes, beside: Resource, name: str, body: Mapping[str, Written]) -> None:
    """Put a resource behind another one, with an empty line between where the template has them."""
    file, start, end = beside.file, *beside.file.span(beside.member.origin)
    section = next(m.value for m in file.root.members or () if str(m.key) == "Resources")
    if is_flow(file, section):
        changes.add_member(file, section, name, body, after=(beside.name,))
        return
    at = file.line_end(end)
    indent = " " * file.column(start)
    gap = "\n\n" if _apart(file) else "\n"
    changes.put(file, at, at, gap + indent + write_member(name, body, indent, layout_of(file)))


def _apart(file: TemplateFile) -> bool:
    """Whether empty lines stand between the resources."""
    spans = [file.span(resource.member.origin) for resource in file.resources.values()]
    between = [file.content[one[1] : other[0]] for one, other in pairwise(spans)]
    return len(between) == 0 or sum("\n\n" in text.replace("\r", "") for text in between) * 2 > len(between)


def remove_resource(changes: Changes, resource: Resource) -> None:
    """Take a resource out; what waits for it waits no longer. Raises NotEditableError where
    something reads it, or CloudFormation would leave it in the account."""
    file = resource.file
    require_deleted(resource, "DeletionPolicy")
    section = next(m.value for m in file.root.members or () if str(m.key) == "Resources")
    for other in file.resources.values():
        if other.name != resource.name and resource.name in waits_for(other) - set(depends_on(other)):
            raise NotEditableError(f"`{other.name}` refers to `{resource.name}`")
    for output in file.section("Outputs"):
        if resource.name in names_in(output.value):
            raise NotEditableError(f"the output `{output.key}` refers to `{resource.name}`")
    for other in file.resources.values():
        if other.name != resource.name and resource.name in depends_on(other):
            forget_dependency(changes, other, {resource.name})
    changes.remove_member(file, section, resource.member)


def forget_dependency(changes: Changes, resource: Resource, names: set[str]) -> None:
    """Take names out of a resource's `DependsOn`."""
    member = member_of(resource.body, "DependsOn")
    if member is None or not names & set(depends_on(resource)):
        return
    node = member.value
    gone = [item for item in node.items or () if item.text is not None and str(item.text) in names]
    if node.items is None or len(gone) == len(node.items):
        changes.remove_member(resource.file, resource.body, member)
    else:
        changes.remove_items(resource.file, node, gone)


def add_dependency(changes: Changes, resource: Resource, name: str) -> None:
    """Let a resource wait for another one: put its name into `DependsOn`."""
    file, member = resource.file, member_of(resource.body, "DependsOn")
    if member is None:
        changes.add_member(file, resource.body, "DependsOn", name, after=("Type", "Condition"))
    elif member.value.items is not None:
        changes.add_items(file, member.value, [name])
    else:
        changes.replace_member(file, member, [*depends_on(resource), name])


def require_deleted(resource: Resource, policy: str) -> None:
    """Raises NotEditableError where CloudFormation leaves what goes in the account."""
    if resource.literal(policy) in _KEPT:
        raise NotEditableError(f"its `{policy}` keeps the old one")
