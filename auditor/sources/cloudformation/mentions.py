"""What a template refers to, wherever it stands: names that are nothing are told.

Source: the CloudFormation user guide, "Ref", "Fn::GetAtt" and "Fn::Sub": what they name has to be in the
template, in resources too that are not audited or whose condition fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.iam.node import Members, Node
from auditor.iam.text import Text
from auditor.sources.cloudformation.evaluator import SPECIAL
from auditor.sources.cloudformation.foreach import LOOP
from auditor.sources.cloudformation.intrinsics import FUNCTIONS
from auditor.sources.cloudformation.pseudo import pseudo_parameter
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.template import LANGUAGE_EXTENSIONS
from auditor.sources.cloudformation.values import literal_of

_VARIABLE = re.compile(r"\$\{([^{}!]+)\}")
_IN_RULES = ("Fn::Contains", "Fn::EachMember", "Fn::RefAll", "Fn::ValueOf")


def tell_unknown(stack: Stack) -> None:
    """Tell each call in properties and outputs that names nothing, as evaluating it does. Nothing is
    told of a template to which macros may add, SAM's too: what they make has other names."""
    known = {literal_of(node) for node in stack.template.transforms}
    if known - {LANGUAGE_EXTENSIONS} or stack.template.serverless:
        return
    for resource in stack.resources():
        properties = resource.declared.get("Properties")
        for call in _calls(properties) if properties is not None else ():
            if _names_nothing(call, stack):
                stack.evaluator.value(call, resource.address)
    for output in stack.template.outputs.values():
        for call in _calls(output.value):
            if _names_nothing(call, stack):
                stack.evaluator.value(call)


def _calls(node: Node) -> Iterator[Node]:
    """Every object of one member, but for those in loops."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        inner = node.value
        if isinstance(inner, tuple):
            waiting += [item for item in inner if type(item.value) is not Text]
        elif isinstance(inner, Members):
            if len(inner) == 1:
                yield node
            nested = [member for member in inner.items if type(member.value.value) is not Text]
            waiting += [member.value for member in nested if not str(member.key).startswith(LOOP)]


def _names_nothing(call: Node, stack: Stack) -> bool:
    assert call.members is not None, "calls are objects"
    (member,) = call.members
    name, argument = str(member.key), member.value
    if name.startswith("!"):
        return True
    if name.startswith("Fn::") and name not in FUNCTIONS:
        unknown = name not in SPECIAL and name not in _IN_RULES and not name.startswith(LOOP)
        return unknown or (name in ("Fn::GetAtt", "Fn::Sub") and not all(_is(n, stack) for n in _named(name, argument)))
    return name == "Ref" and not all(_is(named, stack) for named in _named(name, argument))


def _named(function: str, argument: Node) -> Iterator[str]:
    """The parameters and resources that a call names by a literal."""
    literal = literal_of(argument.items[0] if argument.items else argument)
    if literal is None:
        return
    if function == "Ref":
        yield literal
    elif function == "Fn::GetAtt":
        yield literal.partition(".")[0]
    else:
        extra = argument.items[1].members if argument.items and len(argument.items) > 1 else None
        own = {str(member.key) for member in extra or ()}
        yield from (name.partition(".")[0] for name in _VARIABLE.findall(literal) if name not in own)


def _is(name: str, stack: Stack) -> bool:
    return (
        name in stack.parameters
        or stack.resource(name) is not None
        or name == "AWS::NoValue"
        or pseudo_parameter(name, stack) is not None
    )
