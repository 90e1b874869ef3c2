"""Who can do what, as a picture shows it: the links of one function and its role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from msgspec.structs import replace

from auditor.engine.fact import Caller, Fact, InvokeGrant, LogGrant, Reach, RoleGrant, TrustGrant
from auditor.engine.finding import Finding
from auditor.engine.levels import Kind
from auditor.estate.function import Hook, Invoker, LexGeneration
from auditor.estate.role import Role
from auditor.iam.document import Effect, Pattern, Statement
from auditor.iam.frozen import Frozen
from auditor.reports.html.state import State
from auditor.reports.html.subject import Subject
from auditor.reports.html.topic import Topic, topic_of, topic_of_action
from auditor.reports.report import DecidedNeed
from auditor.reports.witness import name_act, name_caller, name_service

_DECIDED = {"allow": State.NEEDED, "deny": State.MISSING, "undetermined": State.UNDETERMINED}
_REACHES = {
    Reach.ANYONE: "anyone",
    Reach.ANY_ACCOUNT: "any AWS account",
    Reach.SOME_ACCOUNTS: "every account that fits a pattern",
    Reach.ORGANISATION: "any account of the organisation",
    Reach.OTHER_ACCOUNT: "another account",
    Reach.ACCOUNT: "anything else in the account",
    Reach.BOT: "other aliases of the bot",
    Reach.ORPHAN: "a source that nothing needs",
    Reach.ANY_GROUP: "any log group",
    Reach.LAMBDA_GROUPS: "log groups of other functions",
    Reach.ELSEWHERE: "another region or account",
}
_MOST_NAMES = 3


class End(Enum):
    """What a link hangs on."""

    FUNCTION = "function"
    ROLE = "role"


class Link(Frozen):
    """One line of a picture: who (or what) is at its far end, and how it stands. `findings` are the
    numbers of those that it rests on."""

    state: State
    title: str
    detail: str
    end: End
    findings: tuple[int, ...] = ()


class Access(Frozen):
    """What a subject's picture shows, the worst first on both sides."""

    callers: tuple[Link, ...]
    targets: tuple[Link, ...]

    @property
    def worst(self) -> int:
        """Orders pictures: the rank of the worst link."""
        return min((link.state.rank for link in (*self.callers, *self.targets)), default=len(State))


def access_of(subject: Subject, findings: Sequence[tuple[int, Finding]]) -> Access:
    """The links of a subject, from its needs, its role's policies and its numbered findings."""
    callers: list[Link] = []
    targets: list[Link] = []
    needs = subject.function.needs if subject.function is not None else ()
    for decided in needs:
        link, side = _needed(decided, findings)
        (callers if side else targets).append(link)
    judged: set[int] = set()
    for number, finding in findings:
        if finding.kind is not Kind.EXCESS:
            continue
        for fact in finding.facts:
            judged.add(id(getattr(fact, "statement", None)))
            link, side = _excess(number, fact)
            (callers if side else targets).append(link)
    if subject.role is not None:
        targets += _granted(subject.role, judged)
    return Access(_merge(callers), _merge(targets))


def _needed(decided: DecidedNeed, findings: Sequence[tuple[int, Finding]]) -> tuple[Link, bool]:
    """The link of a need, and whether it is a caller's."""
    need = decided.need
    topic = topic_of_action(need.request.action)
    state = _DECIDED[decided.decision]
    numbers = tuple(
        number
        for number, finding in findings
        if state is State.MISSING and finding.kind is Kind.MISSING and _about(finding.fact, need, topic)
    )
    if topic is Topic.INVOCATION:
        title, detail = _name(need.caller) if need.caller is not None else (name_caller(need.request), "")
        return Link(state, title, detail, End.FUNCTION, numbers), True
    if topic is Topic.TRUST:
        return Link(state, name_service(str(need.request.principal)), "assumes the role", End.ROLE, numbers), True
    act = _short(need.request.action)
    if topic is Topic.LOGS:
        return Link(state, _group(str(need.request.resource)), act, End.ROLE, numbers), False
    return Link(state, str(need.request.resource), act, End.ROLE, numbers), False


def _about(fact: Fact, need: object, topic: Topic) -> bool:
    asked = getattr(fact, "need", None)
    return asked == need if asked is not None else topic_of(fact) is topic


