"""From the text of a plan or state to its outline.

A plan of a thousand functions has some ten million characters, of which an audit needs a few:
the whole is gone through once, fast, and what is needed is read again with its places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from auditor.iam.origin import Origin
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.source import Source
from auditor.sources.terraform_json.address import module_of
from auditor.sources.terraform_json.outline import Entry, Outline, Plain

Reading = Callable[[int], int]
"""Reads the value at an offset and gives the offset after it."""

_SPACE = re.compile(r"[ \t\r\n]*")
_FORMAT = re.compile(r"(0\.[12]|1\.[0-9]+)")
_HELP = "write the file again with `terraform show -json`"
_WRITTEN = "read is what `terraform show -json` of Terraform 1 writes"


def _refuse(constant: str) -> object:
    raise json.JSONDecodeError("no JSON value", constant, 0)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def read_outline(source: Source) -> Outline:
    """The outline of a plan or state. Raises SourceError where the text is no JSON, of another
    format, or has something of another type than the format says."""
    scan = Scan(source)
    try:
        scan.whole()
    except (ValueError, RecursionError) as error:
        # Says where, in our own words.
        parse_json(source.content, source.places)
        raise SourceError("not the JSON that Terraform writes", Origin(source.file), _HELP) from error
    return scan.outline


class Scan:
    """One pass over the text. Each method reads the value at an offset and gives the one after."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.content
        self.outline = Outline(source)
        self.known_only = False

    def whole(self) -> None:
        start = self.space(1 if self.text.startswith("\ufeff") else 0)
        end = self.space(self.members(start, "the file", self.top))
        if end != len(self.text):
            raise json.JSONDecodeError("more follows", self.text, end)
        head = self.outline.head
        if "format_version" not in head and ("lineage" in head or "serial" in head):
            help = "write it with `terraform show -json > state.json`, and name that"
            raise SourceError("the state file itself is not read", Origin(self.source.file), help)
        written = head.get("format_version")
        if not isinstance(written, str) or not _FORMAT.fullmatch(written):
            shown = "no `format_version`" if written is None else f"the format version `{written}` is not known"
            raise SourceError(shown, Origin(self.source.file), _WRITTEN)

    def top(self, key: str) -> Reading | None:
        match key:
            case "planned_values":
                self.outline.planned = True
                return self.values
            case "values":
                return self.values
            case "prior_state":
                return self.prior
            case "resource_changes":
                self.outline.planned = True
                return self.changes
            case "configuration":
                return self.keep("configuration")
            case "variables":
                return self.keep("variables")
        return lambda at: self.scalar(key, at)

    def scalar(self, key: str, at: int) -> int:
        value, end = self.decode(at)
        if not isinstance(value, (dict, list)):
            self.outline.head[key] = value
        return end

    def keep(self, name: str) -> Reading:
        def read(at: int) -> int:
            value, end = self.decode(at)
            setattr(self.outline, name, self.mapping(value, f"`{name}`", at, end))
            return end

        return read

    def prior(self, at: int) -> int:
        """What was there before: only its data sources, which no plan makes."""
        return self.members(at, "`prior_state`", lambda key: self.prior_values if key == "values" else None)

    def prior_values(self, at: int) -> int:
        self.known_only = True
        end = self.values(at)
        self.known_only = False
        return end

    def values(self, at: int) -> int:
        return self.members(at, "`values`", lambda key: self.root if key == "root_module" else None)

    def root(self, at: int) -> int:
        keys: dict[str, Reading] = {
            "resources": lambda inner: self.items(inner, "`resources`", self.entry),
            "child_modules": lambda inner: self.items(inner, "`child_modules`", self.root),
        }
        return self.members(at, "a module", keys.get)

    def entry(self, at: int) -> int:
        decoded, end = self.decode(at)
        item = self.mapping(decoded, "a resource", at, end)
        if "deposed_key" in item or (self.known_only and item.get("mode") != "data"):
            return end
        address, mode, type_, name = (
            self.string(item.get(key), f"`{key}` of a resource", at, end) for key in ("address", "mode", "type", "name")
        )
        key = item.get("index")
        if key is not None and (isinstance(key, bool) or not isinstance(key, (int, str))):
            raise self.wrong("`index` of a resource", "a number or a text", key, at, end)
        values = self.mapping(item.get("values"), "`values` of a resource", at, end)
        arn = values.get("arn")
        known = arn if isinstance(arn, str) else None
        module = module_of(address)
        entry = Entry(address, module, mode, type_, name, key, at, end, item.get("sensitive_values"), known)
        if not self.known_only or address not in self.outline.entries:
            self.outline.entries[address] = entry
        return end

    def changes(self, at: int) -> int:
        return self.items(at, "`resource_changes`", self.change)

    def change(self, at: int) -> int:
        decoded, end = self.decode(at)
        item = self.mapping(decoded, "a resource change", at, end)
        change = self.mapping(item.get("change"), "`change`", at, end)
        if "deposed" not in item:
            address = self.string(item.get("address"), "`address` of a resource change", at, end)
            unknown = change.get("after_unknown")
            self.outline.kept = self.outline.kept or change.get("actions") != ["delete"]
            self.outline.unknown[address] = unknown if isinstance(unknown, dict) else {}
        return end

    def members(self, at: int, what: str, reading: Callable[[str], Reading | None]) -> int:
        """Go through an object; a value that `reading` has nothing for is passed over."""
        if self.text[at : at + 1] != "{":
            return self.nothing(at, what, "an object")
        for start in self.parts(at, "}"):
            key, after = self.decode(start)
            colon = self.space(after)
            if not isinstance(key, str) or self.text[colon : colon + 1] != ":":
                raise json.JSONDecodeError("expected a key", self.text, start)
            value = self.space(colon + 1)
            read = reading(key)
            self.after = read(value) if read is not None else self.decode(value)[1]
        return self.after

    def items(self, at: int, what: str, read: Reading) -> int:
        """Go through a list."""
        if self.text[at : at + 1] != "[":
            return self.nothing(at, what, "a list")
        for start in self.parts(at, "]"):
            self.after = read(start)
        return self.after

    after = 0
    """The offset after the value that was read last."""

    def parts(self, at: int, closing: str) -> Iterator[int]:
        """The offsets of the parts between brackets; who goes through them leaves in `after` where
        each ends, and finds there where the closing bracket does."""
        start = self.space(at + 1)
        if self.text[start : start + 1] == closing:
            self.after = start + 1
            return
        while True:
            yield start
            stop = self.space(self.after)
            char = self.text[stop : stop + 1]
            if char == closing:
                self.after = stop + 1
                return
            if char != ",":
                raise json.JSONDecodeError("expected a comma", self.text, stop)
            start = self.space(stop + 1)

    def nothing(self, at: int, what: str, wanted: str) -> int:
        value, end = self.decode(at)
        if value is not None:
            raise self.wrong(what, wanted, value, at, end)
        return end

    def decode(self, at: int) -> tuple[object, int]:
        return _DECODER.raw_decode(self.text, at)

    def space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        assert match is not None
        return match.end()

    def mapping(self, value: object, what: str, at: int, end: int) -> Plain:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(what, "an object", value, at, end)
        return value

    def string(self, value: object, what: str, at: int, end: int) -> str:
        if not isinstance(value, str):
            raise self.wrong(what, "a text", value, at, end)
        return value

    def wrong(self, what: str, wanted: str, value: object, at: int, end: int) -> SourceError:
        names = {dict: "an object", list: "a list", str: "a text", type(None): "absent"}
        shown = names.get(type(value), f"`{json.dumps(value)}`")
        return SourceError(f"{what} must be {wanted}, here it is {shown}", self.source.places.origin(at, end), _HELP)
