"""Writing CloudFormation templates as YAML.

Sources: the CloudFormation user guide, "Intrinsic function reference" (the short forms `!Ref`,
`!GetAtt`, `!Sub`, and `${!Literal}` in the last) and "Pseudo parameters reference".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import yaml

from auditor.estate.ending import by_reference
from auditor.estate.estate import Estate, SourceKind
from auditor.fixes.render.inexpressible import InexpressibleError, settle
from auditor.fixes.render.made_names import with_names
from auditor.fixes.render.remark import write_comment
from auditor.fixes.render.yaml_block import write_block
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, Text

_VARIABLE = re.compile(r"\$\{([^{}$]*)\}")
_NO_NAMES: Mapping[str, Text] = MappingProxyType({})
_NAME = re.compile(r"AWS::[A-Za-z]+|[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")


class Function(Frozen):
    """The short form of an intrinsic function: `!Sub 'text'`."""

    tag: str
    argument: str


Value: TypeAlias = "bool | str | Function | list[Value] | dict[str, Value]"


class Section(Frozen):
    """Remarks, and the mapping below them; a section may be remarks alone."""

    remarks: tuple[str, ...]
    mapping: Mapping[str, Value]


def write_sections(sections: list[Section]) -> str:
    """The sections as one YAML text without a closing newline, as documents of their own where
    there are several."""
    return "\n---\n".join("\n".join(_write_section(section)) for section in sections)


def write_text(value: Text, estate: Estate) -> Value:
    """A text as a string, or as the function that makes it. Raises InexpressibleError for holes
    that a template of this estate cannot name."""
    settled = by_reference(settle(value))
    if settled.literal is not None:
        return settled.literal
    imported = estate.import_of(settled)
    if imported is not None:
        return Function("!ImportValue", imported)
    if settled.hole is not None:
        name = _name_of(settled.hole, estate)
        return Function("!GetAtt" if "." in name else "!Ref", name)
    return Function("!Sub", "".join(_piece(part, estate) for part in settled))


def write_node(node: Node, estate: Estate, names: Mapping[str, Text] = _NO_NAMES) -> Value:
    """A part of a policy document; `names` are the functions whose names parameters make."""
    value = node.value
    if isinstance(value, Text):
        return write_text(with_names(value, names), estate)
    if isinstance(value, tuple):
        return [write_node(item, estate, names) for item in value]
    if isinstance(value, Members):
        return {_key(member.key): write_node(member.value, estate, names) for member in value}
    return bool(value) if isinstance(value, bool) else str(value)


def _key(key: Text) -> str:
    literal = settle(key).literal
    if literal is None:
        raise InexpressibleError("a key that is not known")
    return literal


def _piece(part: str | Hole, estate: Estate) -> str:
    if isinstance(part, Hole):
        return "${" + _name_of(part, estate) + "}"
    if "${" in _VARIABLE.sub("", part):
        raise InexpressibleError("`!Sub` has no escape for a variable that is not closed")
    return _VARIABLE.sub(r"${!\1}", part)


def _name_of(hole: Hole, estate: Estate) -> str:
    if hole == ACCOUNT:
        return "AWS::AccountId"
    if hole == REGION:
        return "AWS::Region"
    if hole.type is HoleType.PARTITION:
        return "AWS::Partition"
    if estate.kind is SourceKind.CLOUDFORMATION and _NAME.fullmatch(hole.name):
        return hole.name
    raise InexpressibleError(f"`{hole}` is not known to a template")


def _write_section(section: Section) -> list[str]:
    remarks = [line for remark in section.remarks for line in write_comment(remark)]
    if not section.mapping:
        return remarks
    block = write_block(section.mapping, _tagged)
    return [*remarks, dump_mapping(section.mapping) if block is None else block]


def dump_mapping(mapping: Mapping[str, Value]) -> str:
    """The mapping as PyYAML writes it, without a closing newline."""
    dumped: str = yaml.dump(dict(mapping), Dumper=_TemplateDumper, sort_keys=False, allow_unicode=True, width=1000)
    return dumped.rstrip("\n")


def _tagged(value: object) -> tuple[str, str] | None:
    return (value.tag, value.argument) if isinstance(value, Function) else None


_ESCAPED_BREAKS = "\x85\u2028\u2029"


class _TemplateDumper(yaml.SafeDumper):
    def represent_str(self, data: str) -> yaml.ScalarNode:
        """A string; one with a line break of another script is escaped, because a single quoted
        scalar folds such a break into a space."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=_style(data))

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Templates have no anchors."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's
        """Lists stand deeper than their key."""
        super().increase_indent(flow, False)


def _style(data: str) -> str | None:
    return '"' if any(char in data for char in _ESCAPED_BREAKS) else None


_TemplateDumper.add_representer(str, _TemplateDumper.represent_str)


def _represent_function(dumper: yaml.SafeDumper, function: Function) -> yaml.ScalarNode:
    return dumper.represent_scalar(function.tag, function.argument, style=_style(function.argument))


_TemplateDumper.add_representer(Function, _represent_function)
