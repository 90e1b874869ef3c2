"""A block of the source together with the same block in a plan or state."""

from __future__ import annotations

from collections.abc import Collection

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.terraform.interface import View
from auditor.sources.terraform_json.laying import fits, laid, moved, same_text, without_holes
from auditor.sources.terraform_json.view import PlannedView


class JoinedView:
    """The places are the source's. `planned` decides where it is a plan (`decides`): what it knows
    is the value, and what it does not know comes from the source. A state only tells what the
    source leaves open, of the arguments that are written and of `computed` ones; None for any.
    `hidden` are only the source's.
    """

    def __init__(
        self,
        source: View,
        planned: PlannedView,
        *,
        decides: bool,
        computed: Collection[str] | None,
        hidden: Collection[str] = (),
    ) -> None:
        self.source = source
        self.planned = planned
        self.decides = decides
        self.computed = computed
        self.hidden = hidden

    @property
    def unknown(self) -> Node | None:
        return self.source.unknown

    @property
    def origin(self) -> Origin:
        return self.source.origin

    def place(self, name: str) -> Origin:
        return self.source.place(name)

    def argument(self, name: str) -> Node | None:
        written = self.source.argument(name)
        if name in self.hidden:
            return written
        told = self.planned.argument(name)
        if self.planned.marks.get(name) is True:
            better = written is not None and written.unknown is not None and told is not None and told.unknown is None
            return laid(told, written) if better and told is not None and written is not None else written
        if told is not None and not without_holes(told):
            return written if written is not None else moved(told, self.place(name))
        if self.decides:
            if told is None:
                return None if self.planned.tells(name) else written
            return laid(told, written) if written is not None else moved(told, self.place(name))
        if written is None:
            return moved(told, self.place(name)) if told is not None and self._may_add(name) else None
        return written if told is None or without_holes(written) or not fits(told, written) else laid(told, written)

    def blocks(self, type_: str) -> tuple[View, ...]:
        written, told = self.source.blocks(type_), self.planned.blocks(type_)
        if any(view.unknown is not None for view in told) or (not told and not self.planned.tells(type_)):
            return written
        pairs = _pairs(written, told)
        if pairs is not None:
            return tuple(JoinedView(one, other, decides=self.decides, computed=self.computed) for one, other in pairs)
        open_ = any(view.unknown is not None for view in written)
        if self.decides and (written or self._may_add(type_)):
            return tuple(_Moved(view, written[0].origin if written else self.origin) for view in told)
        return tuple(_Moved(view, written[0].origin) for view in told) if open_ else written

    def one(self, type_: str) -> View | None:
        found = self.blocks(type_)
        return found[0] if found else None

    def node(self) -> Node:
        if self.unknown is not None:
            return self.unknown
        names = [str(member.key) for member in self.source.node().members or ()]
        names += [str(member.key) for member in self.planned.node().members or () if self._may_add(str(member.key))]
        members: list[Member] = []
        for name in dict.fromkeys(names):
            views = self.blocks(name)
            value = Node(tuple(view.node() for view in views), self.origin) if views else self.argument(name)
            if value is not None:
                members.append(Member(text(name), value, self.place(name)))
        return Node(Members(tuple(members)), self.origin)

    def there(self) -> View | None:
        return self.source.there()

    def _may_add(self, name: str) -> bool:
        return self.decides or self.computed is None or name in self.computed


class _Moved:
    """A block of a plan, all of it at one place of the source."""

    def __init__(self, view: View, origin: Origin) -> None:
        self.view = view
        self.origin = origin

    @property
    def unknown(self) -> Node | None:
        return self.view.unknown

    def argument(self, name: str) -> Node | None:
        value = self.view.argument(name)
        return moved(value, self.origin) if value is not None else None

    def place(self, name: str) -> Origin:  # noqa: ARG002 - the protocol's signature
        return self.origin

    def blocks(self, type_: str) -> tuple[View, ...]:
        return tuple(_Moved(view, self.origin) for view in self.view.blocks(type_))

    def one(self, type_: str) -> View | None:
        found = self.blocks(type_)
        return found[0] if found else None

    def there(self) -> View | None:
        return self.view.there()

    def node(self) -> Node:
        return moved(self.view.node(), self.origin)


def _pairs(written: tuple[View, ...], told: tuple[PlannedView, ...]) -> list[tuple[View, PlannedView]] | None:
    """Each block with the one in the plan that it is; None where that is not sure. Blocks of a set
    have another order in a plan."""
    if len(written) != len(told) or any(view.unknown is not None for view in written):
        return None
    if len(written) == 1:
        return [(written[0], told[0])]
    free = list(told)
    pairs: list[tuple[View, PlannedView]] = []
    for view in written:
        fitting = [other for other in free if _fit(view, other)]
        if not fitting:
            return None
        free = [other for other in free if other is not fitting[0]]
        pairs.append((view, fitting[0]))
    return pairs


def _fit(written: View, told: PlannedView) -> bool:
    """Whether two blocks contradict each other in no argument that both know."""
    for name in told.names():
        one, other = written.argument(name), told.argument(name)
        if one is None or other is None or not (without_holes(one) and without_holes(other)):
            continue
        if not same_text(one, other):
            return False
    return True
