"""From what single files tell to one estate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from auditor.estate.estate import Estate, Skipped, SourceKind, Unresolved
from auditor.estate.function import Function, LogGroup
from auditor.estate.role import Role
from auditor.iam.text import text
from auditor.sources.arns import function_arn, role_arn
from auditor.sources.found import Found
from auditor.sources.home import Home, home_from, home_of
from auditor.sources.identity import function_arns, function_key
from auditor.sources.join_roles import join_roles
from auditor.sources.log_group import default_log_group
from auditor.sources.merge import merge_functions
from auditor.sources.options import ReadOptions
from auditor.sources.repeats import without_repeats


def join(found: Sequence[Found], options: ReadOptions) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """One estate of all that bundles, AWS outputs and policy documents tell, and what could not
    be joined. None where they tell nothing.

    Functions and roles join by ARN; one that is known by name alone joins the only one of its
    name. The account and region of the estate are those of the options, else the ones that all
    its ARNs share.
    """
    found, repeated = without_repeats(found)
    skipped = [entry for part in found for entry in part.skipped] + repeated
    functions = _join_functions(found)
    roles, keys, documents, unplaced = join_roles(found, {f.role: f.origin for f in functions if f.role is not None})
    skipped.extend(unplaced)
    documents = tuple(document for part in found for document in part.documents) + documents
    if not (functions or roles or documents):
        return None, tuple(skipped)
    home = _home(functions, roles, options)
    settled = tuple(_settle_role(role, home) for role in roles)
    estate = Estate(
        SourceKind.BUNDLE if functions or roles else SourceKind.DOCUMENT,
        functions=tuple(_settle(function, keys, home) for function in functions),
        roles=settled,
        documents=documents,
        unresolved=tuple(_unresolved(settled)),
        account=home.account,
        region=home.region,
        partition=text(home.partition),
    )
    return estate, tuple(skipped)


def _join_functions(found: Sequence[Found]) -> tuple[Function, ...]:
    """Functions in the order in which they were met first."""
    listed = [function for part in found for function in part.functions]
    arns = function_arns(listed)
    joined: dict[str, Function] = {}
    for function in listed:
        key = function_key(function, arns)
        if key not in joined:
            joined[key] = function
        elif joined[key].arn.literal is None:
            joined[key] = replace(merge_functions(joined[key], function), arn=function.arn)
        else:
            joined[key] = merge_functions(joined[key], function)
    return tuple(joined.values())


def _home(functions: Sequence[Function], roles: Sequence[Role], options: ReadOptions) -> Home:
    home = home_from(options)
    homes = [home_of(arn) for function in functions if (arn := function_arn(function.arn.literal or ""))]
    regions = {home.region for home in homes}
    for role in roles:
        parsed = role_arn(role.arn.literal or "")
        if parsed is not None:
            homes.append(Home(parsed.partition, account=text(parsed.account)))
    accounts, partitions = {home.account for home in homes}, {home.partition for home in homes}
    if options.partition is None and len(partitions) == 1:
        home = replace(home, partition=partitions.pop())
    if options.region is None and len(regions) == 1:
        home = replace(home, region=regions.pop())
    if options.account is None and len(accounts) == 1:
        home = replace(home, account=accounts.pop())
    return home


def _settle(function: Function, keys: dict[str, str], estate: Home) -> Function:
    """The function with its holes filled as far as they can be, and its role by its key."""
    parsed = function_arn(function.arn.literal or "")
    home = home_of(parsed) if parsed is not None else estate
    return replace(
        function,
        arn=home.fill(function.arn),
        role=keys.get(function.role or ""),
        log_group=function.log_group or LogGroup(default_log_group(function.name), origin=function.origin),
        hooks=tuple(replace(hook, source_arn=home.fill(hook.source_arn)) for hook in function.hooks),
    )


def _settle_role(role: Role, home: Home) -> Role:
    return replace(role, arn=home.fill(role.arn))


def _unresolved(roles: Iterable[Role]) -> Iterator[Unresolved]:
    """Policies of which only the name is known."""
    for role in roles:
        for policy in role.policies:
            if policy.policy is None:
                yield Unresolved(policy.origin, str(policy.arn or policy.name))
        for part in role.boundary.unknown if role.boundary is not None else ():
            yield Unresolved(part.origin, str(part.text))
