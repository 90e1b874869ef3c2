"""The templates of a CloudFormation estate as something that fixes are written into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from auditor.estate.estate import Estate
from auditor.fixes.cloudformation.changes import Changes
from auditor.fixes.cloudformation.permission_edit import PermissionEdit, edit_permissions
from auditor.fixes.cloudformation.policy_edit import PolicyEdit, Way
from auditor.fixes.cloudformation.references import find_cycle, unused
from auditor.fixes.cloudformation.scope import Scopes
from auditor.fixes.cloudformation.tree import Tree, read_file
from auditor.fixes.cloudformation.users import Users
from auditor.fixes.edit import Edit, NotEditableError, edited
from auditor.fixes.editable import Draft
from auditor.fixes.fix import Fix
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.fixes.render.inexpressible import InexpressibleError


class TemplateSource:
    """A template with those nested in it; `users` finds who else uses them."""

    def __init__(self, estate: Estate, users: Callable[[], Users]) -> None:
        self._estate = estate
        self._users = users
        self._tree = Tree(estate.origin.file or "")
        self._scopes = Scopes(estate)

    def drafts(self, fix: Fix) -> Iterator[Draft]:
        """The one that edits values where they are written first."""
        refusals: list[str] = []
        found: set[tuple[Edit, ...]] = set()
        for way in Way:
            try:
                changes = self._changes(fix, way)
            except NotEditableError as error:
                refusals.append(str(error))
                continue
            except InexpressibleError as error:
                refusals.append(f"a template cannot say it here: {error}")
                continue
            made = Draft(tuple(changes.edits), frozenset(changes.touched), changes.gap)
            if made.edits not in found:
                found.add(made.edits)
                yield made
        if not found:
            raise NotEditableError(refusals[0])

    def write(self, drafts: Iterable[Draft]) -> dict[str, bytes]:
        edits: dict[str, list[Edit]] = {}
        for draft in drafts:
            for edit in draft.edits:
                edits.setdefault(edit.file, []).append(edit)
        return {file: edited(self.content(file), changes)[0] for file, changes in edits.items()}

    def content(self, file: str) -> bytes:
        return self._tree.file(file).bytes

    def unread_user(self, file: str) -> str:
        return self._users().unread(file)

    def broken(self, files: Iterable[str]) -> str:
        for name in files:
            before = self._tree.file(name)
            try:
                after = read_file(name)
            except NotEditableError:
                return f"`{name}` is laid out in a way that is not followed"
            if before.is_json and not after.is_json:
                return f"`{name}` would be no JSON any more"
            cycle = find_cycle(after) if not find_cycle(before) else ()
            if cycle:
                return f"it would make a cycle: {' -> '.join(cycle)}"
            idle = sorted(unused(after) - unused(before), key=lambda mention: (mention.declared, mention.name))
            if idle:
                return f"nothing would use `{idle[0].name}` of `{idle[0].declared}` any more"
        return ""

    def _changes(self, fix: Fix, way: Way) -> Changes:
        changes = Changes()
        policies = PolicyEdit(self._estate, self._tree, self._scopes, changes, way)
        if any(isinstance(operation, (AddPermission, RemovePermission)) for operation in fix.operations):
            edit_permissions(fix, PermissionEdit(self._estate, self._tree, self._scopes, changes))
        added: set[str] = set()
        for operation in fix.operations:
            match operation:
                case AddPermission() | RemovePermission():
                    continue
                case ReplaceStatement():
                    policies.replace(operation)
                case ReplaceTrust():
                    policies.replace_trust(operation)
                case AddInlinePolicy(role=role):
                    policies.add(operation)
                    added.add(role.key)
                case DetachPolicy(role=role):
                    policies.detach(operation)
                    # Nothing tells in which order CloudFormation attaches and detaches.
                    changes.gap = changes.gap or role.key in added
        return changes
