"""From the YAML of a `when` to a condition, checked against the words of its fact."""

from __future__ import annotations

from auditor.engine.condition import All, AnyOf, Condition, Not, Test
from auditor.engine.errors import Faults
from auditor.engine.fact import FactKind
from auditor.engine.schema import Choice, Word, words
from auditor.iam.node import Member, Node

_NOT = "not"
_ANY = "any"


def read_when(node: Node, fact: FactKind, faults: Faults) -> Condition:
    """The condition that `node` writes: a mapping whose members must all hold.

    A member is a word of the fact with the value, or the list of values, it may have; `not` with
    a mapping; or `any` with a list of mappings. What is wrong goes to `faults`.
    """
    if node.members is None:
        faults.add("a `when` is a mapping of words", node.origin, "write `{}` to match every fact")
        return All()
    parts: list[Condition] = []
    seen: set[str] = set()
    for member in node.members:
        name = member.key.literal or str(member.key)
        if name in seen:
            faults.add(f"the word `{name}` occurs twice", member.origin, "write a list of values")
        seen.add(name)
        if name == _NOT:
            parts.append(Not(read_when(member.value, fact, faults)))
        elif name == _ANY:
            parts.append(_read_any(member, fact, faults))
        elif name in words(fact):
            parts.append(_read_test(words(fact)[name], member.value, faults))
        else:
            faults.unknown(f"word of a `{fact.value}` fact", name, [*words(fact), _NOT, _ANY], member.origin)
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _read_any(member: Member, fact: FactKind, faults: Faults) -> Condition:
    if not member.value.items:
        faults.add("`any` is a list of mappings", member.value.origin, "write `any: [{...}, {...}]`")
        return All()
    return AnyOf(tuple(read_when(item, fact, faults) for item in member.value.items))


def _read_test(word: Word, node: Node, faults: Faults) -> Condition:
    if node.items == ():
        faults.add(f"an empty list of values for `{word.name}` can never hold", node.origin)
    accepted: list[Choice] = []
    for item in node.items if node.items is not None else (node,):
        written = _written(item)
        if written is None:
            faults.add(f"the value of `{word.name}` is a single value, or a list of them", item.origin)
        elif word.choices is None:
            accepted.append(written)
        elif written in word.choices:
            accepted.append(word.choices[written])
        else:
            faults.unknown(f"value of `{word.name}`", written, word.choices, item.origin)
    return Test(word.name, tuple(accepted))


def _written(node: Node) -> str | None:
    """A scalar as a `when` spells it, a truth as `true` or `false`; None for a list or mapping."""
    if node.value is None or isinstance(node.value, bool):
        return {None: "null", True: "true", False: "false"}[node.value]
    if isinstance(node.value, (int, float)):
        return str(node.value)
    return node.text.literal if node.text is not None else None
