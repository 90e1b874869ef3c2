"""One fix as edits of Terraform source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.estate.estate import Estate
from auditor.fixes.edit import Edit, NotEditableError, edited, moved
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
from auditor.fixes.terraform.attachment_edit import add_inline_policy, detach_policy
from auditor.fixes.terraform.changes import Changes
from auditor.fixes.terraform.graph import Node
from auditor.fixes.terraform.layout import line_up
from auditor.fixes.terraform.lifecycle import require_holder_changes
from auditor.fixes.terraform.permission_edit import edit_permissions
from auditor.fixes.terraform.place import above_comments
from auditor.fixes.terraform.statement_edit import StatementEdit
from auditor.fixes.terraform.tree import Tree
from auditor.sources.terraform.configuration import is_override


def drafts(fix: Fix, estate: Estate, tree: Tree) -> Iterator[Draft]:
    """The ways to write `fix`, the one that edits values where they are written first. Raises
    NotEditableError, which says why, after the last where there was none."""
    refusals: list[str] = []
    found: set[tuple[Edit, ...]] = set()
    for at_statement in (False, True):
        try:
            changes = _changes(fix, estate, tree, at_statement=at_statement)
        except NotEditableError as error:
            refusals.append(str(error))
            continue
        except InexpressibleError as error:
            refusals.append(f"Terraform cannot say it here: {error}")
            continue
        made = Draft(tuple(changes.edits), frozenset(changes.blocks), changes.gap, frozenset(changes.data))
        if made.edits not in found:
            found.add(made.edits)
            yield made
    if not found:
        raise NotEditableError(refusals[0])


def _changes(fix: Fix, estate: Estate, tree: Tree, *, at_statement: bool) -> Changes:
    changes = Changes()
    statements = StatementEdit(estate, tree, changes, at_statement)
    if any(isinstance(operation, (AddPermission, RemovePermission)) for operation in fix.operations):
        edit_permissions(fix, estate, tree, changes)
    added: dict[str, Node | None] = {}
    for operation in fix.operations:
        match operation:
            case AddPermission() | RemovePermission():
                continue
            case ReplaceStatement(policy=held):
                require_holder_changes(tree, held.address, ("policy", "inline_policy"))
                statements.edit(operation)
            case ReplaceTrust(role=role):
                require_holder_changes(tree, role.address, ("assume_role_policy",))
                statements.edit(operation)
            case AddInlinePolicy(role=role):
                added[role.key] = add_inline_policy(operation, estate, tree, changes)
            case DetachPolicy(role=role):
                # Where what waits for the one cannot wait for the other, the second way drops that.
                successor = None if at_statement else added.get(role.key)
                detach_policy(operation, successor, tree, changes)
                # Nothing makes Terraform attach one policy before it takes another one off.
                changes.gap = changes.gap or role.key in added
    return changes


def write_drafts(written: Iterable[Draft], tree: Tree) -> dict[str, bytes]:
    """The files, by their shown paths, as all of these drafts leave them. Raises OverlapError
    where two of them contradict each other, NotEditableError."""
    edits: dict[str, list[Edit]] = {}
    data: dict[tuple[str, str], None] = {}
    for draft in written:
        for edit in draft.edits:
            edits.setdefault(edit.file, []).append(edit)
        data.update(dict.fromkeys(sorted(draft.data)))
    for module, type_ in data:
        declaration = _declaration(module, type_, edits, tree)
        edits.setdefault(declaration.file, []).append(declaration)
    contents: dict[str, bytes] = {}
    for file, changes in edits.items():
        before = tree.file(file)
        content, touched = edited(before.content, changes)
        blocks = moved(before.content, changes, ((block.start, block.end) for block in before.blocks))
        contents[file] = line_up(content, touched, blocks)
    return contents


def _declaration(module: str, type_: str, edits: dict[str, list[Edit]], tree: Tree) -> Edit:
    """A data source that a module lacks, before the first block of it that reads it; an override
    file can declare none, so then at the end of another file."""
    if ("data", type_, "current") in tree.configuration(module).resources:
        raise NotEditableError(f"`data.{type_}.current` is not that of the module's own provider")
    files = [file for file in tree.configuration(module).files if not is_override(file.path)]
    for known in files:
        reading = [edit.start for edit in edits.get(known.file, ()) if f"data.{type_}.current." in edit.by]
        if reading:
            first = min(reading)
            starts = [block.start for block in known.blocks if block.start <= first]
            at = above_comments(known.content, max(starts, default=0))
            return Edit(known.file, at, at, f'data "{type_}" "current" {{}}\n\n')
    last = next((tree.file(file.file) for file in reversed(files) if file.blocks and file.file.endswith(".tf")), None)
    if last is None:
        raise NotEditableError(f"`{module or 'the root module'}` has no file for a data source")
    end = last.blocks[-1].end
    return Edit(last.file, end, end, f'\n\ndata "{type_}" "current" {{}}')
