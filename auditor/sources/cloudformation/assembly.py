"""From all resources of a template to the estate that they make."""

from __future__ import annotations

from auditor.estate.estate import Estate, SourceKind
from auditor.iam.text import text
from auditor.sources.cloudformation.callers import read_callers
from auditor.sources.cloudformation.functions import read_functions
from auditor.sources.cloudformation.lex import read_lex
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.roles import read_roles
from auditor.sources.cloudformation.values import literal_of
from auditor.sources.declared.assembled import Assembled


def assemble(resources: Resources, root: str) -> Assembled:
    """The estate that the resources make. `root` is the template relative to the repository."""
    stack = resources.root
    table = read_roles(resources)
    lex = read_lex(resources)
    functions = read_functions(resources, table, lex, read_callers(resources))
    roles, documents = table.roles(), table.unattached()
    named = (literal_of(resource.property("Role")) for resource in resources.of("AWS::Lambda::Function"))
    estate = Estate(
        SourceKind.CLOUDFORMATION,
        root=root,
        functions=functions,
        roles=roles,
        bots=lex.bots,
        documents=documents,
        unresolved=stack.book.unresolved((functions, roles, lex.bots, documents)),
        account=stack.home.account,
        region=stack.home.region,
        partition=text(stack.home.partition),
        origin=stack.origin,
        imported=tuple(stack.reading.imported_values.items()),
    )
    return Assembled(estate, frozenset(name for name in named if name is not None))
