"""Templates on values with holes: interpolations, directives, and where each line came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.iam.text import Hole, Text
from auditor.sources.places import Anchor, Places
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.loops import loop_frames
from auditor.sources.terraform.evaluation.value import (
    LONGEST_TEXT,
    Encoded,
    EvaluationError,
    NotKnownError,
    Written,
    as_bool,
    as_text,
    describe,
    encoded,
    join_texts,
    text_length,
)
from auditor.sources.terraform.language import expression as ast

if TYPE_CHECKING:
    from auditor.sources.terraform.evaluation.evaluator import Evaluator


def evaluate_template(evaluator: Evaluator, template: ast.Template, frame: Frame) -> Node:
    """A template's value: a string, or for `"${e}"` alone the value of `e` itself.

    JSON in a heredoc keeps the places of its lines; a heredoc around one encoded document keeps
    the document.
    """
    parts = template.parts
    origin = frame.origin(template)
    alone = ast.interpolated(template)
    if alone is not None:
        return evaluator.evaluate(alone, frame)
    writing = _Writing(evaluator)
    writing.write(parts, frame)
    result = join_texts(writing.parts)
    if writing.document is not None:
        return encoded(writing.document, origin, lambda _: result)
    first = result.parts[0] if result.parts else ""
    if template.heredoc and isinstance(first, str) and first.lstrip()[:1] in ("{", "["):
        places = Places(tuple(writing.anchors), frame.file.file, frame.address)
        return Written(result, origin, places=places, external=frame.file.wrapped)
    return Node(result, origin)


class _Writing:
    """A string being written, with the place each part of it comes from."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.parts: list[str | Hole | Text] = []
        self.anchors: list[Anchor] = []
        self.length = 0
        self.weight = 0
        self._documents: list[Node] = []
        self._only_space = True

    @property
    def document(self) -> Node | None:
        """The one encoded document, where nothing but white space stands around it."""
        return self._documents[0] if self._only_space and len(self._documents) == 1 else None

    def write(self, parts: Sequence[ast.TemplatePart], frame: Frame) -> None:
        for part in parts:
            self.anchors.append(Anchor(self.length, *frame.file.position(part.start)))
            match part:
                case ast.Piece():
                    self._only_space = self._only_space and not part.text.strip()
                    self._add(part.text)
                case ast.IfDirective():
                    self._if(part, frame)
                case ast.ForDirective():
                    self._for(part, frame)
                case _:
                    self._interpolate(part, frame)

    def _add(self, part: str | Hole | Text) -> None:
        self.parts.append(part)
        pieces = part.parts if isinstance(part, Text) else (part,)
        self.length += sum(len(piece) if isinstance(piece, str) else 1 for piece in pieces)
        self.weight += text_length(part)
        if self.weight > LONGEST_TEXT:
            raise NotKnownError

    def _interpolate(self, part: ast.Expression, frame: Frame) -> None:
        value = self.evaluator.part(part, frame)
        if isinstance(value, Encoded):
            self._documents.append(value.document)
        else:
            self._only_space = False
        if value.value is None or isinstance(value.value, tuple) or value.members is not None:
            raise EvaluationError(f"{describe(value)} cannot stand in a string")
        self._add(as_text(value))

    def _if(self, part: ast.IfDirective, frame: Frame) -> None:
        self._only_space = False
        condition = self.evaluator.part(part.condition, frame)
        try:
            self.write(part.then if as_bool(condition) else part.otherwise, frame)
        except NotKnownError:
            self._add_unknown(part, frame)

    def _for(self, part: ast.ForDirective, frame: Frame) -> None:
        self._only_space = False
        collection = self.evaluator.part(part.collection, frame)
        try:
            for inner, _ in loop_frames(part.key, part.item, collection, part, frame):
                self.evaluator.spend()
                self.write(part.body, inner)
        except NotKnownError:
            self._add_unknown(part, frame)

    def _add_unknown(self, part: ast.IfDirective | ast.ForDirective, frame: Frame) -> None:
        stand_in = ast.Template((part,), True, part.start, part.end)
        self._add(as_text(self.evaluator.unknown(stand_in, frame)))
