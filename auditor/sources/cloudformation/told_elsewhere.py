"""Functions of which several templates of a run tell: one declares it, another one lets somebody in, and
a third has the bot that calls it.

Each template stays an estate of its own, and what it says is judged where it is written. But there is one
function, with one resource policy: what is told of it elsewhere takes part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Elsewhere, Function, Hook, Invoker
from auditor.iam.document import Statement, UnknownStatement
from auditor.iam.frozen import Frozen
from auditor.iam.text import Text
from auditor.sources.cloudformation.common_names import CommonNames, Value
from auditor.sources.declared.perhaps import may_be


def with_what_others_tell(estates: Sequence[Estate]) -> list[Estate]:
    """The estates, where each function of a template knows what other templates tell of the same one."""
    templates = [estate for estate in estates if estate.kind is SourceKind.CLOUDFORMATION]
    files = [estate.origin.file or "" for estate in templates]
    families = [_Family(estate, files) for estate in templates]
    told = _by_name(families)
    joined = {id(family.estate): _joined(family, told) for family in families}
    return [joined.get(id(estate), estate) for estate in estates]


class _Family:
    """A template in all its cases, by the default one first."""

    def __init__(self, estate: Estate, files: Sequence[str]) -> None:
        self.estate = estate
        self.names = CommonNames(estate.origin.file or "", files)
        self.cases = (estate, *estate.cases)


@dataclass(slots=True)
class _Told:
    """What one template tells of a function, in the names that all templates have in common: a function
    of each case, None where the case has none."""

    family: _Family
    arn: Text
    cases: list[Function | None]

    @property
    def declares(self) -> bool:
        return any(function is not None and function.described for function in self.cases)


def _by_name(families: Sequence[_Family]) -> dict[Text, list[_Told]]:
    """What is told of functions of which several templates tell, by the functions' names."""
    told: dict[Text, dict[tuple[int, Text], _Told]] = {}
    for family in families:
        for place, case in enumerate(family.cases):
            for function in case.functions:
                arn, name = (family.names.common(part) for part in (function.arn, function.name))
                empty: list[Function | None] = [None] * len(family.cases)
                entry = told.setdefault(name, {}).setdefault((id(family), arn), _Told(family, arn, empty))
                entry.cases[place] = function
    several = {name: list(entries.values()) for name, entries in told.items()}
    return {
        name: entries
        for name, entries in several.items()
        if len({id(entry.family) for entry in entries}) > 1 and not all(entry.declares for entry in entries)
    }


def _joined(family: _Family, told: Mapping[Text, Sequence[_Told]]) -> Estate:
    default, *others = (
        _with_told(case, place, family, told) if told else case for place, case in enumerate(family.cases)
    )
    return dataclasses.replace(default, cases=tuple(others)) if others else default


def _with_told(estate: Estate, place: int, family: _Family, told: Mapping[Text, Sequence[_Told]]) -> Estate:
    functions = [_with_others(function, place, family, told) for function in estate.functions]
    changed = any(new is not old for new, old in zip(functions, estate.functions, strict=True))
    return dataclasses.replace(estate, functions=tuple(functions)) if changed else estate


def _with_others(function: Function, place: int, family: _Family, told: Mapping[Text, Sequence[_Told]]) -> Function:
    arn, name = (family.names.common(part) for part in (function.arn, function.name))
    found = [entry for entry in told.get(name, ()) if entry.family is not family and may_be(entry.arn, arn)]
    # Two templates that both declare it are two deployments, of which neither is part of the other.
    others = [entry for entry in found if not (function.described and entry.declares)]
    if not others:
        return function
    declaring = sum(entry.declares for entry in (*told[name],) if may_be(entry.arn, arn))
    parts = [_Part(entry, family.names, _doubt(entry, function, arn, declaring)) for entry in others]
    elsewhere = Elsewhere(
        statements=tuple(statement for part in parts for statement in part.statements(place)),
        unknown=tuple(unread for part in parts for unread in part.unknown()),
        hooks=tuple(hook for part in parts for hook in part.hooks()),
        invokers=tuple(invoker for part in parts for invoker in part.invokers()),
        described=any(part.declares for part in parts),
    )
    generations = {hook.generation for hook in elsewhere.hooks}
    services = {invoker.service for invoker in elsewhere.invokers}
    return replace(
        function,
        elsewhere=elsewhere,
        hooks_known=function.hooks_known - generations,
        services_known=function.services_known - services,
    )


def _doubt(told: _Told, function: Function, arn: Text, declaring: int) -> str:
    """Why what another template tells may not be of this function, as a clause; empty where it is."""
    if told.arn != arn:
        return f"whether `{told.arn}` is `{function.title}` is not known"
    if declaring > 1 and (told.declares or function.described):
        return f"which of the {declaring} templates that declare `{function.title}` is meant is not known"
    return ""


class _Part(Frozen):
    """What one other template adds to a function, in the names of the function's own template."""

    told: _Told
    names: CommonNames
    doubt: str

    @property
    def declares(self) -> bool:
        """Whether it surely declares the function, whatever its conditions are."""
        told = self.told.cases[0]
        return told is not None and told.described and not self.doubt

    def statements(self, place: int) -> Iterator[Statement]:
        """Those of every case. By default a function goes with the defaults of the other template; of one
        that other values of parameters make, only what each case there has is sure."""
        cases = [dict(self._of(function)) for function in self.told.cases]
        certain = cases[:1] if place == 0 else cases
        for key, statement in {key: each for case in cases for key, each in case.items()}.items():
            here = all(key in case for case in certain)
            why = f"`{statement.origin.address}` is there under some conditions of {self.file} alone"
            yield replace(statement, uncertain=statement.uncertain or self.doubt or ("" if here else why))

    def unknown(self) -> Iterator[UnknownStatement]:
        """What could not be read."""
        policies = (function.resource_policy for function in self._functions())
        unread = (part for policy in policies if policy is not None for part in policy.unknown)
        yield from dict.fromkeys(map(self._named, unread))

    def hooks(self) -> Iterator[Hook]:
        yield from dict.fromkeys(self._named(hook) for function in self._functions() for hook in function.hooks)

    def invokers(self) -> Iterator[Invoker]:
        yield from dict.fromkeys(self._named(each) for function in self._functions() for each in function.invokers)

    @property
    def file(self) -> str:
        return self.told.family.names.file

    def _functions(self) -> Iterator[Function]:
        return (function for function in self.told.cases if function is not None)

    def _named(self, value: Value) -> Value:
        return self.names.own(self.told.family.names.common(value))

    def _of(self, function: Function | None) -> Iterator[tuple[Hashable, Statement]]:
        """The statements of one case, each by what it is but for its number."""
        for statement in (function.resource_policy or ()) if function is not None else ():
            named = self._named(statement)
            yield replace(named, index=0, uncertain=""), named
