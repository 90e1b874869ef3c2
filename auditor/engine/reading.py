"""From the YAML of one rule file to a rule, or to everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from auditor.engine.condition import All, Condition
from auditor.engine.errors import Fault, Faults, one_of
from auditor.engine.fact import FactKind
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.engine.message import Message
from auditor.engine.rule import Case, Example, Form, Reference, Rule, Verdict
from auditor.engine.schema import kinds, placeholders
from auditor.engine.when import read_when
from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin

_REQUIRED = ("id", "title", "kind", "severity", "fact", "when", "message", "rationale", "fix", "examples")
_OPTIONAL = ("aliases", "confidence", "cases", "tags", "topic", "replaces", "waive", "limits", "references")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_BRACE_HELP = "write `{word}` around the name of a value"
_SLUG_HELP = "write lower-case words joined by hyphens, such as `lex-invoke-unscoped`"

E = TypeVar("E", bound=Enum)


def read_rule(node: Node) -> tuple[Rule | None, tuple[Fault, ...]]:
    """The rule that a file's document holds, and what is wrong with it; None where anything is."""
    faults = Faults()
    members = node.members
    if members is None:
        faults.add("a rule is a mapping of keys", node.origin, "begin with `id: my-rule`")
        return None, tuple(faults.found)
    reader = _Reader(members, node.origin, faults)
    rule = reader.rule()
    return (None if faults.found else rule), tuple(faults.found)


