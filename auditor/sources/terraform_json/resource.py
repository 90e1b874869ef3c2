"""One instance of a resource as a plan or state tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.iam.node import Members, Node
from auditor.iam.text import HoleType, text
from auditor.sources.home import Home
from auditor.sources.located_json import parse_json
from auditor.sources.places import Places, line_anchors
from auditor.sources.terraform.evaluation.value import EvaluationError
from auditor.sources.terraform.resource import DOCUMENT, Resource
from auditor.sources.terraform_json.configuration import mapping
from auditor.sources.terraform_json.identity import IDENTITIES
from auditor.sources.terraform_json.laying import same_document
from auditor.sources.terraform_json.outline import Entry, Plain
from auditor.sources.terraform_json.role import RoleView
from auditor.sources.terraform_json.values import both
from auditor.sources.terraform_json.view import PlannedView

if TYPE_CHECKING:
    from auditor.sources.terraform_json.deployment import Deployment


class PlannedResource(Resource):
    """Its values are read, with their places, when it is made. Raises SourceError where they nest
    deeper than is read."""

    def __init__(self, entry: Entry, deployment: Deployment) -> None:
        self.entry = entry
        self.deployment = deployment
        self.source = deployment.outline.source
        type_ = entry.type if entry.mode == "managed" else f"data.{entry.type}"
        self.planned = self._view()
        super().__init__(type_, entry.address, self.planned, deployment.book)

    def provider_home(self) -> Home:
        return self.deployment.homes.of(self.entry)

    @property
    def provider(self) -> str | None:
        named = self.deployment.homes.provider_of(self.entry)
        return named if "." in named else None

    def origin_of(self, value: Node, argument: str, expression: object) -> Node:
        """The document of a data source where the argument is exactly that, so that its statements
        are placed where they are told first; else the value itself."""
        identity = IDENTITIES.get(argument)
        if identity is None or DOCUMENT not in identity.types:
            return value
        target = self.deployment.references.only(self.entry, expression)
        resource = self.deployment.resource(target.entry) if target is not None else None
        found = resource.argument("json") if resource is not None and resource.type == DOCUMENT else None
        return found if found is not None and same_document(found, value) else value

    def later(self, path: str, argument: str, expression: object) -> Node:
        """What the expression refers to, where the argument holds one whole thing; else a hole
        with the name of the argument."""
        identity = IDENTITIES.get(argument)
        target = self.deployment.references.only(self.entry, expression) if identity is not None else None
        if identity is not None and target is not None:
            resource = self.deployment.resource(target.entry)
            if resource.type in identity.types:
                try:
                    found = resource.attribute(target.attribute or identity.attribute)
                except EvaluationError:  # they refer to each other in a circle
                    return self._hole_at(path)
                return replace(found, origin=self.origin) if type(found) is Node else found
        return self._hole_at(path)

    def _hole_at(self, path: str) -> Node:
        return Node(text(self.book.hole(f"{self.address}.{path}", self.origin, HoleType.ANYTHING)), self.origin)

    def _view(self) -> PlannedView:
        entry, outline = self.entry, self.deployment.outline
        content = self.source.content[entry.start : entry.end]
        place = self.source.places.origin(entry.start, entry.start)
        anchors = tuple(line_anchors(content, place.line or 1, place.column or 1))
        item = parse_json(content, Places(anchors, self.source.file, entry.address))
        values = (item.members or Members()).get("values")
        if values is None or values.members is None:
            values = Node(Members(), item.origin)
        marks = both(outline.unknown.get(entry.address), entry.sensitive)
        if marks is True:
            marks = {str(member.key): True for member in values.members or ()}
        block = self.deployment.configuration.resource(entry)
        expressions: Plain | None = mapping(block.get("expressions")) if block else None
        view = PlannedView(self, Node(values.value, item.origin), marks, expressions, "")
        return RoleView(view, self.deployment.attached) if entry.type == "aws_iam_role" else view
