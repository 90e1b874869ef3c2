"""From all resources of a template to the estate that they make."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.wording import Wording
from auditor.iam.text import Text, text
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
        wording=Wording(tuple(stack.reading.imported_values.items()), tuple(_made_names(resources))),
    )
    return Assembled(estate, frozenset(name for name in named if name is not None))


def _made_names(resources: Resources) -> Iterator[tuple[str, Text]]:
    """The names of functions that the outermost template does not write as they are."""
    for resource in resources.of("AWS::Lambda::Function"):
        made, name = resource.made("FunctionName"), resource.reference().literal
        if resource.stack is resources.root and made is not None and name is not None:
            yield name, made
