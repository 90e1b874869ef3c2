"""How a template says the texts of a fix: by references and pseudo parameters where there are any.

Sources: "Return values" of AWS::Logs::LogGroup, AWS::Lex::BotAlias and AWS::Lambda::Function in the
CloudFormation template reference, and the user guide, "Pseudo parameters reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from auditor.estate.ending import by_reference
from auditor.estate.estate import Estate
from auditor.fixes.cloudformation.tree import TemplateFile, prefix_of
from auditor.fixes.render.inexpressible import InexpressibleError, settle
from auditor.fixes.render.made_names import with_names
from auditor.fixes.render.template_yaml import Function, Value, write_node, write_text
from auditor.iam.arn import Arn, arn
from auditor.iam.node import Member, Members, Node
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, Text, text
from auditor.needs.logs import group_arn
from auditor.sources.cloudformation.made import made_by

_PARTITION = Hole("AWS::Partition", HoleType.PARTITION)
_ALIAS_ID = ".BotAliasId"


class Scope:
    """What can be named in one file of the stack whose logical ids begin with `prefix`."""

    def __init__(self, estate: Estate, file: TemplateFile, prefix: str) -> None:
        self._estate = estate
        self._file = file
        self._prefix = prefix

    def write(self, value: Text) -> Value:
        """A text as a string, or as the function that makes it. Raises InexpressibleError where the
        template has no name for a part of it."""
        settled = by_reference(settle(value))
        if self.imports(settled):
            return write_text(settled, self._estate)
        said = self._in_this_stack(settled)
        found = self._attributes.get(said) or self._alias(said)
        if found is not None:
            return Function("!GetAtt", f"{found}.Arn")
        return write_text(self._with_pseudo_parameters(with_names(said, self._names)), self._estate)

    def imports(self, value: Text) -> bool:
        """Whether the template imports a value as a whole."""
        return self._estate.wording.import_of(value) is not None

    def write_node(self, node: Node) -> Value:
        """A part of a policy document."""
        if node.text is not None:
            return self.write(node.text)
        if node.items is not None:
            return [self.write_node(item) for item in node.items]
        if node.members is not None:
            return {self._key(member): self.write_node(member.value) for member in node.members}
        return write_node(node, self._estate)

    def _key(self, member: Member) -> str:
        (key,) = _keys(write_node(Node(Members((member,))), self._estate))
        return key

    def _in_this_stack(self, value: Text) -> Text:
        """The text with its holes named as this stack names them."""
        return value.fill(self._own) if self._prefix or "/" in str(value) else value

    def _own(self, hole: Hole) -> Text | None:
        if prefix_of(hole.name) == self._prefix:
            return text(Hole(hole.name.removeprefix(self._prefix), hole.type, hole.each))
        if hole in (ACCOUNT, REGION) or hole.type is HoleType.PARTITION:
            return None
        raise InexpressibleError(f"`{hole}` is not known to `{self._file.file}`")

    @cached_property
    def _attributes(self) -> Mapping[Text, str]:
        """The ARNs of functions and log groups that this file declares, with their logical ids."""
        found: dict[Text, str] = {}
        for function in self._estate.functions:
            if self._declares(function.address):
                found[self._in_this_stack(function.arn)] = self._local(function.address)
            group = function.log_group
            if group is not None and group.managed and self._declares(group.origin.address):
                whole = text(group_arn(function, group, self._estate), ":*")
                found[self._in_this_stack(whole)] = self._local(group.origin.address)
        return found

    def _alias(self, value: Text) -> str | None:
        """The bot alias of this file whose ARN a text is."""
        parsed = arn(value)
        last = value.parts[-1] if value.parts else ""
        if parsed is None or not isinstance(last, Hole) or not last.name.endswith(_ALIAS_ID):
            return None
        name = last.name.removesuffix(_ALIAS_ID)
        known = self._file.resources.get(name)
        mine = parsed.resource.startswith("bot-alias/") and known is not None and known.type == "AWS::Lex::BotAlias"
        return name if mine else None

    @cached_property
    def _names(self) -> Mapping[str, Text]:
        """How the template makes the names of functions that are not written in it as they are."""
        found: dict[str, Text] = {}
        for function in self._estate.functions:
            literal = function.name.literal
            if literal is None or not self._declares(function.address):
                continue
            own = self._local(function.address)
            named = self._file.resources[own].property("FunctionName")
            if named is not None and named.value.text is None:
                found[literal] = made_by(named.value) or text(Hole(own, HoleType.NAME))
        return found

    def _with_pseudo_parameters(self, value: Text) -> Text:
        """The text with the account, region and partition of the stack by name. They are the stack's
        own, whatever was said of them for the audit."""
        if value == self._estate.account:
            return text(ACCOUNT)
        parsed = arn(value)
        if parsed is None or not parsed.account:
            return value
        own = parsed.account == self._estate.account and parsed.region in (self._estate.region, text())
        if not own:
            return value
        region = text(REGION) if parsed.region else parsed.region
        return Arn(text(_PARTITION), parsed.service, region, text(ACCOUNT), parsed.resource).text

    def _declares(self, address: str | None) -> bool:
        return (
            address is not None
            and prefix_of(address) == self._prefix
            and self._local(address) in (self._file.resources)
        )

    def _local(self, address: str | None) -> str:
        return (address or "").removeprefix(self._prefix)


class Scopes:
    """The scopes of an estate's files, each made once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._known: dict[tuple[str, str], Scope] = {}

    def of(self, file: TemplateFile, address: str | None) -> Scope:
        """What can be named in a file by the stack that holds the resource at an address."""
        key = file.file, prefix_of(address or "")
        if key not in self._known:
            self._known[key] = Scope(self._estate, file, key[1])
        return self._known[key]


def _keys(value: Value) -> list[str]:
    assert isinstance(value, dict), "members are written as an object"
    return list(value)
