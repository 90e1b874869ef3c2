"""What waits for what in a configuration.

A node is a resource, a data source, a local value, a variable or an output of one module, and the
whole of a module. A reference to `module.m.x` waits for that output alone, `depends_on =
[module.m]` for all of the module; what a call itself waits for, all of its module waits for.
Source: the Terraform language documentation of depends_on and of references.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from auditor.fixes.edit import NotEditableError
from auditor.fixes.terraform.references import all_attributes
from auditor.fixes.terraform.tree import Tree
from auditor.sources.terraform.configuration import Configuration
from auditor.sources.terraform.language.block import Attribute, Block
from auditor.sources.terraform.language.expression import references

Node: TypeAlias = "tuple[str, str]"
"""The path of a module, and what of it: `aws_iam_role.r`, `local.x`, `var.x`, `output.x`, or one
of the two below."""
ALL = "(all of it)"
_BEFORE = "(what it waits for)"
_META = frozenset({"source", "version", "providers"})
_ORDER = "depends_on"
_FOR_ALL = frozenset({_ORDER, "count", "for_each"})


def _add_opaque(graph: dict[Node, set[Node]], module: str) -> None:
    """A module whose source is not here: anything in it may wait for everything it is given."""
    given = {node for node in graph if node[0] == module and node[1] != ALL}
    graph.setdefault((module, ALL), set()).update(given)


def reference_graph(tree: Tree, *, values: bool = False) -> dict[Node, set[Node]]:
    """The nodes of a configuration, each with those that it waits for; with `values` only with
    those whose values it reads."""
    graph: dict[Node, set[Node]] = {}
    for module in tree.modules():
        try:
            configuration = tree.configuration(module)
        except NotEditableError:
            _add_opaque(graph, module)
        else:
            _add_module(graph, module, configuration, values=values)
    return graph


def _add_module(graph: dict[Node, set[Node]], module: str, configuration: Configuration, *, values: bool) -> None:
    whole = graph.setdefault((module, ALL), set())
    before = (module, _BEFORE)
    graph.setdefault(before, set())
    named = {id(block): f"{kind}.{name}" for kind, name, block in _resources(configuration)}
    for name in named.values():
        graph.setdefault((module, name), set()).add(before)
        whole.add((module, name))
    for name, block in configuration.outputs.items():
        named[id(block)] = f"output.{name}"
    for name, block in configuration.modules.items():
        inner = f"{module}.module.{name}" if module else f"module.{name}"
        whole.add((inner, ALL))
        graph.setdefault((inner, _BEFORE), set()).add(before)
        for attribute in block.attributes.values():
            if attribute.name in _META or (values and attribute.name == _ORDER):
                continue
            node = (inner, _BEFORE if attribute.name in _FOR_ALL else f"var.{attribute.name}")
            graph.setdefault(node, set()).update(_targets(module, attribute))
    for holder, attribute in all_attributes(configuration):
        name = f"local.{attribute.name}" if holder is None else named.get(id(holder), "")
        if name and not (values and attribute.name == _ORDER):
            graph.setdefault((module, name), set()).update(_targets(module, attribute))


def _resources(configuration: Configuration) -> Iterator[tuple[str, str, Block]]:
    for (mode, type_, name), block in configuration.resources.items():
        yield (f"data.{type_}" if mode == "data" else type_), name, block


def _targets(module: str, attribute: Attribute) -> Iterator[Node]:
    for path in references(attribute.expression):
        match path:
            case ("module", name, output, *_):
                yield (f"{module}.module.{name}" if module else f"module.{name}", f"output.{output}")
            case ("module", name):
                yield (f"{module}.module.{name}" if module else f"module.{name}", ALL)
            case ("data", type_, name, *_):
                yield (module, f"data.{type_}.{name}")
            case ("path" | "terraform" | "each" | "count" | "self", *_):
                continue
            case (kind, name, *_):
                yield (module, f"{kind}.{name}")
            case _:
                continue
