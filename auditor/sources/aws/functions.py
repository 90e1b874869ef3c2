"""Which functions there are in a place, and how they are configured."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from auditor.sources.arns import function_arn
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.configured import kept
from auditor.sources.aws.errors import AbsentError, CallError, FailedError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.operations import FIND_TAGGED, GET_FUNCTION, LIST_FUNCTIONS, Operation
from auditor.sources.aws.selection import Selection
from auditor.sources.aws.session import Place


def read_functions(place: Place, selection: Selection, gaps: Gaps, absent: dict[str, AbsentError]) -> Iterator[Answer]:
    """The configurations of the functions that were asked for. Names that are not there are noted in
    `absent`: another place may have them."""
    names = list(dict.fromkeys(selection.functions))
    if selection.tags:
        tagged = gaps.attempt(lambda: _tagged(place, selection)) or []
        names = [name for name in tagged if not names or name in names]
    if not names and not selection.tags:
        yield from _all(place, selection.prefix, gaps)
        return
    for name in names:
        if not name.startswith(selection.prefix):
            continue
        try:
            about = place.arn("lambda", f"function:{name}")
            yield _kept(place.caller.ask(GET_FUNCTION, about, FunctionName=name), GET_FUNCTION, about)
        except AbsentError as error:
            error.help = "check the name and the region"
            absent.setdefault(name, error)
        except CallError as error:
            gaps.note(error)


def _all(place: Place, prefix: str, gaps: Gaps) -> Iterator[Answer]:
    """Page by page, so that a large account is not held at once."""
    try:
        for found in place.caller.items(LIST_FUNCTIONS, place.arn("lambda", "function:*")):
            name = found["FunctionName"]
            about = place.arn("lambda", f"function:{name}")
            if name.startswith(prefix):
                own = gaps.attempt(partial(_kept, found, LIST_FUNCTIONS, about))
                yield from () if own is None else (own,)
    except CallError as error:
        gaps.note(error)


def _kept(configuration: Answer, operation: Operation, about: str) -> Answer:
    """What is looked at of a configuration. Raises FailedError where it is that of nothing."""
    arn = function_arn(configuration["FunctionArn"])
    if arn is None or arn.name != configuration["FunctionName"]:
        said = configuration["FunctionArn"]
        reason = f"`{operation.permission}` gives `{said}` for the ARN of `{configuration['FunctionName']}`"
        raise FailedError(operation.permission, about, reason, "look for a proxy on the way there")
    return kept(configuration)


def _tagged(place: Place, selection: Selection) -> list[str]:
    filters = [{"Key": key, **({"Values": [value]} if value else {})} for key, value in selection.tags]
    about = place.arn("lambda", "function:*")
    given: dict[str, Any] = {"ResourceTypeFilters": ["lambda:function"], "TagFilters": filters}
    arns = (function_arn(found["ResourceARN"]) for found in place.caller.items(FIND_TAGGED, about, **given))
    return sorted({arn.name for arn in arns if arn is not None})