def _name(caller: Hook | Invoker) -> tuple[str, str]:
    match caller:
        case Hook(generation=LexGeneration.V1):
            return f"intent {caller.name}", "Lex V1"
        case Hook():
            return f"alias {caller.name}", "Lex V2"
        case Invoker():
            return name_service(caller.service), str(caller.source_arn or "")


def _excess(number: int, fact: Fact) -> tuple[Link, bool]:
    """The link of what a statement allows beyond the needs, and whether it is a caller's."""
    reach = _REACHES.get(getattr(fact, "reach", Reach.NONE), "")
    request = fact.witness
    match fact:
        case InvokeGrant() | TrustGrant():
            end = End.FUNCTION if isinstance(fact, InvokeGrant) else End.ROLE
            shown = f"shown by {name_caller(request).strip(',')}" if request is not None else ""
            return Link(State.EXCESS, _grantee(fact, reach), shown, end, (number,)), True
        case RoleGrant(admin=True):
            return Link(State.EXCESS, "everything", "every action on every resource", End.ROLE, (number,)), False
        case LogGrant() if reach:
            shown = f"it can {name_act(request)}" if request is not None else ""
            return Link(State.EXCESS, reach, shown, End.ROLE, (number,)), False
        case _:
            caller = fact.role is None and fact.function is not None
            title = _service_of(request.action) if request is not None else "more than is needed"
            shown = f"it can {name_act(request)}" if request is not None else ""
            return Link(State.EXCESS, title, shown, End.FUNCTION if caller else End.ROLE, (number,)), caller


def _grantee(fact: InvokeGrant | TrustGrant, reach: str) -> str:
    if fact.caller is Caller.ANYONE:
        return reach or "anyone"
    name = name_service(fact.service) if fact.caller is Caller.SERVICE else fact.principal
    return f"{name}: {reach}" if reach else name


def _granted(role: Role, judged: set[int]) -> Iterator[Link]:
    """What the role's policies allow as written, apart from logs, which are judged, and statements
    that are shown as excess."""
    for held in role.policies:
        for statement in held.policy.statements if held.policy is not None else ():
            if statement.effect is Effect.ALLOW and id(statement) not in judged:
                yield from _allowed(statement)


def _allowed(statement: Statement) -> Iterator[Link]:
    on = _list(statement.resources or ())
    if statement.not_resource:
        on = f"everything but {on}"
    if statement.not_action:
        yield Link(State.GRANTED, f"all actions but {_list(statement.actions)}", on, End.ROLE)
        return
    services: dict[str, list[str]] = {}
    for action in statement.actions:
        service, _, verb = str(action.text).partition(":")
        if service.lower() != "logs":
            services.setdefault(service, []).append(verb or "*")
    for service, verbs in services.items():
        yield Link(State.GRANTED, service, f"{_cut(verbs)} on {on}", End.ROLE)


def _list(patterns: Iterable[Pattern]) -> str:
    return _cut([_tail(str(pattern.text)) for pattern in patterns])


def _cut(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _tail(arn: str) -> str:
    """What an ARN says behind its account."""
    parts = arn.split(":", 5)
    return parts[5] if len(parts) == 6 and parts[0] == "arn" and parts[5] else arn


def _group(arn: str) -> str:
    """`log group NAME` of the ARN of a group or of its streams."""
    name = _tail(arn).split(":")
    return f"log group {name[1]}" if len(name) > 1 and name[0] == "log-group" else arn


def _short(action: str) -> str:
    return action.partition(":")[2] or action


def _service_of(action: str) -> str:
    return action.partition(":")[0]


def _merge(links: Sequence[Link]) -> tuple[Link, ...]:
    """The links, those with the same far end and state as one, the worst first."""
    merged: dict[tuple[State, str, End], Link] = {}
    for link in links:
        key = (link.state, link.title, link.end)
        known = merged.get(key)
        if known is None:
            merged[key] = link
            continue
        details = dict.fromkeys(filter(None, (*known.detail.split(", "), *link.detail.split(", "))))
        merged[key] = replace(
            known, detail=", ".join(details), findings=tuple(sorted({*known.findings, *link.findings}))
        )
    return tuple(sorted(merged.values(), key=lambda link: link.state.rank))


def tally(accesses: Iterable[Access]) -> Mapping[State, int]:
    """How many links there are of each state."""
    counts = dict.fromkeys(State, 0)
    for access in accesses:
        for link in (*access.callers, *access.targets):
            counts[link.state] += 1
    return counts
