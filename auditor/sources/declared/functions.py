"""Lambda functions, and what is put on them from several places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from msgspec.structs import replace

from auditor.estate.function import EventSource, Function, FunctionUrl, Hook, Invoker, LogGroup
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Member, Members, Node, node
from auditor.iam.origin import Origin
from auditor.iam.parse import parse_policy
from auditor.iam.text import Text, text
from auditor.sources.declared.callers import Callers, each_once
from auditor.sources.declared.declaration import Declaration
from auditor.sources.declared.function_name import NamedFunction
from auditor.sources.declared.lex import Lex
from auditor.sources.declared.perhaps import MOST_DOUBTS, doubts_about_many, may_be, perhaps
from auditor.sources.log_group import default_log_group


@dataclass(slots=True)
class FunctionParts:
    """A function while what belongs to it is collected; `declaration` and `described`, what it
    says of the function, are None where that is known by name alone. `unread` are holes for what
    may add to its resource policy."""

    named: NamedFunction
    origin: Origin
    declaration: Declaration | None = None
    described: Function | None = None
    unread: tuple[Node, ...] = ()
    statements: list[Node] = field(default_factory=list)
    doubts: dict[int, str] = field(default_factory=dict)
    """Why a statement, by its number, may not be there."""
    unreadable: list[Policy] = field(default_factory=list)
    permitted: bool = False
    hooks: list[Hook] = field(default_factory=list)
    invokers: list[Invoker] = field(default_factory=list)
    urls: list[FunctionUrl] = field(default_factory=list)
    destinations: list[Text] = field(default_factory=list)
    sources: list[EventSource] = field(default_factory=list)

    def permit(self, statements: Iterable[Node], doubt: str = "") -> None:
        """Add statements to its resource policy; `doubt` says why they may not be there."""
        self.permitted = True
        for statement in statements:
            if doubt:
                self.doubts[len(self.statements)] = doubt
            self.statements.append(statement)


class FunctionTable:
    """All functions of an estate. `groups` are the log groups that it makes, by name."""

    def __init__(self, groups: Mapping[Text, Origin]) -> None:
        self._groups = groups
        self._parts: list[FunctionParts] = []
        self._by_arn: dict[Text, FunctionParts] = {}
        self._by_name: dict[Text, list[FunctionParts]] = {}
        self._doubts: dict[Text, Policy] = {}

    def functions(self, lex: Lex, callers: Callers) -> tuple[Function, ...]:
        return tuple(self._finished(parts, lex, callers) for parts in self._parts)

    def call(self, lex: Lex, callers: Callers) -> None:
        """Put every hook and event source on the function that it calls."""
        for hooked in lex.hooks:
            self.find(hooked.function, hooked.hook.origin).hooks.append(hooked.hook)
        for found in callers.found:
            self.find(found.function, found.invoker.origin).invokers.append(found.invoker)

    def declare(self, described: Function, declaration: Declaration, unread: Sequence[Node] = ()) -> FunctionParts:
        named = NamedFunction(described.name, described.arn)
        return self._add(FunctionParts(named, described.origin, declaration, described, tuple(unread)))

    def find(self, named: NamedFunction, origin: Origin) -> FunctionParts:
        """The function that something names; where the estate does not have it, one that is
        known by name alone."""
        found = self._by_arn.get(named.arn)
        if found is not None:
            return found
        same = self._by_name.get(named.name, [])
        if len(same) == 1 and same[0].named.arn.literal is None:
            return same[0]
        return self._add(FunctionParts(NamedFunction(named.name, named.arn), origin))

    def log_group(self, name: Text, origin: Origin) -> LogGroup:
        """The group called `name`, at its own place where the estate makes it."""
        place = self._groups.get(name)
        return LogGroup(name, None, origin) if place is None else LogGroup(name, True, place)

    def _add(self, parts: FunctionParts) -> FunctionParts:
        self._parts.append(parts)
        self._by_arn.setdefault(parts.named.arn, parts)
        self._by_name.setdefault(parts.named.name, []).append(parts)
        return parts

    def _finished(self, parts: FunctionParts, lex: Lex, callers: Callers) -> Function:
        described, known = parts.described, lex.known(parts.hooks)
        services = callers.known(parts.invokers)
        if described is None:
            policy = self._policy(parts) if parts.permitted else None
            group = self.log_group(default_log_group(parts.named.name), parts.origin)
            described = Function(
                parts.named.name, parts.named.arn, origin=parts.origin, log_group=group, described=False
            )
            known &= {hook.generation for hook in parts.hooks}
        else:
            others = self._perhaps_the_same(parts)
            policy = self._with_perhaps(self._policy(parts), others)
            known -= {hook.generation for other in others for hook in other.hooks}
            services -= {invoker.service for other in others for invoker in other.invokers}
        return replace(
            described,
            resource_policy=policy,
            hooks=tuple(parts.hooks),
            hooks_known=known,
            invokers=each_once(parts.invokers),
            services_known=services,
            urls=tuple(parts.urls),
            destinations=tuple(parts.destinations),
            event_sources=tuple(parts.sources),
        )

    def _policy(self, parts: FunctionParts) -> Policy:
        """All that was found on a function as one resource policy."""
        if len(parts.unreadable) == 1 and not parts.statements:
            return parts.unreadable[0]
        listed = Node((*parts.statements, *parts.unread), parts.origin)
        members = (
            Member(text("Version"), node("2012-10-17", parts.origin), parts.origin),
            Member(text("Statement"), listed, parts.origin),
        )
        policy = parse_policy(Node(Members(members), parts.origin), PolicyKind.RESOURCE)
        if not parts.doubts:
            return policy
        marked = (replace(s, uncertain=parts.doubts.get(s.index, "")) for s in policy.statements)
        return replace(policy, statements=tuple(marked))

    def _perhaps_the_same(self, parts: FunctionParts) -> list[FunctionParts]:
        """The functions known by name alone, in a way that may be this one's name."""
        return [other for other in self._known_by_name if may_be(other.named.arn, parts.named.arn)]

    @cached_property
    def _known_by_name(self) -> list[FunctionParts]:
        # In the region and account that are not known, two names that are tell functions apart.
        return [
            other
            for other in self._parts
            if other.declaration is None and (other.named.name.holes or self._some_name_is_not_known)
        ]

    @cached_property
    def _some_name_is_not_known(self) -> bool:
        return any(parts.declaration is not None and parts.named.name.holes for parts in self._parts)

    def _with_perhaps(self, policy: Policy, others: list[FunctionParts]) -> Policy:
        """A policy beside what may be on the function too."""
        permitted = [other for other in others if other.permitted]
        if not permitted:
            return policy
        doubtful = [self._doubtful(other) for other in permitted]
        if len(doubtful) > MOST_DOUBTS:
            doubtful = [doubts_about_many(doubtful, permitted[0].named.name, "function")]
        return replace(policy, unknown=(*policy.unknown, *(part for other in doubtful for part in other.unknown)))

    def _doubtful(self, parts: FunctionParts) -> Policy:
        """The policy of a function that is not known, as another one may have it."""
        if parts.named.arn not in self._doubts:
            self._doubts[parts.named.arn] = perhaps(self._policy(parts), parts.named.name, None, "function")
        return self._doubts[parts.named.arn]
