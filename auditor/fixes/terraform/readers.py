"""Who reads a value that is to change: what is not audited might lose or gain access by it."""

from __future__ import annotations

import re

from auditor.fixes.edit import NotEditableError
from auditor.fixes.terraform.graph import Node, reference_graph
from auditor.fixes.terraform.references import all_attributes
from auditor.fixes.terraform.tree import Spot, Tree
from auditor.sources.terraform.language.expression import Call, inner_expressions

_AUDITED = frozenset(
    {
        "aws_iam_policy",
        "aws_iam_policy_attachment",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
        "aws_iam_role_policy_attachments_exclusive",
        "aws_lambda_permission",
        "aws_lambda_resource_policy",
    }
)
_POLICY = "aws_iam_policy."
_PASSED_ON = ("local.", "var.", "output.", "data.aws_iam_policy_document.", _POLICY)


def value_at(spot: Spot, module: str) -> Node:
    """What other values call the one at a spot: its module, and its name there. Raises
    NotEditableError where it is not a value by itself."""
    outermost = spot.blocks[0] if spot.blocks else None
    attribute = spot.attribute.name if spot.attribute is not None else ""
    match outermost.type if outermost is not None else "", outermost.labels if outermost is not None else ():
        case "locals", ():
            return module, f"local.{attribute}"
        case "variable", (name,):
            return module, f"var.{name}"
        case "module", (name,):
            return (f"{module}.module.{name}" if module else f"module.{name}"), f"var.{attribute}"
        case "data", (type_, name):
            return module, f"data.{type_}.{name}"
        case "resource", (type_, name):
            return module, f"{type_}.{name}"
    raise NotEditableError("the value stands in no block that has a name")


def require_audited_readers(tree: Tree, value: Node) -> None:
    """Raises NotEditableError where something that is not audited reads a value, directly or
    through other values: it would lose access, or gain some."""
    start = (re.sub(r"\[[^\]]*\]", "", value[0]), value[1])
    if not start[1].startswith(_PASSED_ON):
        return
    readers: dict[Node, list[Node]] = {}
    for reader, read in reference_graph(tree, values=True).items():
        for node in read:
            readers.setdefault(node, []).append(reader)
    waiting, seen = [start], {start}
    while waiting:
        for reader in readers.get(waiting.pop(), ()):
            if reader in seen or reader[1].startswith("("):
                continue
            seen.add(reader)
            if not reader[1].startswith(_PASSED_ON) and not _is_audited(tree, reader):
                raise NotEditableError(f"`{'.'.join(filter(None, reader))}` reads it too, which is not audited")
            if reader[1].startswith(_PASSED_ON):
                waiting.append(reader)


def _is_audited(tree: Tree, reader: Node) -> bool:
    module, name = reader
    type_, _, label = name.partition(".")
    block = tree.configuration(module).resources.get(("resource", type_, label))
    people = {"users", "groups"} & block.attributes.keys() if block is not None else ()
    return type_ in _AUDITED and not (type_ == "aws_iam_policy_attachment" and people)


def require_audited_readers_of_file(tree: Tree, file: str) -> None:
    """The same for a file that `file()` or `templatefile()` reads, told by its name."""
    name = file.rpartition("/")[2]
    for configuration in tree.configurations():
        for block, attribute in all_attributes(configuration):
            for part in inner_expressions(attribute.expression):
                if not isinstance(part, Call) or name not in attribute.file.source(part.start, part.end):
                    continue
                kind = block.labels[0] if block is not None and block.type == "resource" else ""
                if part.name.startswith(("file", "templatefile")) and kind not in _AUDITED:
                    place = attribute.file.origin(attribute.start, attribute.end)
                    raise NotEditableError(f"`{place}` reads it too, which is not audited")
