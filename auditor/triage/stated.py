"""Who calls a function, as the configuration states it where no source can say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from auditor.estate.estate import Estate, Reading
from auditor.estate.function import Function
from auditor.iam.frozen import Frozen
from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin
from auditor.sources.bundle.hook import read_hook, read_invoker
from auditor.sources.bundle.schema import HOOK, INVOKER
from auditor.sources.bundle.shape import Leaf, Record, check_shape
from auditor.sources.fields import members_of, needed
from auditor.sources.home import Home
from auditor.triage.notice import Notice

_FUNCTION = "function"


def _of_function(record: Record) -> Record:
    return replace(record, keys={_FUNCTION: Leaf.TEXT, **record.keys}, required=(_FUNCTION, *record.required))


_HOOK = replace(HOOK, cases={word: _of_function(case) for word, case in HOOK.cases.items()})
_INVOKER = _of_function(INVOKER)
_LEX = "lex"


class StatedInvoker(Frozen):
    """`function` is a glob of names; `said` the entry without it."""

    function: str
    said: Node

    @property
    def origin(self) -> Origin:
        return self.said.origin

    def calls(self, function: Function) -> bool:
        return function.version is None and fnmatchcase(function.title, self.function)


def read_stated(node: Node) -> StatedInvoker:
    """An entry of `hooks` or `invokers` of a bundle, with the function that it calls. Raises
    SourceError where it is none."""
    members = members_of(node, "an invoker")
    check_shape(node, _HOOK if members.get(_LEX) is not None else _INVOKER, "an invoker")
    rest = Members(tuple(member for member in members if member.key.literal != _FUNCTION))
    return StatedInvoker(needed(members, _FUNCTION, node), Node(rest, node.origin))


def state(reading: Reading, stated: Sequence[StatedInvoker]) -> Reading:
    """The reading in which the functions are called as it is stated, beside what their sources tell."""
    if not stated:
        return reading
    return replace(reading, estates=tuple(_state(estate, stated) for estate in reading.estates))


def unmatched(reading: Reading, stated: Sequence[StatedInvoker]) -> list[Notice]:
    """What is stated about functions that are not there."""
    functions = [function for estate in reading.estates for function in estate.functions]
    return [
        Notice(f"`invokers` names the function `{entry.function}`, which was not read", entry.origin, "check the name")
        for entry in stated
        if not any(map(entry.calls, functions))
    ]


def _state(estate: Estate, stated: Sequence[StatedInvoker]) -> Estate:
    home = Home(str(estate.partition), estate.region, estate.account)
    called = tuple(_called(function, stated, home) for function in estate.functions)
    return dataclasses.replace(estate, functions=called)


def _called(function: Function, stated: Sequence[StatedInvoker], home: Home) -> Function:
    entries = [entry.said for entry in stated if entry.calls(function)]
    hooks = [read_hook(entry, home) for entry in entries if _is_hook(entry)]
    invokers = [read_invoker(entry) for entry in entries if not _is_hook(entry)]
    told = {(hook.source_arn, hook.qualifier) for hook in function.hooks}
    new = [hook for hook in hooks if (hook.source_arn, hook.qualifier) not in told]
    return replace(function, hooks=(*function.hooks, *new), invokers=(*function.invokers, *invokers))


def _is_hook(node: Node) -> bool:
    return members_of(node, "an invoker").get(_LEX) is not None
