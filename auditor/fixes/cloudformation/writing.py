"""Values as the text of a template: as blocks of YAML, in one line of YAML, or as JSON.

Source: the CloudFormation user guide, "Intrinsic function reference" (short and full forms).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import yaml
from msgspec.structs import replace

from auditor.fixes.cloudformation.layout import Layout
from auditor.fixes.edit import NotEditableError
from auditor.fixes.render.template_yaml import Function
from auditor.iam.frozen import Frozen

_PLAIN = re.compile(r"[\w/$][\w./:*${}@+=,-]*")
_WIDTH = 90
_GET_ATT = "Fn::GetAtt"
_FULL = {"!Ref": "Ref", "!Sub": "Fn::Sub", "!GetAtt": _GET_ATT, "!ImportValue": "Fn::ImportValue"}


class Kept(Frozen):
    """What stays word for word as it is written in the file."""

    source: str


Written: TypeAlias = "bool | str | Function | Kept | Sequence[Written] | Mapping[str, Written]"


def write_member(key: str, value: Written, indent: str, layout: Layout) -> str:
    """A member of a block of YAML, or of JSON; lines after the first begin with `indent`."""
    if layout.json:
        return f"{json.dumps(key, ensure_ascii=False)}:{layout.gap}{write_flow(value, indent, layout)}"
    name = _scalar(key, layout)
    form = _form(value, layout)
    inner = indent + layout.step
    if key == _GET_ATT:
        return f"{name}: {write_flow(value, indent, layout)}"
    if isinstance(form, Mapping) and form:
        return f"{name}:" + "".join(f"\n{inner}{write_member(k, v, inner, layout)}" for k, v in form.items())
    if isinstance(form, Sequence) and not isinstance(form, str) and form:
        inner = indent if layout.hanging else inner
        return f"{name}:" + "".join(f"\n{inner}{write_item(item, inner, layout)}" for item in form)
    return f"{name}: {write_flow(value, indent, layout)}"


def write_item(value: Written, indent: str, layout: Layout) -> str:
    """An item of a list; in a block of YAML with its dash."""
    if layout.json:
        return write_flow(value, indent, layout)
    form = _form(value, layout)
    if isinstance(form, Mapping) and form:
        return f"- {write_block(form, indent + '  ', layout)}"
    return f"- {write_flow(value, indent, layout)}"


def write_block(value: Mapping[str, Written], indent: str, layout: Layout) -> str:
    """The members of an object as a block of YAML; lines after the first begin with `indent`."""
    return f"\n{indent}".join(write_member(key, inner, indent, layout) for key, inner in value.items())


def write_flow(value: Written, indent: str, layout: Layout, *, inside: bool = False) -> str:
    """A value between brackets, or as a scalar; in JSON over several lines where it is long. `inside`
    tells that it stands between brackets itself."""
    form = _form(value, layout)
    if isinstance(form, Kept):
        if "\n" in form.source:
            raise NotEditableError("what stays there is written over several lines")
        return form.source
    if isinstance(form, bool):
        return "true" if form else "false"
    if isinstance(form, Function):
        return f"{form.tag} {_scalar(form.argument, layout, inside=inside)}"
    if isinstance(form, str):
        return json.dumps(form, ensure_ascii=False) if layout.json else _scalar(form, layout, inside=inside)
    inner = indent + layout.step
    if isinstance(form, Mapping):
        line = f",{layout.gap}".join(f"{_key(k, layout)}:{layout.gap}{_inline(v, layout)}" for k, v in form.items())
        line = "{" + line + "}"
        if not (layout.json and layout.step) or _is_call(form):
            return line
        members = (f"{inner}{write_member(key, held, inner, layout)}" for key, held in form.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    line = "[" + f",{layout.gap}".join(_inline(item, layout) for item in form) + "]"
    deep = any(isinstance(item, Mapping) and not _is_call(item) for item in form)
    if not (layout.json and layout.step) or (not deep and len(indent) + len(line) <= _WIDTH):
        return line
    return "[\n" + ",\n".join(f"{inner}{write_flow(item, inner, layout)}" for item in form) + f"\n{indent}]"


def _inline(value: Written, layout: Layout) -> str:
    """A value in one line, inside brackets."""
    form = _form(value, layout)
    if layout.json:
        return write_flow(form, "", replace(layout, step=""))
    return write_flow(form, "", layout, inside=True)


def _key(key: str, layout: Layout) -> str:
    return json.dumps(key, ensure_ascii=False) if layout.json else _scalar(key, layout, inside=True)


def _form(value: Written, layout: Layout) -> Written:
    """A function in its full form, where the template has no short ones."""
    if not isinstance(value, Function) or layout.short:
        return value
    if value.tag == "!GetAtt":
        name, _, attribute = value.argument.partition(".")
        return {_GET_ATT: [name, attribute]}
    return {_FULL[value.tag]: value.argument}


def _is_call(value: Mapping[str, Written]) -> bool:
    return len(value) == 1 and all(key in _FULL.values() for key in value)


def _scalar(written: str, layout: Layout, *, inside: bool = False) -> str:
    """A string of YAML, without quotes where it is the same without; `inside` brackets less is."""
    if _PLAIN.fullmatch(written) and not (inside and re.search(r"[{},]", written)):
        source, expected = (f"[{written}]", [written]) if inside else (f"k: {written}", {"k": written})
        if _means(source, expected):
            return written
    if layout.quote == "'" and "'" not in written and written.isprintable():
        return f"'{written}'"
    quoted = json.dumps(written, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


def _means(source: str, expected: object) -> bool:
    try:
        return bool(yaml.safe_load(source) == expected)
    except (yaml.YAMLError, ValueError):
        return False
