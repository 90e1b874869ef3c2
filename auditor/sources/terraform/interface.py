"""What an estate is built from, whether configurations, plans or states were read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from auditor.iam.node import Node
from auditor.iam.origin import Origin

if TYPE_CHECKING:
    from auditor.sources.declared.hole_book import HoleBook
    from auditor.sources.home import Home
    from auditor.sources.terraform.module import Module
    from auditor.sources.terraform.resource import Resource


class View(Protocol):
    """A block with values: of a resource, or nested in one.

    `unknown` is the hole in place of blocks of which nothing but that they may be there is known;
    such a view has no arguments.
    """

    @property
    def unknown(self) -> Node | None: ...

    @property
    def origin(self) -> Origin: ...

    def argument(self, name: str) -> Node | None:
        """The value of an argument; None where it is absent or null. Raises EvaluationError where
        it refers to itself."""
        ...

    def place(self, name: str) -> Origin:
        """Where an argument stands; the block where it is absent."""
        ...

    def blocks(self, type_: str) -> tuple[View, ...]:
        """The nested blocks of a type, in their order."""
        ...

    def one(self, type_: str) -> View | None:
        """The nested block of a type that may stand once."""
        ...

    def node(self) -> Node:
        """Arguments and nested blocks as one object."""
        ...

    def there(self) -> View | None:
        """Of `unknown` blocks, what each says where there is one; that they may not be there is
        noted. None where that is not told."""
        ...


class Told(Protocol):
    """What a plan or state tells of a configuration."""

    def variable(self, name: str, place: Origin) -> Node | None:
        """The value of a variable of the root module, at the place of its block."""
        ...

    @property
    def home(self) -> Home:
        """Where the resources of the default provider live, as far as it is told."""
        ...

    def resources(self, root: Module) -> Resources:
        """All resources of the configuration and of what is told."""
        ...

    def keys(self, block: str, *, managed: bool) -> tuple[int | str, ...] | None:
        """The instance keys of a resource or module call, by its address without key; None where
        they are not told. `managed` is False for data sources and calls."""
        ...

    def over(self, view: View, type_: str, address: str) -> View:
        """A resource's block with what is told of it."""
        ...

    def tells_module(self, address: str) -> bool:
        """Whether what a module declares is told."""
        ...


Tell = Callable[["HoleBook"], Told]
"""Makes what is told, with the book that its holes go to."""


class Resources(Protocol):
    """All resources of one estate."""

    @property
    def book(self) -> HoleBook: ...

    def instances(self, mode: str, type_: str) -> Iterator[Resource]:
        """The instances of all resources (`mode` is `resource`) or data sources (`data`) of a type."""
        ...
