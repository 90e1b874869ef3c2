"""Instances of resources and data sources in source, and what references to them give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.sources.home import Home
from auditor.sources.terraform.computed import COMPUTED
from auditor.sources.terraform.configuration import DATA
from auditor.sources.terraform.evaluation.frame import Referent
from auditor.sources.terraform.evaluation.value import EvaluationError, make_object
from auditor.sources.terraform.interface import View
from auditor.sources.terraform.language.block import Block
from auditor.sources.terraform.providers import DEFAULT, provider_name
from auditor.sources.terraform.resource import DOCUMENT, Resource
from auditor.sources.terraform.unread import mentioning_calls
from auditor.sources.terraform.view import BlockView

if TYPE_CHECKING:
    from auditor.sources.terraform.instances import Turn
    from auditor.sources.terraform.module import Module


class Instance(Resource):
    """A resource that a block of a configuration makes."""

    def __init__(self, mode: str, type_: str, name: str, block: Block, module: Module, turn: Turn) -> None:
        full = f"data.{type_}" if mode == DATA else type_
        told = module.reading.told
        view: View = BlockView(block, turn.frame, module.reading.evaluator)
        if told is not None:
            view = told.over(view, full, turn.address)
        super().__init__(full, turn.address, view, module.book)
        self.block = block
        self.block_address = f"{module.prefix}{self.type}.{name}"
        self.key = turn.key
        self.uncertain = turn.uncertain
        self.conditions = module.conditions | ({turn.condition} if turn.condition is not None else set())
        self.module = module

    @property
    def provider(self) -> str | None:
        named = provider_name(self.type, self.block)
        return None if named == DEFAULT else named

    def provider_home(self) -> Home:
        return self.module.home_of(self)

    def unread_calls(self) -> tuple[Node, ...]:
        return mentioning_calls(self.block_address, self.module)

    def index(self, key: Node) -> Node | Referent:  # noqa: ARG002 - the protocol's signature
        raise EvaluationError(f"`{self.address}` has no count and no for_each")

    def elements(self) -> Sequence[Node | Referent]:
        return (self,)

    def whole(self) -> Node:
        """All attributes that can be told."""
        names = dict.fromkeys((*self.block.attributes, *COMPUTED.get(self.type, ())))
        if self.type == DOCUMENT:
            names["json"] = None
        return make_object({name: self.attribute(name) for name in names}, self.origin)
