"""Many requests, one JSON object a line, each answered with one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from auditor.iam.decide import Policies
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.frozen import Frozen
from auditor.iam.warm import Warm
from auditor.question.decide import not_given, resource_kind
from auditor.question.documents import parse_document
from auditor.question.request import PARTS, check_members, parse_request
from auditor.sources.errors import UsageError
from auditor.sources.source import LARGEST

_MEMBERS = (*PARTS, "resource_policy", "identity_policies", "permission_boundary", "session_policies")
_KNOWN_DOCUMENTS = 256


class Answer(Frozen):
    """What to say to one line: an object to write as JSON. `failed` where it is an error."""

    written: Mapping[str, object]
    failed: bool = False


def answer_lines(lines: Iterable[bytes]) -> Iterator[Answer]:
    """An answer for each line that is not blank, in their order, as soon as it is there.

    A line is one JSON object in UTF-8; one longer than `LARGEST` bytes is an error. Documents
    that several lines have in common are read once.
    """
    for number, line in enumerate(lines, 1):
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if content.strip():
            yield _answer(content, number)


def _answer(line: bytes, number: int) -> Answer:
    try:
        return Answer(_decide(_parse(line)))
    except UsageError as error:
        help = f"; {error.help}" if error.help else ""
        return Answer({"error": f"line {number}: {error.message}{help}"}, failed=True)


def _parse(line: bytes) -> Mapping[str, Any]:
    if len(line) > LARGEST:
        raise UsageError(f"the line is too long to read: the limit is {LARGEST:,} bytes")
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise UsageError(f"not UTF-8: the byte at offset {error.start} is 0x{line[error.start]:02x}") from None
    except RecursionError:
        raise UsageError("too many lists and objects inside each other") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"no JSON: {_lowered(error.msg)} at column {error.colno}") from None
    except ValueError as error:
        # Python reads no integer of more than 4300 digits.
        raise UsageError(f"no JSON that can be read: {_lowered(str(error))}") from None
    if not isinstance(value, dict):
        raise UsageError("the line is no JSON object", 'write `{"principal": ..., "action": ..., "resource": ...}`')
    return value


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"the key `{twice}` stands twice in one object", "JSON readers differ on which one counts")
    return made


def _no_constant(name: str) -> Any:
    raise UsageError(f"`{name}` is no JSON value")


def _decide(given: Mapping[str, Any]) -> Mapping[str, object]:
    check_members(given, _MEMBERS, "a line")
    request = parse_request({name: value for name, value in given.items() if name in PARTS})
    resource, boundary = given.get("resource_policy"), given.get("permission_boundary")
    documents = (
        *(() if resource is None else ((json.dumps(resource), resource_kind(request.action), _RESOURCE),)),
        *((json.dumps(d), PolicyKind.IDENTITY, _IDENTITY) for d in _listed(given, "identity_policies")),
        *(() if boundary is None else ((json.dumps(boundary), PolicyKind.IDENTITY, _BOUNDARY),)),
        *((json.dumps(d), PolicyKind.IDENTITY, _SESSION) for d in _listed(given, "session_policies")),
    )
    otherwise = not_given(request.action, request.resource) if resource is None else None
    return _known_policies(documents, otherwise).decide(request).to_dict()


_RESOURCE, _IDENTITY = "resource policy", "identity policy"
_BOUNDARY, _SESSION = "permission boundary", "session policy"


def _listed(given: Mapping[str, Any], name: str) -> list[Any]:
    listed = given.get(name)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise UsageError(f"`{name}` is no list", f'write `"{name}": [{{...}}]`')
    return listed


@lru_cache(maxsize=_KNOWN_DOCUMENTS)
def _known_policies(documents: tuple[tuple[str, PolicyKind, str], ...], otherwise: Policy | None) -> Warm:
    """The policies of a line, with what they remember from the lines before; `otherwise` stands for
    a resource policy that is not given."""
    read = [(name, parse_document(json.loads(written), kind, name)) for written, kind, name in documents]
    return Warm(
        Policies(
            resource=next((policy for name, policy in read if name == _RESOURCE), otherwise),
            identity=tuple(policy for name, policy in read if name == _IDENTITY),
            boundaries=tuple(policy for name, policy in read if name == _BOUNDARY),
            sessions=tuple(policy for name, policy in read if name == _SESSION),
        )
    )
