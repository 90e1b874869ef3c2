"""What the stacks of one estate export.

Source: the CloudFormation user guide, "Fn::ImportValue" and "Outputs".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from auditor.iam.node import Node
from auditor.iam.text import Text
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.hole_book import HoleBook

if TYPE_CHECKING:
    from auditor.sources.cloudformation.stack import Stack


class Imported(NamedTuple):
    """What an export gives: `value` is None where that is not one value. `files` are the templates
    that export its name, and `book` knows the holes of the value."""

    value: Node | None
    files: tuple[str, ...]
    book: HoleBook


def exported(stack: Stack) -> Iterator[tuple[Text, Node]]:
    """The exports of one stack: their names, and what their values are written as."""
    for output in stack.template.outputs.values():
        declared = output.value.members
        export = declared.get("Export") if declared is not None else None
        written = export.members.get("Name") if export is not None and export.members is not None else None
        value = declared.get("Value") if declared is not None else None
        if declared is None or written is None or value is None:
            continue
        condition = text_of(declared.get("Condition"))
        if condition is not None and stack.conditions.truth(str(condition), output.origin) is False:
            continue
        name = text_of(stack.evaluator.value(written))
        if name is not None:
            yield name, value


def exported_beside(name: Text, importer: Stack) -> Imported | None:
    """What another stack of the importer's estate exports under a name; None where none does. A name is
    exported once in an account and region, and these stacks are there together."""
    offers = [
        (stack, value)
        for stack in importer.outermost.all_stacks()
        if stack is not importer
        for exported_name, value in exported(stack)
        if exported_name == name
    ]
    values = {text_of(value): value for value in (stack.evaluator.value(written) for stack, written in offers)}
    if not values:
        return None
    files = tuple(dict.fromkeys(stack.template.file for stack, _ in offers))
    (value,) = values.values() if len(values) == 1 else (None,)
    return Imported(value, files, importer.book)
