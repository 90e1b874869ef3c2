"""A template taken apart into its sections.

Sources: the CloudFormation user guide, "Template anatomy" and "Intrinsic function reference". A
template in JSON may have tabs and trailing commas, which CloudFormation takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Members, Node
from auditor.iam.text import text
from auditor.sources.cloudformation.location import NESTED
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.errors import SourceError
from auditor.sources.fields import wrong_type
from auditor.sources.located_json import parse_json
from auditor.sources.source import Source

SAM = "AWS::Serverless-2016-10-31"
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"

_WITHOUT_PREFIX = frozenset({"Ref", "Condition"})
_FUNCTIONS = frozenset(
    [
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "GetAZs",
        "GetAtt",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
    ]
)
_RESOURCES = "Resources"
_SECTIONS = ("Parameters", "Mappings", "Conditions", _RESOURCES, "Outputs")


class Template(Frozen):
    """The sections by the names in them. `transforms` are the macros that rewrite the whole."""

    file: str
    root: Node
    parameters: dict[str, Member]
    mappings: dict[str, Member]
    conditions: dict[str, Member]
    resources: Members
    outputs: dict[str, Member]
    transforms: tuple[Node, ...]
    others: Mapping[str, Member] | None = None
    """Of a template of which only the nested stacks are looked at, the other resources."""

    @property
    def serverless(self) -> bool:
        """Whether it is the SAM translator that makes a template of it."""
        types = (member.value.members.get("Type") for member in self.resources if member.value.members is not None)
        written = (type_.text for type_ in types if type_ is not None)
        return any(node.text == text(SAM) for node in self.transforms) or any(
            name is not None and name.startswith("AWS::Serverless::") for name in written
        )


def parse_template(source: Source) -> Node:
    """The value that a template is; what stands in a resource has its logical id as address. Raises
    SourceError where it is neither JSON nor YAML."""
    return parse_documents(source)[0]


def parse_documents(source: Source) -> tuple[Node, ...]:
    """The same with the other documents of the file, which are no part of the template."""
    if source.content.lstrip("\ufeff \t\r\n")[:1] != "{":
        return _parse_yaml(source)
    try:
        return (parse_json(source.content, source.places, trailing_commas=True, named=_RESOURCES),)
    except SourceError as no_json:
        try:
            return _parse_yaml(source)
        except SourceError:
            raise no_json from None


def _parse_yaml(source: Source) -> tuple[Node, ...]:
    from auditor.sources.located_yaml import parse_yaml  # noqa: PLC0415 - loaded only where needed

    documents = parse_yaml(source.content, source.places, _tagged, _RESOURCES)
    if not documents:
        raise SourceError("empty", source.places.origin(0, 0), "a template has `Resources`")
    return documents


def _tagged(tag: str, value: Node) -> Node:
    """A short form as the object that it stands for; an unknown tag keeps its name as the key."""
    name = tag[1:]
    if name not in _WITHOUT_PREFIX:
        name = f"Fn::{name}" if name in _FUNCTIONS else tag
    return Node(Members((Member(text(name), value, value.origin),)), value.origin)


def take_apart(root: Node, file: str, book: HoleBook) -> Template:
    """The sections of a template; what is no section is told. Raises SourceError where the
    template is no object, or has no `Resources`."""
    if root.members is None:
        raise wrong_type(root, "a template", "an object")
    if root.members.get("Resources") is None:
        raise SourceError("a template without `Resources`", root.origin, "add the section `Resources`")
    once(root.members, book)
    sections = {name: _section(root.members, name, book) for name in _SECTIONS}
    transform = root.members.get("Transform")
    listed = () if transform is None else transform.items if transform.items is not None else (transform,)
    return Template(
        file,
        root,
        _by_name(sections["Parameters"], book),
        _by_name(sections["Mappings"], book),
        _by_name(sections["Conditions"], book),
        sections["Resources"],
        _by_name(sections["Outputs"], book),
        listed,
    )


def bare(template: Template) -> Template:
    """A template of which the nested stacks are looked at, and other resources only where something
    refers to them: what conditions hang on."""
    kept, others = [], {}
    for member in template.resources:
        type_ = member.value.members.get("Type") if member.value.members is not None else None
        if str(member.key).startswith("Fn::") or (type_ is not None and str(type_.text) in NESTED):
            kept.append(member)
        else:
            others[str(member.key)] = member
    return replace(template, resources=Members(tuple(kept)), others=others)


def _section(template: Members, name: str, book: HoleBook) -> Members:
    node = template.get(name)
    if node is None or node.value is None:
        return Members()
    if node.members is None:
        book.skip(wrong_type(node, f"`{name}`", "an object").as_skipped())
        return Members()
    return node.members


def _by_name(section: Members, book: HoleBook) -> dict[str, Member]:
    return {str(member.key): member for member in once(section, book)}


def once(members: Iterable[Member], book: HoleBook) -> tuple[Member, ...]:
    """The members without those that a later one of the same name replaces; these are told."""
    last: dict[str, Member] = {}
    for member in members:
        name = str(member.key)
        if name in last:
            place = replace(member.origin, end_line=None, end_column=None)
            message = f"`{name}` is declared twice; read is this one"
            book.skip(SourceError(message, place, "give one of them another name").as_skipped())
        last[name] = member
    return tuple(last.values())
