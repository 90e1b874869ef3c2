"""What a block of one Terraform module can name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import field

from auditor.estate.ending import by_reference
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.fixes.render.address import Address, parse_address, reference_in
from auditor.fixes.render.hcl import Attribute, Blank, Block, Item, Raw, key, template
from auditor.fixes.render.inexpressible import InexpressibleError, settle
from auditor.fixes.render.replacement import from_terraform
from auditor.iam.arn import arn
from auditor.iam.frozen import Frozen
from auditor.iam.text import ACCOUNT, EMPTY, REGION, Hole, HoleType, Text, text

_ACCOUNT = ("aws_caller_identity", "account_id")
_REGION = ("aws_region", "name")
_PARTITION = ("aws_partition", "partition")
_GROUP = "aws_cloudwatch_log_group."


class Scope(Frozen):
    """Writes texts as expressions of the module `module` (empty: the root). `bound` are holes
    that the block itself gives a value; `data` collects the data sources that were used."""

    estate: Estate
    module: str = ""
    bound: Mapping[Hole, str] = field(default_factory=lambda: MappingProxyType({}))
    data: set[str] = field(default_factory=set)

    def bind(self, hole: Hole, expression: str) -> Scope:
        return Scope(self.estate, self.module, MappingProxyType({**self.bound, hole: expression}), self.data)

    def expression(self, value: Text) -> Raw:
        """`value` as HCL. Raises InexpressibleError for a hole that this module cannot name."""
        settled = by_reference(settle(value))
        group = self._log_group(settled)
        if group is not None:
            reference, rest = group
            return template([Raw(reference), *self._parts(rest)])
        return template(self._parts(settled))

    def key(self, value: Text) -> str:
        """`value` as the key of an object."""
        return key(self._parts(settle(value)))

    def data_blocks(self) -> list[Block]:
        """The data sources that the expressions so far read."""
        return [Block(f'data "{name}" "current"', ()) for name in sorted(self.data)]

    def _parts(self, value: Text) -> list[str | Raw]:
        return [part if isinstance(part, str) else Raw(self._reference(part)) for part in value]

    def _reference(self, hole: Hole) -> str:
        if hole in self.bound:
            return self.bound[hole]
        if hole == ACCOUNT:
            return self._current(*_ACCOUNT)
        if hole == REGION:
            return self._current(*_REGION)
        reference = reference_in(self.module, hole.name) if from_terraform(self.estate) else None
        if reference is not None:
            return reference
        if hole.type is HoleType.PARTITION:
            return self._current(*_PARTITION)
        raise InexpressibleError(f"`{hole}` has no name in this module")

    def _current(self, data: str, attribute: str) -> str:
        self.data.add(data)
        return f"data.{data}.current.{attribute}"

    def _log_group(self, value: Text) -> tuple[str, Text] | None:
        """How this module names the log group in an ARN, where it makes the group, and what
        follows the group's name."""
        named = arn(value) if value.startswith("arn:") and from_terraform(self.estate) else None
        if named is None or named.service.literal != "logs" or not named.resource.startswith("log-group:"):
            return None
        _, name, *after = named.resource.split(":", 2)
        for function in self.estate.functions:
            group = function.log_group
            if group is None or not group.managed or group.name != name or not group.origin.address:
                continue
            own = arn(function.arn)
            reference = reference_in(self.module, f"{group.origin.address}.arn")
            same_place = own is not None and (own.region, own.account) == (named.region, named.account)
            if same_place and reference is not None and _GROUP in group.origin.address:
                return reference, text(":", after[0]) if after else EMPTY
        return None


class Place(Frozen):
    """Where a new block about a function or role belongs, and how it names it there.

    `depends_on` is the module call it must wait for where it cannot refer to the block itself;
    `provider` is the one that makes the block it names, where that is not the default one.
    """

    scope: Scope
    name: Raw
    beside: str | None = None
    depends_on: str | None = None
    provider: Raw | None = None

    @property
    def meta_arguments(self) -> tuple[Item, ...]:
        """What the new block begins with."""
        return () if self.provider is None else (Attribute("provider", self.provider), Blank())


def place_for(target: Function | Role, attribute: str, estate: Estate) -> Place:
    """The place of a new block that names `target` by its `attribute`: beside its block, also
    inside a module, unless that module's block stands for several; then at the root, by name."""
    root = Scope(estate)
    if target.address is None or not from_terraform(estate):
        return Place(root, root.expression(target.name))
    address = parse_address(target.address)
    provider = Raw(target.provider) if target.provider else None
    reference = reference_in(address.module, f"{target.address}.{attribute}")
    if reference is None or _stands_for_several(target, address, estate):
        call = address.root_call if address.module else None
        if address.module and (target.provider or not _by_default_provider(target, estate)):
            raise InexpressibleError(f"the provider of `{target.address}` has another name outside of its module")
        return Place(root, root.expression(target.name), depends_on=call, provider=provider)
    beside = target.address if address.module else None
    return Place(Scope(estate, address.module), Raw(reference), beside, provider=provider)


def _by_default_provider(target: Function | Role, estate: Estate) -> bool:
    """Whether the root's default provider can have made it: it is in its region and account."""
    own = arn(target.arn)
    return own is None or (own.account == estate.account and (not own.region or own.region == estate.region))


def _stands_for_several(target: Function | Role, address: Address, estate: Estate) -> bool:
    if not address.module:
        return False
    found: list[Function | Role] = [*estate.functions, *estate.roles]
    here = (target.origin.file, target.origin.line)
    elsewhere = {
        parse_address(other.address).module
        for other in found
        if other.address and (other.origin.file, other.origin.line) == here != (None, None)
    }
    return address.in_instances or bool(elsewhere - {address.module})
