"""Everything that reading one root module shares."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from auditor.estate.estate import Skipped
from auditor.iam.origin import Origin
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.display import display_path
from auditor.sources.home import Home
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.configuration import Configuration, load_configuration
from auditor.sources.terraform.evaluation.evaluator import Evaluator
from auditor.sources.terraform.evaluation.files import FileReader, real_path
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.value import EvaluationError
from auditor.sources.terraform.inputs import Inputs
from auditor.sources.terraform.instances import Group, Repeated, Repetition, Room, repeat, with_keys
from auditor.sources.terraform.interface import Tell
from auditor.sources.terraform.language import expression as ast
from auditor.sources.terraform.language.block import Block
from auditor.sources.terraform.module import Module
from auditor.sources.terraform.providers import default_home, reference_text

MOST_MODULES = 2_000
"""Module instances in one root module beyond which no more are read."""
_BYTES_OF_A_CALL = 800
"""What a module call is worth, in bytes of source, to how long evaluation may take."""


class RootReading:
    """One root module being read. `configurations` keeps what was parsed, by folder; `told` is what
    a plan or state tells of it."""

    def __init__(
        self,
        folder: Path,
        options: ReadOptions,
        root: Path,
        configurations: dict[Path, Configuration] | None = None,
        tell: Tell | None = None,
    ) -> None:
        self.folder = folder
        self.options = options
        self.limit = real_path(root)
        self.book = HoleBook()
        self.told = tell(self.book) if tell is not None else None
        self.evaluator = Evaluator(self.book, FileReader(root, folder))
        self.inputs = Inputs(folder, options)
        self._configurations = configurations if configurations is not None else {}
        self._modules = 0
        self._room = Room()
        self._counted: set[Path] = set()
        self._made: list[Module] = []
        self.root = Module(self, self.configuration(folder))
        self._made.append(self.root)

    @cached_property
    def home(self) -> Home:
        return default_home(self.root)

    def configuration(self, folder: Path) -> Configuration:
        resolved = real_path(folder)
        if resolved not in self._configurations:
            self._configurations[resolved] = load_configuration(folder)
        configuration = self._configurations[resolved]
        if resolved not in self._counted:
            self._counted.add(resolved)
            self.evaluator.allow(sum(len(file.content) for file in configuration.files))
        for error in configuration.errors:
            self.book.skip(error.as_skipped())
        return configuration

    def close(self) -> None:
        """Let go of what was read, when nothing more is asked: modules and what is in them refer to each
        other, so that otherwise all stays until Python looks for cycles."""
        for module in self._made:
            vars(module).clear()

    def repeat(self, block: Block, frame: Frame, address: str) -> Repeated:
        """The instances of a resource, data source or module call called `address`."""
        return repeat(block, frame, address, self.evaluator, self._room)

    def relative(self, folder: Path) -> str:
        """A folder relative to the root module, as `path.module` gives it."""
        return Path(os.path.relpath(folder, self.folder)).as_posix()

    def open_call(self, caller: Module, name: str, block: Block) -> Group[Module] | Module | None:
        """The instances of a module call; None where the module cannot be read, which is noted."""
        address = f"{caller.prefix}module.{name}"
        place = block.file.origin(block.start, block.inside[0], address)
        folder = self._folder_of(caller, name, block)
        if folder is None:
            self._unread(address, place, f"module.{name}")
            return None
        resolved = real_path(folder)
        if not resolved.is_relative_to(self.limit):
            source = os.path.relpath(folder, caller.configuration.folder)
            self._unread(address, place, f"module.{name}: `{source}` is outside the audited root, which `--root` sets")
            return None
        if ".git" in resolved.relative_to(self.limit).parts or not resolved.is_dir():
            self._unread(address, place, f"module.{name}")
            return None
        if any(resolved == outer.configuration.real_folder for outer in _outward(caller)):
            self.book.skip(Skipped(place, f"`module.{name}` calls itself", "a module cannot contain itself"))
            return None
        configuration = self.configuration(folder)
        if configuration.empty:
            self._unread(address, place, f"module.{name}")
            return None
        repeated = self.repeat(block, Frame(caller, block.file, address), address)
        if self.told is not None:
            repeated = with_keys(repeated, self.told.keys(address, managed=False), address)
        made: dict[int | str, Module] = {}
        rest: list[Module] = []
        for turn in repeated.turns:
            self._modules += 1
            if self._modules > MOST_MODULES or not self._room.take(len(configuration.resources), self.evaluator):
                message = f"more than {MOST_MODULES:,} module instances, or blocks in them; what follows is left out"
                where = Origin(display_path(self.folder))
                self.book.skip(Skipped(where, message, "audit the modules one by one"))
                break
            self.evaluator.allow(_BYTES_OF_A_CALL)
            module = Module(
                self,
                configuration,
                turn.address,
                parent=caller,
                frame=turn.frame,
                arguments=block.attributes,
                providers=dict(_providers(block)),
            )
            self._made.append(module)
            module.uncertain = turn.uncertain
            module.conditions = caller.conditions | ({turn.condition} if turn.condition is not None else set())
            if turn.key is None:
                rest.append(module)
            else:
                made[turn.key] = module
        if repeated.repetition is Repetition.NONE:
            return rest[0] if rest else None
        return Group(address, repeated.repetition, made, rest)

    def _unread(self, address: str, place: Origin, text: str) -> None:
        """Note a module that is not read, unless what it declares is told."""
        if self.told is None or not self.told.tells_module(address):
            self.book.note(place, text)

    def _folder_of(self, caller: Module, name: str, block: Block) -> Path | None:
        """The folder that a call names: a local path, or what `terraform init` fetched; None where
        it names none. It need not be there."""
        source = block.attributes.get("source")
        try:
            written = self.evaluator.attempt(source.expression, Frame(caller, block.file)) if source else None
        except EvaluationError:
            return None
        literal = written.text.literal if written is not None and written.text is not None else None
        if literal is None:
            return None
        if is_local(literal):
            folder = caller.configuration.folder / literal
        else:
            fetched = self._fetched.get(_key(caller, name))
            if fetched is None:
                return None
            folder = self.folder / fetched
        return folder

    @cached_property
    def _fetched(self) -> dict[str, str]:
        """Module key -> folder, as `terraform init` wrote it down."""
        manifest = self.folder / ".terraform" / "modules" / "modules.json"
        if not manifest.is_file():
            return {}
        try:
            listed = json.loads(manifest.read_text(encoding="utf-8"))
            return {entry["Key"]: entry["Dir"] for entry in listed["Modules"]}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            place = Origin(os.path.relpath(manifest))
            self.book.skip(Skipped(place, "the list of fetched modules is not understood", "run `terraform init`"))
            return {}


def is_local(source: str) -> bool:
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def _outward(module: Module | None) -> Iterator[Module]:
    while module is not None:
        yield module
        module = module.parent


def _key(caller: Module, name: str) -> str:
    """The key of a call in the list of fetched modules: the names of the calls, with dots."""
    names = [part.split("[")[0] for part in caller.address.split("module.") if part]
    return ".".join([*(part.rstrip(".") for part in names), name])


def _providers(block: Block) -> Iterator[tuple[str, str]]:
    """The providers that a call hands over: the module's name for it, the caller's name."""
    handed = block.attributes.get("providers")
    if handed is None or not isinstance(handed.expression, ast.ObjectOf):
        return
    for key, value in handed.expression.items:
        inside = key.value if isinstance(key, ast.Literal) else reference_text(key)
        outside = reference_text(value)
        if isinstance(inside, str) and outside is not None:
            yield inside, outside
