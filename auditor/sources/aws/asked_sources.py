"""Asking event sources which functions they call, each once."""

from __future__ import annotations

from auditor.sources.arns import function_arn
from auditor.sources.aws.errors import AbsentError, NamelessError
from auditor.sources.aws.lookups import LOOKUPS, Lookup, functions_in
from auditor.sources.aws.once import Once
from auditor.sources.aws.operations import LIST_CONFIG_RULES, Operation
from auditor.sources.aws.session import Place

CONFIG = "config.amazonaws.com"
_MOST = 1000
"""Sources of which it is remembered what they call: functions that share one are read near one another."""

Calls = tuple[tuple[str, str], ...]
"""Sources with the functions that they call, both by ARN."""


class SourceReader:
    """Asks the sources of one account, in the regions that are read."""

    def __init__(self) -> None:
        self._called = Once[Calls](_MOST)
        self._listed = Once["frozenset[str]"]()

    def calls(self, service: str, source: str, place: Place) -> Calls | None:
        """What a source calls for a service; None where it cannot be asked. Raises CallError."""
        if service == CONFIG:
            return tuple(call for call in self.config_rules(place) if call[0] == source)
        lookup = LOOKUPS.get(service)
        where = _where(lookup.name(source), place) if lookup is not None else None
        if lookup is None or where is None or lookup.given(lookup.name(source), where) is None:
            return None
        return self._called.get(f"{service} {source}", lambda: self._ask(lookup, source, where))

    def config_rules(self, place: Place) -> Calls:
        """The rules of AWS Config in a region, with the functions that judge. Raises CallError."""

        def read() -> Calls:
            rules = place.caller.items(LIST_CONFIG_RULES, place.arn("config", "config-rule/*"))
            return tuple((rule["ConfigRuleArn"], rule["Source"]["SourceIdentifier"]) for rule in rules if _is_own(rule))

        return self._called.get(f"{CONFIG} {place.region}", read)

    def _ask(self, lookup: Lookup, source: str, place: Place) -> Calls:
        name = lookup.name(source)
        if lookup.listed is not None and name not in self._all(*lookup.listed, place):
            return ()
        found: list[str] = []
        try:
            for page in place.caller.pages(lookup.operation, name, **(lookup.given(name, place) or {})):
                part = page
                for member in lookup.within:
                    part = part.get(member) or {}
                found += [text for text in functions_in(part) if function_arn(text) is not None]
        except (AbsentError, NamelessError):
            # Of whom a policy lets in, a mistyped name is nobody's.
            return ()
        return tuple((source, called) for called in dict.fromkeys(found))

    def _all(self, operation: Operation, member: str, place: Place) -> frozenset[str]:
        def read() -> frozenset[str]:
            about = place.arn(operation.service, "*")
            return frozenset(item[member] for item in place.caller.items(operation, about))

        return self._listed.get(f"{operation.permission} {place.region}", read)


def _where(source: str, place: Place) -> Place | None:
    """Where a source is asked that is one thing of this account, in a region that is read."""
    parts = source.split(":", 5)
    if "*" in source or "?" in source or len(parts) < 6 or parts[4] not in ("", place.account):
        return None
    return place if parts[3] == "" else place.others.get(parts[3])


def _is_own(rule: dict[str, dict[str, str]]) -> bool:
    source = rule.get("Source") or {}
    return source.get("Owner") == "CUSTOM_LAMBDA" and "SourceIdentifier" in source
