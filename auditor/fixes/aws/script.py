"""Fixes as one shell script: it stops at the first thing that is not as it was audited.

Sources: POSIX shell command language 2.7.4 (here-documents) and 2.8.1 (`set -eu`); the AWS CLI
command reference; the JMESPath specification for `--query`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from auditor.fixes.aws.step import DELETE_POLICY, PUT_POLICY, Held, Repair, Revisions, Step, with_option
from auditor.fixes.aws.unchanged import Documents, tell_unchanged
from auditor.fixes.operation import AddInlinePolicy
from auditor.fixes.render.remark import write_comment
from auditor.fixes.render.shell import Command, write_commands, write_word
from auditor.iam.text import Text, text

_DOCUMENTS = ("policy-document", "policy")
_HEAD = """\
#!/bin/sh
# Mends what was found in account {account}. Read it, then run it with sh.
# It stops at the first call that fails. What is wide goes only after what takes its place was
# read back; what somebody changed since the audit is left alone.
set -eu
export AWS_PAGER=''

stop() {{
  echo "$1" >&2
  exit 1
}}

test "$(aws sts get-caller-identity --query Account --output text)" = {account} ||
  stop 'this is not account {account}: nothing was changed'
"""
_ABLE = """\
aws lambda put-resource-policy --generate-cli-skeleton >/dev/null 2>&1 ||
  stop 'this AWS CLI does not know put-resource-policy: update it'
"""


def write_script(repairs: Sequence[Repair], account: str, revisions: Revisions, documents: Documents) -> str:
    """The repairs, one after another, on what was audited: the `revisions` of resource policies and the
    `documents` of roles. Raises InexpressibleError for what no shell can hold."""
    lines = [_HEAD.format(account=account)]
    if any(step.command.program in (PUT_POLICY, DELETE_POLICY) for repair in repairs for step in repair.steps):
        lines.append(_ABLE)
    changed: set[Held] = set()
    written: set[tuple[str, str]] = set()
    for repair in repairs:
        block = [line for remark in repair.remarks for line in write_comment(remark)]
        block += _repair(repair.steps, revisions, changed, documents, written)
        lines.append("\n".join(block) + "\n")
    return "\n".join(lines)


def _repair(
    steps: Iterable[Step],
    revisions: Revisions,
    changed: set[Held],
    documents: Documents,
    written: set[tuple[str, str]],
) -> Iterator[str]:
    """The calls of one repair. `changed` are the policies that the script has changed by then: their
    revision is asked for, and what was added there is looked at in the same answer. `written` are the
    documents of roles that it has written by then."""
    added: dict[Held, str] = {}
    for step in steps:
        command, held = step.command, step.holder
        if held is None:
            yield from tell_unchanged(step, documents, written)
            yield _write(command)
            yield from _look_at(step)
            continue
        for other, sid in added.items():
            if other != held and not step.adds:
                yield from _fetch_revision(other, sid)
        # What only adds loses nobody's update, and a policy that is empty by now has no revision.
        if held in changed and not step.adds:
            yield from _fetch_revision(held, added.get(held, ""))
            command = replace(command, given=(*command.given, ("revision-id", "REVISION")))
        elif held not in changed and revisions.get((held.arn, held.qualifier)):
            command = with_option(command, "revision-id", revisions[(held.arn, held.qualifier)])
        yield _write(command)
        changed.add(held)
        if step.adds:
            added[held] = step.adds


def _fetch_revision(held: Held, sid: str) -> Iterator[str]:
    """Takes the policy's revision, and stops where the statement `sid` is not in it."""
    query = f"contains(Policy, '\"{sid}\"') && RevisionId" if sid else "RevisionId"
    options = [("function-name", text(held.function.name)), ("region", text(held.function.region))]
    options += [("qualifier", text(held.qualifier))] if held.qualifier is not None else []
    options += [("query", text(query)), ("output", text("text"))]
    yield _write(Command("aws lambda get-policy", tuple(options), into="REVISION"))
    if sid:
        message = write_word(text(f"{sid} is not in the policy of {held.qualified}: nothing was removed"))
        yield f'test "${{REVISION}}" != False || stop {message}'


def _look_at(step: Step) -> Iterator[str]:
    """Reads back what was put, so that a later call removes nothing in vain."""
    if isinstance(step.operation, AddInlinePolicy):
        names = tuple(option for option in step.command.options if option[0] in ("role-name", "policy-name"))
        yield _write(Command("aws iam get-role-policy", names)) + " >/dev/null"


def _write(command: Command) -> str:
    """The command, its documents as here-documents."""
    plain: list[tuple[str, Text | None]] = []
    documents: list[tuple[str, Text]] = []
    for name, value in command.options:
        if name in _DOCUMENTS and value is not None and value.literal is not None:
            documents.append((name, value))
        else:
            plain.append((name, value))
    [written] = write_commands([replace(command, options=tuple(plain))])
    for name, value in documents:
        pretty = json.dumps(json.loads(str(value)), indent=2)
        written += f" \\\n  --{name} \"$(cat <<'POLICY'\n{pretty}\nPOLICY\n)\""
    return written
