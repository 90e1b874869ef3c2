"""One call of a module (or the root module): resolves its names, holds its resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.home import Home
from auditor.sources.terraform.configuration import DATA, MANAGED, Configuration
from auditor.sources.terraform.evaluation.frame import Frame, Referent
from auditor.sources.terraform.evaluation.types import convert
from auditor.sources.terraform.evaluation.value import EvaluationError, make_object, make_string
from auditor.sources.terraform.instance import Instance
from auditor.sources.terraform.instances import Group, Repetition, with_keys
from auditor.sources.terraform.language.block import Attribute
from auditor.sources.terraform.language.expression import AttributeStep, Step
from auditor.sources.terraform.providers import provider_home, provider_name

if TYPE_CHECKING:
    from auditor.sources.terraform.reading import RootReading


class Module:
    """`address` is empty for the root. `arguments` are what the calling block hands over, in
    the frame of the caller; `providers` the names of the caller's providers. `conditions` decide
    whether what the module declares is there at all."""

    uncertain = False
    conditions: frozenset[str] = frozenset()

    def __init__(
        self,
        reading: RootReading,
        configuration: Configuration,
        address: str = "",
        *,
        parent: Module | None = None,
        frame: Frame | None = None,
        arguments: Mapping[str, Attribute] | None = None,
        providers: Mapping[str, str] | None = None,
    ) -> None:
        self.reading = reading
        self.book = reading.book
        self.configuration = configuration
        self.address = address
        self.prefix = f"{address}." if address else ""
        self.parent = parent
        self.providers = providers or {}
        self._frame = frame
        self._arguments = arguments or {}
        self._values: dict[tuple[str, str], Node] = {}
        self._running: set[tuple[str, str]] = set()
        self._groups: dict[tuple[str, str, str], Group[Instance] | Instance] = {}
        self._calls: dict[str, Group[Module] | Module | None] = {}
        self._homes: dict[str, Home] = {}

    def resolve(self, root: str, steps: Sequence[Step]) -> tuple[Node | Referent, Sequence[Step]]:
        names = _leading_names(steps)
        match root:
            case "var" if names:
                return self.variable(names[0]), steps[1:]
            case "local" if names:
                return self.local(names[0]), steps[1:]
            case "module" if names:
                call = self.call(names[0])
                if call is None:
                    return self._unknown(f"module.{names[0]}"), steps[1:]
                return call, steps[1:]
            case "path" if names:
                return self._path(names[0]), steps[1:]
            case "terraform" if names[:1] == ["workspace"]:
                return self._unknown("terraform.workspace", everywhere=True), steps[1:]
            case "data" if len(names) > 1:
                return self.resource(DATA, names[0], names[1]), steps[2:]
            case "resource" if len(names) > 1:
                return self.resource(MANAGED, names[0], names[1]), steps[2:]
        if names and (MANAGED, root, names[0]) in self.configuration.resources:
            return self.resource(MANAGED, root, names[0]), steps[1:]
        raise EvaluationError(f"`{root}` is not declared")

    def variable(self, name: str) -> Node:
        return self._once("var", name, self._variable)

    def local(self, name: str) -> Node:
        return self._once("local", name, self._local)

    def set_variable(self, name: str, value: Node) -> None:
        """Give a variable without a value one, before anything asks for it."""
        self._values["var", name] = value

    def resource(self, mode: str, type_: str, name: str) -> Group[Instance] | Instance:
        """All instances of a resource or data source. Raises EvaluationError where it is not declared or
        its count or for_each refers to itself."""
        key = (mode, type_, name)
        if key not in self._groups:
            block = self.configuration.resources.get(key)
            if block is None:
                raise EvaluationError(f"`{type_}.{name}` is not declared")
            address = f"{self.prefix}{'data.' if mode == DATA else ''}{type_}.{name}"
            self._enter(("resource", address))
            try:
                repeated = self.reading.repeat(block, Frame(self, block.file, address), address)
            finally:
                self._running.discard(("resource", address))
            told = self.reading.told
            if told is not None:
                repeated = with_keys(repeated, told.keys(address, managed=mode == MANAGED), address)
            made: dict[int | str, Instance] = {}
            rest: list[Instance] = []
            for turn in repeated.turns:
                instance = Instance(mode, type_, name, block, self, turn)
                if turn.key is None:
                    rest.append(instance)
                else:
                    made[turn.key] = instance
            single = repeated.repetition is Repetition.NONE
            self._groups[key] = rest[0] if single else Group(address, repeated.repetition, made, rest)
        return self._groups[key]

    def instances(self, mode: str, type_: str) -> Iterator[Instance]:
        """The instances of all resources of a type, here and in all modules that are called."""
        for name in self.configuration.names(mode, type_):
            found = self.resource(mode, type_, name)
            for item in found.elements():
                assert isinstance(item, Instance)
                yield item
        for module in self.children():
            yield from module.instances(mode, type_)

    def children(self) -> Iterator[Module]:
        for name in self.configuration.modules:
            call = self.call(name)
            for item in call.elements() if call is not None else ():
                assert isinstance(item, Module)
                yield item

    def call(self, name: str) -> Group[Module] | Module | None:
        """All instances of a module call; None where the module is not there. Raises EvaluationError
        where nothing is called so."""
        if name not in self._calls:
            block = self.configuration.modules.get(name)
            if block is None:
                raise EvaluationError(f"`module.{name}` is not declared")
            self._enter(("module", name))
            try:
                self._calls[name] = self.reading.open_call(self, name, block)
            finally:
                self._running.discard(("module", name))
        return self._calls[name]

    def attribute(self, name: str) -> Node:
        """An output."""
        return self._once("output", name, self._output)

    def index(self, key: Node) -> Node | Referent:  # noqa: ARG002 - the protocol's signature
        raise EvaluationError(f"`{self.address}` has no count and no for_each")

    def elements(self) -> Sequence[Node | Referent]:
        return (self,)

    def whole(self) -> Node:
        return make_object({name: self.attribute(name) for name in self.configuration.outputs})

    def home_of(self, instance: Instance) -> Home:
        return self.home(provider_name(instance.type, instance.block))

    def home(self, provider: str) -> Home:
        """Where the resources of a provider live."""
        if provider not in self._homes:
            self._homes[provider] = provider_home(self, provider)
        return self._homes[provider]

    def frame(self, attribute: Attribute, address: str) -> Frame:
        return Frame(self, attribute.file, f"{self.prefix}{address}")

    def _enter(self, key: tuple[str, str]) -> None:
        if key in self._running:
            raise EvaluationError(f"`{'.'.join(key)}` refers to itself")
        self._running.add(key)

    def _once(self, kind: str, name: str, make: Callable[[str], Node]) -> Node:
        key = (kind, name)
        if key not in self._values:
            self._enter(key)
            try:
                self._values[key] = make(name)
            finally:
                self._running.discard(key)
        return self._values[key]

    def _local(self, name: str) -> Node:
        attribute = self.configuration.locals.get(name)
        if attribute is None:
            raise EvaluationError(f"`local.{name}` is not declared")
        return self.reading.evaluator.value(attribute.expression, self.frame(attribute, f"local.{name}"))

    def _output(self, name: str) -> Node:
        block = self.configuration.outputs.get(name)
        value = block.attributes.get("value") if block is not None else None
        if block is None or value is None:
            raise EvaluationError(f"`{self.address}` has no output `{name}`")
        if self._flag(block.attributes.get("sensitive")):
            place = block.file.origin(block.start, block.end, f"{self.prefix}output.{name}")
            return make_string(text(self.book.hole(f"{self.address}.{name}", place)), place)
        return self.reading.evaluator.value(value.expression, self.frame(value, f"output.{name}"))

    def _variable(self, name: str) -> Node:
        block = self.configuration.variables.get(name)
        if block is None:
            raise EvaluationError(f"`var.{name}` is not declared")
        place = block.file.origin(block.start, block.end, f"{self.prefix}var.{name}")
        hole = make_string(text(self.book.hole(f"{self.prefix}var.{name}", place)), place)
        if self._flag(block.attributes.get("sensitive")):
            return hole
        given = self._told(name, place) or self._given(name)
        default = block.attributes.get("default")
        nullable = block.attributes.get("nullable")
        if given is not None and given.value is None and nullable is not None and default is not None:
            given = None if not self._flag(nullable) else given
        if given is None:
            if default is None:
                return hole
            given = self.reading.evaluator.value(default.expression, self.frame(default, f"var.{name}"))
        constraint = block.attributes.get("type")
        try:
            return convert(given, constraint.expression) if constraint is not None else given
        except EvaluationError:
            return hole

    def _told(self, name: str, place: Origin) -> Node | None:
        """The value of a variable of the root module in a plan."""
        told = self.reading.told
        return told.variable(name, place) if told is not None and self.parent is None else None

    def _given(self, name: str) -> Node | None:
        evaluator = self.reading.evaluator
        if self._frame is not None:
            handed = self._arguments.get(name)
            return evaluator.value(handed.expression, self._frame) if handed is not None else None
        block = self.configuration.variables[name]
        found = self.reading.inputs.get(name, block)
        if found is None:
            return None
        return evaluator.value(found.expression, Frame(self, found.file, f"var.{name}"))

    def _flag(self, attribute: Attribute | None) -> bool:
        if attribute is None:
            return False
        value = self.reading.evaluator.value(attribute.expression, self.frame(attribute, ""))
        return value.value is not False

    def _path(self, name: str) -> Node:
        match name:
            case "module":
                return make_string(self.reading.relative(self.configuration.folder))
            case "root":
                return make_string(".")
        return self._unknown(f"path.{name}", everywhere=True)

    def _unknown(self, name: str, *, everywhere: bool = False) -> Node:
        full = name if everywhere else self.prefix + name
        return make_string(text(self.book.hole(full, self._place(name))))

    def _place(self, name: str) -> Origin:
        block = self.configuration.modules.get(name.removeprefix("module."))
        if block is not None:
            return block.file.origin(block.start, block.inside[0], self.prefix + name)
        files = self.configuration.files
        return Origin(files[0].file if files else None, address=self.prefix + name)


def _leading_names(steps: Sequence[Step]) -> list[str]:
    names: list[str] = []
    for step in steps:
        if not isinstance(step, AttributeStep):
            break
        names.append(step.name)
    return names
