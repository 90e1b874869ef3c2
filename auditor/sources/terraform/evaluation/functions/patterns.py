"""Regular expressions, as far as they can be matched in bounded time.

Terraform uses RE2, which never backtracks; Python's engine does. A pattern whose repetitions
could make it try too many ways is not evaluated.
"""

from __future__ import annotations

import re

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    make_list,
    make_object,
    make_string,
    make_tuple,
)

_ESCAPED = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]", re.DOTALL)
_REPETITION = re.compile(r"[*+]|\{\d+(?:,\d*)?\}")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")
_GO_ONLY = re.compile(r"\\[pPzQEC]|\(\?[a-zA-Z]*U|\[\[:|\(\?P?=|\(\?[<!]")
_MOST_STEPS = 10**7
_GROUP_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _compiled(pattern: str, subject: str) -> re.Pattern[str]:
    outline = _ESCAPED.sub("x", pattern)
    repetitions = len(_REPETITION.findall(outline))
    if _GO_ONLY.search(pattern) and "(?P<" not in pattern:
        raise NotKnownError
    if _REPEATED_GROUP.search(outline) or (len(subject) + 1) ** max(1, repetitions) > _MOST_STEPS:
        raise NotKnownError
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise EvaluationError("the pattern is not understood") from error


def regex(pattern: str, subject: str, origin: Origin) -> Node:
    match = _compiled(pattern, subject).search(subject)
    if match is None:
        raise EvaluationError("the pattern matches nothing")
    return _captured(match, origin)


def regexall(pattern: str, subject: str, origin: Origin) -> Node:
    found = _compiled(pattern, subject).finditer(subject)
    return make_list((_captured(match, origin) for match in found), origin)


def replace_pattern(subject: str, pattern: str, new: str) -> str:
    compiled = _compiled(pattern, subject)

    def expand(match: re.Match[str]) -> str:
        def group(reference: re.Match[str]) -> str:
            name = reference.group(1) or reference.group(2)
            if name is None:
                return "$"
            try:
                return match.group(int(name) if name.isdigit() else name) or ""
            except IndexError:
                return ""

        return _GROUP_REFERENCE.sub(group, new)

    return compiled.sub(expand, subject)


def _captured(match: re.Match[str], origin: Origin) -> Node:
    """The whole match, or its groups where the pattern has some: named ones as an object."""

    def group(value: str | None) -> Node:
        return Node(None, origin) if value is None else make_string(value, origin)

    if match.re.groupindex:
        return make_object({name: group(match.group(name)) for name in match.re.groupindex}, origin)
    if match.re.groups:
        return make_tuple((group(value) for value in match.groups()), origin)
    return make_string(match.group(), origin)