class _Reader:
    """Reads one rule; each method answers with something usable even where it found a fault."""

    def __init__(self, members: Members, origin: Origin, faults: Faults) -> None:
        self.members = members
        self.origin = origin
        self.faults = faults

    def rule(self) -> Rule | None:
        check_keys(self.members, self.origin, _REQUIRED, _OPTIONAL, "a rule", self.faults)
        fact = self.choice(self.members.get("fact"), FactKind, "fact")
        kind = self.choice(self.members.get("kind"), Kind, "kind")
        severity = self.choice(self.members.get("severity"), Severity, "severity")
        confidence = self.choice(self.members.get("confidence"), Confidence, "confidence")
        id_ = self.slug(self.members.get("id"), "id")
        texts = {key: self.string(self.members.get(key), key) for key in ("title", "rationale", "fix")}
        extras = {key: self.string(self.members.get(key), key) for key in ("waive", "limits")}
        topic = self.slug(self.members.get("topic"), "topic") or id_
        examples = self.examples()
        references = self.references()
        named = {key: self.slugs(key) for key in ("aliases", "tags", "replaces")}
        if fact is None:
            return None
        if kind is not None and kind not in kinds(fact):
            self.unprovable(kind, fact)
        when = self.when(self.members.get("when"), fact)
        cases = self.cases(fact)
        message = self.message(self.members.get("message"), fact)
        if kind is None or severity is None or message is None:
            return None
        return Rule(
            id=id_,
            title=texts["title"],
            kind=kind,
            severity=severity,
            confidence=confidence or Confidence.HIGH,
            fact=fact,
            when=when,
            cases=cases,
            message=message,
            topic=topic,
            rationale=texts["rationale"],
            fix=texts["fix"],
            waive=extras["waive"],
            limits=extras["limits"],
            examples=examples,
            references=references,
            aliases=named["aliases"],
            tags=named["tags"],
            replaces=named["replaces"],
            origin=self.place("id"),
            replaces_origin=self.place("replaces"),
        )

    def place(self, key: str) -> Origin:
        node = self.members.get(key)
        return node.origin if node is not None else self.origin

    def unprovable(self, kind: Kind, fact: FactKind) -> None:
        message = f"a `{fact.value}` fact cannot prove a finding of kind `{kind.value}`"
        self.faults.add(message, self.place("kind"), one_of(kind.value for kind in kinds(fact)))

    def when(self, node: Node | None, fact: FactKind) -> Condition:
        return read_when(node, fact, self.faults) if node is not None else All()

    def string(self, node: Node | None, key: str, help: str = "") -> str:
        if node is None:
            return ""
        value = node.text.literal if node.text is not None else None
        if value is None or not value.strip():
            self.faults.add(f"`{key}` is a text that is not empty", node.origin, help)
            return ""
        return value.strip("\n")

    def slug(self, node: Node | None, key: str) -> str:
        value = self.string(node, key)
        if node is not None and value and not _SLUG.fullmatch(value):
            self.faults.add(f"`{key}` `{value}` is no slug", node.origin, _SLUG_HELP)
        return value

    def slugs(self, key: str) -> tuple[str, ...]:
        node = self.members.get(key)
        if node is None:
            return ()
        if node.items is None:
            self.faults.add(f"`{key}` is a list", node.origin, f"write `{key}: [...]`")
            return ()
        return tuple(self.slug(item, key) for item in node.items)

    def choice(self, node: Node | None, type_: type[E], key: str) -> E | None:
        if node is None:
            return None
        known = {str(member.value): member for member in type_}
        if node.text is None or node.text.literal is None:
            self.faults.add(f"`{key}` is not one name", node.origin, one_of(known))
            return None
        value = node.text.literal.strip()
        if value not in known:
            self.faults.unknown(key, value, known, node.origin)
        return known.get(value)

    def message(self, node: Node | None, fact: FactKind) -> Message | None:
        if node is None:
            return None
        message = Message(self.string(node, "message"))
        for name in message.placeholders:
            if name not in placeholders(fact):
                self.faults.unknown(f"placeholder of a `{fact.value}` fact", name, placeholders(fact), node.origin)
        if message.stray_brace:
            self.faults.add("a brace in the message that belongs to no placeholder", node.origin, _BRACE_HELP)
        return message

    def cases(self, fact: FactKind) -> tuple[Case, ...]:
        found: list[Case] = []
        for members, origin in self.entries("cases"):
            check_keys(members, origin, ("when",), ("severity", "confidence", "message"), "a case", self.faults)
            found.append(
                Case(
                    self.when(members.get("when"), fact),
                    self.choice(members.get("severity"), Severity, "severity"),
                    self.choice(members.get("confidence"), Confidence, "confidence"),
                    self.message(members.get("message"), fact),
                )
            )
        return tuple(found)

    def references(self) -> tuple[Reference, ...]:
        found: list[Reference] = []
        for members, origin in self.entries("references"):
            check_keys(members, origin, ("title", "url"), (), "a reference", self.faults)
            url = self.string(members.get("url"), "url")
            if url and not url.startswith("https://"):
                self.faults.add(f"the url `{url}` does not begin with `https://`", origin)
            found.append(Reference(self.string(members.get("title"), "title"), url))
        return tuple(found)

    def examples(self) -> tuple[Example, ...]:
        node = self.members.get("examples")
        if node is None:
            return ()
        if node.members is None:
            self.faults.add("`examples` is a mapping", node.origin, one_of(verdict.value for verdict in Verdict))
            return ()
        check_keys(node.members, node.origin, [v.value for v in Verdict], (), "`examples`", self.faults)
        return tuple(example for verdict in Verdict for example in self.shown(node.members, verdict))

    def shown(self, holder: Members, verdict: Verdict) -> list[Example]:
        """The examples of one verdict: each a title and one text, whose key tells its form."""
        found: list[Example] = []
        forms: Mapping[str, Form] = {form.value: form for form in Form}
        node = holder.get(verdict.value)
        if node is not None and node.items == ():
            self.faults.add(f"no `{verdict.value}` example", node.origin, "give at least one")
        for members, origin in entries(node, verdict.value, self.faults):
            extra = ("severity",) if verdict is Verdict.BAD else ()
            check_keys(members, origin, ("title",), (*extra, *forms), "an example", self.faults)
            written = [form for key, form in forms.items() if members.get(key) is not None]
            if len(written) != 1:
                self.faults.add("an example has one text", origin, one_of(forms))
                continue
            source = members.get(written[0].value)
            text = self.string(source, written[0].value, f"write `{written[0].value}: |` and the text below it")
            title = self.string(members.get("title"), "title")
            severity = self.choice(members.get("severity"), Severity, "severity")
            found.append(Example(verdict, title, written[0], text, severity, origin))
        return found

    def entries(self, key: str) -> list[tuple[Members, Origin]]:
        return entries(self.members.get(key), key, self.faults)


def entries(node: Node | None, key: str, faults: Faults) -> list[tuple[Members, Origin]]:
    """The mappings of a list, with their places; none where `node` is None."""
    if node is None:
        return []
    if node.items is None:
        faults.add(f"`{key}` is a list", node.origin, "begin each of its entries with `-`")
        return []
    found: list[tuple[Members, Origin]] = []
    for item in node.items:
        if item.members is None:
            faults.add(f"an entry of `{key}` is a mapping", item.origin)
        else:
            found.append((item.members, item.origin))
    return found


def check_keys(
    members: Members, origin: Origin, required: Iterable[str], optional: Iterable[str], what: str, faults: Faults
) -> None:
    """Report keys that are not known, that occur twice, or that are needed and not there."""
    required, known = tuple(required), (*required, *optional)
    seen: set[str] = set()
    for member in members:
        key = member.key.literal or str(member.key)
        if key not in known:
            faults.unknown(f"key of {what}", key, known, member.origin)
        if key in seen:
            faults.add(f"the key `{key}` occurs twice", member.origin)
        seen.add(key)
    for key in required:
        if key not in seen:
            faults.add(f"{what} has no `{key}`", origin, f"add `{key}:`")
