"""SAM templates: what the official translator makes of them.

Source: the SAM specification; aws-sam-translator, which is the extra `sam`. It works offline:
applications of the Serverless Application Repository are not asked for, and the managed policies
that it may name are those that come with this package.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from auditor.estate.estate import Skipped
from auditor.iam.managed import managed_arns
from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.cloudformation.located_plain import LocatedObject, Plain, located, plain
from auditor.sources.cloudformation.values import literal_of
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.errors import SourceError
from auditor.sources.home import Home, partition_of

if TYPE_CHECKING:
    from samtranslator.model.exceptions import InvalidDocumentException

_APPLICATION = "AWS::Serverless::Application"
_PREFIX = "AWS::Serverless::"
_SILENCE = logging.NullHandler()
_INSTALL = "install auditor with its extra `sam`, or the translator: pip install aws-sam-translator"
_PATHS = ("CodeUri", "ContentUri", "DefinitionUri", "SchemaUri")
_REGIONS = {"aws-cn": "cn-somewhere-1", "aws-us-gov": "us-gov-somewhere-1"}
_MADE_BY = (("Role", "Policies"), ("Url", "FunctionUrlConfig"), ("URL", "FunctionUrlConfig"))
"""What the name of a resource that is made for another one adds, and the property it is made by."""


class _Session(NamedTuple):
    """What the translator asks a session of boto3."""

    region_name: str


def translate(template: Node, given: Mapping[str, Node], home: Home, book: HoleBook) -> Node:
    """The template with its serverless resources as what CloudFormation makes of them, at the
    places of the SAM source. `given` are values of parameters. What the translator refuses is
    told and left out; without the translator all serverless resources are."""
    resources = template.members.get("Resources") if template.members is not None else None
    if resources is None or resources.members is None:
        return template
    kept = [member for member in resources.members if _type(member) == _APPLICATION]
    left = Members(tuple(member for member in resources.members if _type(member) != _APPLICATION))
    try:
        import samtranslator.translator.translator as _  # noqa: PLC0415, F401 - an extra, and slow to load
    except ImportError:
        place = _serverless(left)
        book.skip(Skipped(place or template.origin, "a SAM template needs the SAM translator", _INSTALL))
        return template
    region = home.region.literal or _REGIONS.get(home.partition, "us-somewhere-1")
    values = {name: literal for name, node in given.items() if (literal := literal_of(node)) is not None}
    while True:
        document = _with_packages(plain(_with_resources(_without_secrets(template), left)))
        outcome = _translated(document, values, region) if left.items else document
        if isinstance(outcome, dict):
            translated = outcome
            break
        wrong = set(_tell(outcome, left, book, template.origin))
        if not wrong:
            kept, translated = [*kept, *left], plain(_with_resources(template, Members()))
            break
        kept += [member for member in left if str(member.key) in wrong]
        left = Members(tuple(member for member in left if str(member.key) not in wrong))
    return _back(translated, template, Members(tuple(kept)), region if home.region.literal is None else "")


def _translated(document: Plain, values: dict[str, str], region: str) -> Plain | InvalidDocumentException:
    """What the translator makes of a document, or why it makes nothing."""
    from samtranslator.model.exceptions import (  # noqa: PLC0415 - an extra, and slow to load
        InvalidDocumentException,
        InvalidTemplateException,
    )
    from samtranslator.parser.parser import Parser  # noqa: PLC0415 - as above
    from samtranslator.translator.translator import Translator  # noqa: PLC0415 - as above

    logging.getLogger("samtranslator").addHandler(_SILENCE)
    session = _Session(region)
    translator = Translator(managed_arns(partition_of(region)), Parser(), boto_session=session)
    try:
        outcome: Plain = translator.translate(document, parameter_values=dict(values))
        return outcome
    except InvalidDocumentException as error:
        return error
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        # What the translator stumbles over instead of refusing it.
        return InvalidDocumentException([InvalidTemplateException(f"{type(error).__name__}: {error}")])
    finally:
        # To nobody; what is left unpublished is complained of on stderr.
        translator.metrics.publish()


def _with_packages(document: Plain) -> Plain:
    """The document with a package in the place of each local path to code or definitions, as `sam
    package` makes them: the translator takes no paths."""
    sections = [document.get("Resources"), document.get("Globals")]
    for section in sections:
        for held in section.values() if isinstance(section, dict) else ():
            properties = held.get("Properties", held) if isinstance(held, dict) else None
            if isinstance(properties, dict):
                local = (name for name in _PATHS if not str(properties.get(name, "s3://")).startswith("s3://"))
                properties.update({name: "s3://bucket/key" for name in local if isinstance(properties[name], str)})
    return document


def _tell(refusal: InvalidDocumentException, resources: Members, book: HoleBook, place: Origin) -> Iterator[str]:
    """Tell what the translator refuses, each at its resource; the names of these."""
    places = {str(member.key): member.origin for member in resources}
    for cause in refusal.causes:
        name = getattr(cause, "_logical_id", None)
        message = " ".join(str(getattr(cause, "message", cause)).split())
        error = SourceError(f"the SAM translator says: {message}", places.get(name or "", place), "mend the template")
        book.skip(error.as_skipped())
        if name in places:
            yield name


def _back(translated: Plain, template: Node, kept: Members, region: str) -> Node:
    """The translated document as a template, with the resources that were kept from it. `region`
    is the one that was made up for the translator."""
    source = template.members.get("Resources") if template.members is not None else None
    sources = {str(member.key): member for member in (source.members or ())} if source is not None else {}
    members: list[Member] = []
    for key, value in translated.items():
        if key == "Resources":
            made = (_resource(str(name), body, sources, template.origin) for name, body in value.items())
            listed = Members((*made, *kept))
            members.append(Member(text("Resources"), Node(listed, template.origin), template.origin))
        else:
            members.append(Member(text(str(key)), located(value, template.origin), template.origin))
    whole = Node(Members(tuple(members)), template.origin)
    return _with_region(whole, region) if region else whole


def _resource(name: str, body: Plain, sources: Mapping[str, Member], whole: Origin) -> Member:
    place = _place(name, sources, whole)
    inner = body if isinstance(body, dict) else {}
    node = located(LocatedObject(inner, place), place)
    return Member(text(name), node, place)


def _place(name: str, sources: Mapping[str, Member], whole: Origin) -> Origin:
    """Where the SAM source of a resource stands: the resource of its name, else the event, the
    policies or the resource that its name begins with."""
    if name in sources:
        return sources[name].origin
    owner = max((source for source in sources if name.startswith(source)), key=len, default=None)
    if owner is None:
        return whole
    members = sources[owner].value.members
    properties = members.get("Properties") if members is not None else None
    held = properties.members if properties is not None and properties.members is not None else Members()
    rest = name[len(owner) :]
    events = held.get("Events")
    named = [
        member for member in (events.members or () if events is not None else ()) if rest.startswith(str(member.key))
    ]
    if named:
        return max(named, key=lambda member: len(str(member.key))).origin
    source_property = next((name for start, name in _MADE_BY if rest.startswith(start)), None)
    found = next((member.origin for member in held if str(member.key) == source_property), None)
    return found if found is not None else sources[owner].origin


def _with_region(node: Node, region: str) -> Node:
    """The node with `AWS::Region` again where the made-up region stands."""
    inner = node.value
    if isinstance(inner, tuple):
        return Node(tuple(_with_region(item, region) for item in inner), node.origin)
    if isinstance(inner, Members):
        members = []
        for member in inner:
            inside = str(member.key) == "Fn::Sub" and member.value.text is not None
            value = _in_sub(member.value, region) if inside else _with_region(member.value, region)
            members.append(Member(member.key, value, member.origin))
        return Node(Members(tuple(members)), node.origin)
    literal = node.text.literal if node.text is not None else None
    if literal is None or region not in literal:
        return node
    pieces: list[Node] = []
    for position, piece in enumerate(literal.split(region)):
        if position:
            pieces.append(_call("Ref", Node(text("AWS::Region"), node.origin)))
        pieces.append(Node(text(piece), node.origin))
    return _call("Fn::Join", Node((Node(text(), node.origin), Node(tuple(pieces), node.origin)), node.origin))


def _in_sub(node: Node, region: str) -> Node:
    return Node(node.text.map(lambda part: part.replace(region, "${AWS::Region}")), node.origin) if node.text else node


def _call(function: str, argument: Node) -> Node:
    return Node(Members((Member(text(function), argument, argument.origin),)), argument.origin)


def _without_secrets(template: Node) -> Node:
    """The template without the defaults that no text may show or that are not the value itself."""
    assert template.members is not None
    members = []
    for section in template.members:
        if str(section.key) == "Parameters" and section.value.members is not None:
            shown = tuple(_without_default(member) for member in section.value.members)
            members.append(Member(section.key, Node(Members(shown), section.value.origin), section.origin))
        else:
            members.append(section)
    return Node(Members(tuple(members)), template.origin)


def _without_default(parameter: Member) -> Member:
    held = parameter.value.members
    if held is None:
        return parameter
    secret = (literal_of(held.get("NoEcho")) or "").lower() == "true"
    stored = (literal_of(held.get("Type")) or "").startswith("AWS::SSM::Parameter::Value")
    if not secret and not stored:
        return parameter
    left = Members(tuple(member for member in held if str(member.key) != "Default"))
    return Member(parameter.key, Node(left, parameter.value.origin), parameter.origin)


def _with_resources(template: Node, resources: Members) -> Node:
    assert template.members is not None
    changed = (
        Member(member.key, Node(resources, member.value.origin), member.origin)
        if str(member.key) == "Resources"
        else member
        for member in template.members
    )
    return Node(Members(tuple(changed)), template.origin)


def _type(resource: Member) -> str:
    members = resource.value.members
    return (literal_of(members.get("Type")) if members is not None else None) or ""


def _serverless(resources: Members) -> Origin | None:
    return next((member.origin for member in resources if _type(member).startswith(_PREFIX)), None)
