"""From what single files tell to one estate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from auditor.estate.estate import Estate, Skipped, SourceKind, Unresolved
from auditor.estate.function import Function, LogGroup
from auditor.estate.role import Role
from auditor.iam.text import text
from auditor.sources.arns import function_arn, role_arn
from auditor.sources.found import Found
from auditor.sources.home import Home, home_from, home_of
from auditor.sources.join_roles import join_roles
from auditor.sources.log_group import default_log_group
from auditor.sources.merge import merge_functions
from auditor.sources.options import ReadOptions


def join(found: Sequence[Found], options: ReadOptions) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """One estate of all that bundles, AWS outputs and policy documents tell, and what could not
    be joined. None where they tell nothing.

    Functions and roles join by ARN; one that is known by name alone joins the only one of its
    name. The account and region of the estate are those of the options, else the ones that all
    its ARNs share.
    """
    arns = list(dict.fromkeys(str(f.arn) for part in found for f in part.functions if f.arn.literal is not None))
    found, twice = _without_repeats(found, arns)
    skipped = [entry for part in found for entry in part.skipped] + twice
    functions = _join_functions(found, arns)
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


def _without_repeats(found: Sequence[Found], arns: Sequence[str]) -> tuple[list[Found], list[Skipped]]:
    """What was found without further descriptions of a function that one file describes whole."""
    whole: dict[str, Function] = {}
    kept: list[Found] = []
    skipped: list[Skipped] = []
    for part in found:
        keys = [_key(function, arns) for function in part.functions] if part.whole else []
        repeated = next((key for key in keys if key in whole), None)
        if repeated is None:
            whole.update(zip(keys, part.functions, strict=False))
            kept.append(part)
        else:
            function = whole[repeated]
            message = f"the function `{function.name}` is described twice; read was {function.origin}"
            help = "audit one at a time, or give each its own `arn`"
            skipped.append(Skipped(part.functions[0].origin, message, help))
    return kept, skipped


def _join_functions(found: Sequence[Found], arns: Sequence[str]) -> tuple[Function, ...]:
    """Functions in the order in which they were met first."""
    joined: dict[str, Function] = {}
    for function in (function for part in found for function in part.functions):
        key = _key(function, arns)
        if key not in joined:
            joined[key] = function
        elif joined[key].arn.literal is None:
            joined[key] = replace(merge_functions(joined[key], function), arn=function.arn)
        else:
            joined[key] = merge_functions(joined[key], function)
    return tuple(joined.values())


def _key(function: Function, arns: Iterable[str]) -> str:
    """The function's ARN, where need be that of the only function of its name."""
    if function.arn.literal is not None:
        return function.arn.literal
    same = [arn for arn in arns if arn.endswith(f":function:{function.name}")]
    return same[0] if len(same) == 1 else str(function.arn)


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
