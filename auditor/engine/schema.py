"""The words a rule may use, derived from the facts it ranges over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import get_type_hints

from auditor.engine.condition import Filled
from auditor.engine.fact import (
    FACTS,
    DocumentFact,
    Fact,
    FactKind,
    InvokeNeed,
    LogGrant,
    RoleGrant,
)
from auditor.engine.levels import Kind
from auditor.estate.function import Hook, Invoker, LexGeneration
from auditor.iam.document import PolicyKind
from auditor.iam.frozen import Frozen
from auditor.iam.match.principal import principal_account
from auditor.needs.invoke import INVOKE

Choice = Enum | bool | str
Show = Callable[[Fact], "str | tuple[str, ...]"]


class Word(Frozen):
    """One word of a `when`. `choices` maps what may be written to what the fact then holds; None
    where any text may be written."""

    name: str
    choices: Mapping[str, Choice] | None


@cache
def words(kind: FactKind) -> Mapping[str, Word]:
    """The words that a `when` about facts of this kind may use: their fields that are a truth,
    an enumeration, a text or a list of texts."""
    found: dict[str, Word] = {}
    for name, type_ in _own_fields(FACTS[kind]):
        if type_ is bool:
            found[name] = Word(name, MappingProxyType({"true": True, "false": False}))
        elif isinstance(type_, type) and issubclass(type_, Enum):
            found[name] = Word(name, _spellings(type_))
        elif type_ is str:
            found[name] = Word(name, None)
        elif type_ == tuple[str, ...]:
            found[name] = Word(name, _spellings(Filled))
    return MappingProxyType(found)


@cache
def placeholders(kind: FactKind) -> Mapping[str, Show]:
    """The placeholders that a message about facts of this kind may use, with what they show."""
    shown: dict[str, Show] = {"function": _function, "role": _role}
    for name, type_ in _own_fields(FACTS[kind]):
        if type_ is str or type_ == tuple[str, ...]:
            shown[name] = _field(name)
    shown.update(_DERIVED.get(kind, {}))
    return MappingProxyType(shown)


def kinds(kind: FactKind) -> tuple[Kind, ...]:
    """The kinds of finding that facts of this kind can prove."""
    match kind:
        case FactKind.INVOKE_NEED | FactKind.URL_NEED | FactKind.LOG_NEED | FactKind.ROLE_NEED | FactKind.TRUST_NEED:
            return (Kind.MISSING, Kind.DEFECT)
        case FactKind.INVOKE_GRANT | FactKind.LOG_GRANT | FactKind.ROLE_GRANT | FactKind.TRUST_GRANT:
            return (Kind.EXCESS, Kind.DEFECT)
        case FactKind.ROLE_PATH | FactKind.ROLE_USE:
            return (Kind.EXCESS,)
        case FactKind.DOCUMENT:
            return (Kind.DEFECT,)


def _own_fields(fact: type[Fact]) -> list[tuple[str, object]]:
    """The fields of a fact beyond those that all facts have, with their types."""
    common = set(Fact.__struct_fields__)
    hints = get_type_hints(fact)
    return [(name, hints[name]) for name in fact.__struct_fields__ if name not in common]


def _spellings(type_: type[Enum]) -> Mapping[str, Choice]:
    return MappingProxyType({str(member.value): member for member in type_})


def _field(name: str) -> Show:
    def show(fact: Fact) -> str | tuple[str, ...]:
        value = getattr(fact, name)
        return value if isinstance(value, tuple) else str(value)

    return show


def _function(fact: Fact) -> str:
    return fact.function.title if fact.function else "not known"


def _role(fact: Fact) -> str:
    return fact.role.title if fact.role else "not known"


def _caller(fact: Fact) -> str:
    assert isinstance(fact, InvokeNeed)
    match fact.need.caller:
        case Hook(generation=LexGeneration.V1, name=name):
            return f"intent `{name}`"
        case Hook(generation=LexGeneration.V2, name=name):
            return f"bot alias `{name}`"
        case Invoker(source_arn=None) | None:
            return f"`{fact.service}`"
        case Invoker(source_arn=source, within=within):
            return f"`{within or source}`"
        case Hook():
            raise AssertionError(fact.need.caller.generation)


def _called(fact: Fact) -> str:
    assert isinstance(fact, InvokeNeed)
    qualifier = fact.need.caller.qualifier if fact.need.caller else None
    return f"version or alias `{qualifier}`" if qualifier else "the unqualified function"


def _invoking(fact: Fact) -> str:
    """What the witness of a grant does to the function, as a verb before its name."""
    action = fact.witness.action if fact.witness is not None else INVOKE
    if action.lower() == INVOKE.lower():
        return "invoke"
    return "call the URL of" if action.lower() == "lambda:invokefunctionurl" else f"do `{action}` on"


def _whoever(fact: Fact) -> str:
    """Who the witness of a grant is."""
    return str(fact.witness.principal) if fact.witness is not None else "anyone"


def _account(fact: Fact) -> str:
    """The account whose principal the witness of a grant is."""
    account = principal_account(fact.witness.principal.value) if fact.witness is not None else None
    return str(account) if account is not None else "not known"


_WRITING = {"logs:createloggroup": "create", "logs:createlogstream": "create streams in"}


def _writing(fact: Fact) -> str:
    """What the witness of a logs grant does to a log group, as a verb before it."""
    return _WRITING.get(fact.witness.action.lower(), "write") if fact.witness is not None else "write"


def _policy(fact: Fact) -> str:
    assert isinstance(fact, (LogGrant, RoleGrant))
    return str(fact.policy.name)


def _document(fact: Fact) -> str:
    assert isinstance(fact, DocumentFact)
    match fact.policy.kind:
        case PolicyKind.RESOURCE:
            return "resource policy"
        case PolicyKind.TRUST:
            return "trust policy"
        case PolicyKind.IDENTITY:
            return "policy"


def _defect(fact: Fact) -> str:
    assert isinstance(fact, DocumentFact)
    return fact.defect.message


_DERIVED: Mapping[FactKind, Mapping[str, Show]] = {
    FactKind.INVOKE_NEED: {"caller": _caller, "called": _called},
    FactKind.INVOKE_GRANT: {"act": _invoking, "whoever": _whoever, "account": _account},
    FactKind.TRUST_GRANT: {"account": _account},
    FactKind.LOG_GRANT: {"policy": _policy, "act": _writing},
    FactKind.ROLE_GRANT: {"policy": _policy},
    FactKind.DOCUMENT: {"document": _document, "defect": _defect},
}
