"""Cycles among the blocks of a configuration, which Terraform refuses to plan."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.fixes.terraform.graph import ALL, Node, reference_graph
from auditor.fixes.terraform.tree import Tree


def find_cycle(tree: Tree) -> tuple[Node, ...]:
    """The nodes of a cycle, each once; empty where there is none."""
    graph = reference_graph(tree)
    done: set[Node] = set()
    for start in graph:
        if start in done:
            continue
        path: dict[Node, Iterator[Node]] = {start: _following(graph, start)}
        while path:
            node = next(reversed(path))
            following = next(path[node], None)
            if following is None:
                done.add(node)
                del path[node]
            elif following in path:
                nodes = list(path)
                return tuple(nodes[nodes.index(following) :])
            elif following not in done and following in graph:
                path[following] = _following(graph, following)
    return ()


def _following(graph: dict[Node, set[Node]], node: Node) -> Iterator[Node]:
    """What a node waits for; an output of a module that is not here is all of that module."""
    for module, name in sorted(graph[node]):
        yield (module, ALL) if (module, name) not in graph and name.startswith("output.") else (module, name)
