"""Callers that another template has: what one template tells of them is not all there is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from msgspec.structs import replace

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function, LexGeneration
from auditor.iam.text import Hole, Text, text
from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.values import literal_of


def named_behind(file: str) -> str:
    """What stands before the logical ids of a template in the values that another one imports."""
    # A file that is called like a logical id is no nested stack.
    return f"./{file}/" if file.isalnum() else f"{file}/"


def let_in_by_import(resources: Resources) -> frozenset[str]:
    """The services that a permission lets in for a source of another template."""
    services = set()
    for permission in resources.of("AWS::Lambda::Permission"):
        properties = permission.declared.get("Properties")
        source = properties.members.get("SourceArn") if properties is not None and properties.members else None
        if source is not None and any(key == "Fn::ImportValue" for key, _ in every_member(source)):
            services.add(literal_of(permission.property("Principal")) or "")
    return frozenset(services)


def with_callers_of_others(estates: Sequence[Estate]) -> list[Estate]:
    """The estates, where each function of a template knows that another template calls it."""
    templates = [estate for estate in estates if estate.kind is SourceKind.CLOUDFORMATION]
    calling = [(estate, function) for estate in templates for function in estate.functions if _is_elsewhere(function)]
    return [_told(estate, [f for other, f in calling if other is not estate]) for estate in estates]


def _is_elsewhere(function: Function) -> bool:
    """Whether a template calls a function that it does not describe."""
    return not function.described and bool(function.hooks or function.invokers)


def _told(estate: Estate, called: Sequence[Function]) -> Estate:
    if not called or estate.kind is not SourceKind.CLOUDFORMATION:
        return estate
    by_arn: dict[Text, list[Function]] = {}
    for function in called:
        by_arn.setdefault(_as_named_in(estate, function.arn), []).append(function)
    functions = tuple(_less_known(function, by_arn.get(function.arn, ())) for function in estate.functions)
    cases = tuple(_told(case, called) for case in estate.cases)
    return dataclasses.replace(estate, functions=functions, cases=cases)


def _as_named_in(estate: Estate, value: Text) -> Text:
    """A value that another template imports, as the template itself names its parts."""
    prefix = named_behind(estate.origin.file or "")
    return value.fill(lambda hole: text(Hole(hole.name.replace(prefix, "", 1), hole.type, hole.each)))


def _less_known(function: Function, others: Sequence[Function]) -> Function:
    if not others or not function.described:
        return function
    generations: set[LexGeneration] = {hook.generation for other in others for hook in other.hooks}
    services = {invoker.service for other in others for invoker in other.invokers}
    known = function.hooks_known - generations, function.services_known - services
    return replace(function, hooks_known=known[0], services_known=known[1])
