"""Narrow statements: what a need asks for, as a policy says it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.estate.estate import Estate
from auditor.estate.function import Function, Hook, Invoker
from auditor.iam.arn import arn
from auditor.iam.document import Statement
from auditor.iam.statements import allow, exactly
from auditor.iam.text import Hole, Text, text
from auditor.needs import Need, NeedKind, derive
from auditor.needs.logs import CREATE_GROUP, STREAM_ACTIONS, group_arn
from auditor.needs.need import Feature
from auditor.needs.url import AUTH_TYPE, VIA_URL

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_ID = 100


def as_pattern(written: Text) -> Text:
    """A need's text as a pattern of just that: what holds for each value becomes `*`."""
    return text(*("*" if isinstance(part, Hole) and part.each else part for part in exactly(written).parts))


def permission_for(need: Need) -> Statement:
    """The statement that allows an INVOKE or URL need and nothing else."""
    conditions: dict[tuple[str, str], Iterable[Text]] = {}
    source = need.request.value("aws:SourceArn")
    account = need.request.value("aws:SourceAccount")
    within = need.caller.within if isinstance(need.caller, Invoker) else None
    if within is not None:
        conditions[("ArnLike", "AWS:SourceArn")] = (within,)
    elif source:
        conditions[("ArnLike", "AWS:SourceArn")] = tuple(as_pattern(value) for value in source)
    if account:
        conditions[("StringEquals", "AWS:SourceAccount")] = account
    for operator, key in (("StringEquals", AUTH_TYPE), ("Bool", VIA_URL)):
        values = need.request.value(key)
        if values:
            conditions[(operator, key)] = values
    return allow((need.request.action,), (need.request.resource,), (need.request.principal,), conditions)


def log_statements(functions: Iterable[Function], estate: Estate, create: bool) -> tuple[Statement, ...]:
    """Writing the functions' own groups: streams and events, and with `create` the groups that the
    estate does not manage (in both forms of the ARN, because AWS's documents name both)."""
    named = [(f.log_group, exactly(group_arn(f, f.log_group, estate))) for f in functions if f.log_group is not None]
    streams = dict.fromkeys(text(group, ":*") for _, group in named)
    created = dict.fromkeys(
        form for group, name in named if group.managed is not True for form in (name, text(name, ":*"))
    )
    made = [allow(STREAM_ACTIONS, streams)] if streams else []
    if create and created:
        made.append(allow((CREATE_GROUP,), created))
    return tuple(made)


def configured_statements(functions: Iterable[Function], estate: Estate) -> tuple[Statement, ...]:
    """What the functions' configuration asks of their role, a statement for each resource; without what
    stands on a resource that is not known by name."""
    by_resource: dict[Text, dict[str, None]] = {}
    for function in functions:
        for need in derive(function, estate):
            resource = as_pattern(need.request.resource)
            if need.kind is NeedKind.CONFIGURED and need.feature is not Feature.FILE_SYSTEM:
                by_resource.setdefault(resource, {})[need.request.action] = None
    return tuple(allow(tuple(actions), (resource,)) for resource, actions in by_resource.items())


def statement_ids(function: Function, needs: Iterable[Need]) -> list[str]:
    """A free statement id for each need. All carry the same ending, so that ids for several
    intents differ in the intent's name alone."""
    used = {str(s.sid) for s in function.resource_policy or () if s.sid is not None}
    bases = [_base(need) for need in needs]
    for number in range(1, len(used) + 2):
        ending = "" if number == 1 else f"-{number}"
        ids = [base[: _LONGEST_ID - len(ending)] + ending for base in bases]
        if len(set(ids)) == len(ids) and not used & set(ids):
            return ids
    return [f"{base[:90]}-{number}" for number, base in enumerate(bases, len(used) + 2)]


def _base(need: Need) -> str:
    caller = need.caller
    if isinstance(caller, Hook):
        generation = caller.generation.value.upper()
        name = caller.intent if caller.intent is not None and caller.intent.literal else caller.name
        return f"Lex{generation}-{plain_id(name)}"
    if need.kind is NeedKind.URL:
        return f"FunctionURL-{need.request.action.partition(':')[2]}"
    service = str(need.request.principal.value).partition(".")[0]
    source = arn(caller.source_arn) if caller is not None and caller.source_arn is not None else None
    named = plain_id(source.resource, "invoke") if source is not None else "invoke"
    return plain_id(text(f"{service}-{named}"))


def plain_id(name: Text, otherwise: str = "bot") -> str:
    """A name with nothing in it that a statement id may not have; its holes are left out. Where
    nothing is left it is `otherwise`."""
    shown = "-".join(part for part in name.parts if isinstance(part, str))
    return _NOT_IN_ID.sub("-", shown).strip("-") or otherwise
