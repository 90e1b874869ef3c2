"""How a module that is edited names what a fix speaks of."""

from __future__ import annotations

from types import MappingProxyType

from auditor.estate.estate import Estate
from auditor.fixes.edit import NotEditableError
from auditor.fixes.render.hcl import Raw, template
from auditor.fixes.render.inexpressible import settle
from auditor.fixes.render.terraform_scope import Scope
from auditor.fixes.terraform.tree import Tree
from auditor.iam.text import ACCOUNT, REGION, Hole, Text

_DATA = ((ACCOUNT, "aws_caller_identity", "account_id"), (REGION, "aws_region", "name"))


def scope_of(module: str, estate: Estate, tree: Tree) -> Scope:
    """What a block of `module` can name, through the data sources that the module declares
    under whatever name. Raises NotEditableError where the module's source is not here."""
    bound: dict[Hole, str] = {}
    for hole, type_, attribute in _DATA:
        for name, block in tree.data(module, type_):
            if not block.attributes and hole not in bound:
                bound[hole] = f"data.{type_}.{name}.{attribute}"
    return Scope(estate, module, MappingProxyType(bound))


def constant(value: Text) -> Raw:
    """A value as the default of a variable, which can refer to nothing. Raises NotEditableError
    where it is not wholly known."""
    literal = settle(value).literal
    if literal is None:
        raise NotEditableError("the default of a variable can name only what is known")
    return template([literal])
