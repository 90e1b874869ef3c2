"""Whether the event sources that a resource policy names still call the function.

Who is named there is looked up, not decided: what the policy allows is the engine's question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.estate.services import general_name
from auditor.iam.frozen import Frozen
from auditor.sources.arns import function_arn
from auditor.sources.aws.asked_sources import CONFIG, Calls, SourceReader
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import CallError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.session import Place

UNKNOWN = "invokers"
_LEX = ("lex.amazonaws.com", "lexv2.amazonaws.com")


class _Named(Frozen):
    """A service that a statement lets in, and for which source: None where it does not say. `accounts`
    are those that it says as the source's."""

    service: str
    source: str | None = None
    accounts: tuple[str, ...] = ()


def read_invokers(policy: Answer | None, arn: str, place: Place, sources: SourceReader, gaps: Gaps) -> list[Answer]:
    """The invokers of the function `arn`, as a bundle writes them. Where a statement names one that
    cannot be looked up, `invokers` are unknown."""
    found: list[Answer] = []
    for named in dict.fromkeys(_named(policy or {})):
        try:
            calls = _calls(named, place, sources)
        except CallError as error:
            gaps.note(error, UNKNOWN)
            continue
        if calls is None:
            gaps.unknown.add(UNKNOWN)
        for source, target in calls or ():
            parsed = function_arn(target)
            if parsed is not None and parsed.unqualified == arn:
                invoker = {"service": named.service, "source_arn": source}
                invoker |= {"source_account": place.account} if named.service == "s3.amazonaws.com" else {}
                invoker |= {"qualifier": parsed.qualifier} if parsed.qualifier else {}
                if invoker not in found:
                    found.append(invoker)
    return found


def _calls(named: _Named, place: Place, sources: SourceReader) -> Calls | None:
    """What the source calls; None where it is somebody else's, or cannot be asked. Raises CallError."""
    if named.accounts and place.account not in named.accounts:
        return None
    service = general_name(named.service)
    if named.source is not None:
        return sources.calls(service, named.source, place)
    # What AWS Config lets in is bound by the account, since the id of a rule is made with the rule.
    return sources.config_rules(place) if service == CONFIG and named.accounts == (place.account,) else None


def _named(policy: Answer) -> Iterator[_Named]:
    """The services, Lex apart, that statements name, each with its source; one without a name for
    anybody else."""
    statements = policy.get("Statement") or []
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") == "Deny":
            continue
        principal = statement.get("Principal")
        services = _listed(principal.get("Service")) if isinstance(principal, dict) else []
        if not isinstance(principal, dict) or set(principal) != {"Service"}:
            yield _Named("")
        for service in services:
            if service not in _LEX:
                condition = statement.get("Condition")
                accounts = tuple(_values(condition, "aws:sourceaccount"))
                sources = _values(condition, "aws:sourcearn")
                yield from (_Named(service, source, accounts) for source in sources)
                if not sources:
                    yield _Named(service, None, accounts)


def _values(condition: Any, name: str) -> list[str]:
    """The values that a condition has for a key (lower case)."""
    found: list[str] = []
    for operator, tested in condition.items() if isinstance(condition, dict) else ():
        if "not" in str(operator).lower():
            continue  # It names who may not call.
        for key, values in tested.items() if isinstance(tested, dict) else ():
            if key.lower() == name:
                found += [value for value in _listed(values) if isinstance(value, str)]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
