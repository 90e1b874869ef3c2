"""From all resources of a configuration, plan or state to the estate that they make."""

from __future__ import annotations

from auditor.estate.estate import Estate, SourceKind
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.declared.assembled import Assembled
from auditor.sources.home import Home
from auditor.sources.terraform.callers import read_callers
from auditor.sources.terraform.hooks import read_lex
from auditor.sources.terraform.interface import Resources
from auditor.sources.terraform.lambdas import read_functions
from auditor.sources.terraform.roles import read_roles


def assemble(resources: Resources, home: Home, kind: SourceKind, root: str, origin: Origin) -> Assembled:
    """The estate that the resources make. `home` is that of the default provider, `root` the
    folder of the root module relative to the repository."""
    table = read_roles(resources)
    lex = read_lex(resources)
    functions, role_arns = read_functions(resources, table, lex, read_callers(resources))
    roles, documents = table.roles(), table.unattached()
    estate = Estate(
        kind,
        root=root,
        functions=functions,
        roles=roles,
        bots=lex.bots,
        intents=lex.intents,
        documents=documents,
        unresolved=resources.book.unresolved((functions, roles, lex.bots, lex.intents, documents)),
        account=home.account,
        region=home.region,
        partition=text(home.partition),
        origin=origin,
    )
    return Assembled(estate, role_arns)
