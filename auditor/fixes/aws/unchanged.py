"""Whether a document of a role is still as it was audited: IAM has no revisions to ask for.

Sources: the JMESPath specification (literals, comparison of objects member by member); the AWS CLI,
which gives policy documents decoded (iam get-role-policy, get-policy-version, get-role).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.estate.role import Attachment
from auditor.fixes.aws.step import Step
from auditor.fixes.operation import AddInlinePolicy, ReplaceStatement, ReplaceTrust
from auditor.fixes.render.shell import Command, write_commands, write_word
from auditor.iam.text import Text, text

Documents = Mapping["tuple[str, str]", Any]
"""The documents of roles as they were audited: inline ones by the role's ARN and their name, managed
ones by their own ARN and trust policies by the role's, with an empty name."""

_Options = tuple[tuple[str, Text | None], ...]


def tell_unchanged(step: Step, documents: Documents, written: set[tuple[str, str]]) -> Iterator[str]:
    """The lines that stop a script where the document that a step writes is another one by now. Those
    in `written` the script has changed itself; this one is added to them."""
    match step.operation:
        case ReplaceStatement(role=role, policy=held) if held.attachment is Attachment.INLINE:
            key = (str(role.arn), str(held.name))
            asked = Command("aws iam get-role-policy", (("role-name", role.name), ("policy-name", held.name)))
            member = "PolicyDocument"
        case ReplaceStatement(policy=held) if held.arn is not None:
            key, member = (str(held.arn), ""), "PolicyVersion.Document"
            about: _Options = (("policy-arn", held.arn),)
            asked = Command("aws iam get-policy-version", about, given=(("version-id", "VERSION"),))
        case ReplaceTrust(role=role):
            key, member = (str(role.arn), ""), "Role.AssumeRolePolicyDocument"
            asked = Command("aws iam get-role", (("role-name", role.name),))
        case AddInlinePolicy(role=role, name=name):
            key = (str(role.arn), name)
            if key not in written:
                options = (("role-name", role.name), ("policy-name", text(name)))
                [command] = write_commands([Command("aws iam get-role-policy", options)])
                message = f"{role.name} has a policy {name} by now: nothing was changed in it"
                yield f"if {command} >/dev/null 2>&1; then stop {write_word(text(message))}; fi"
            written.add(key)
            return
        case _:
            return
    if key in documents and key not in written:
        if asked.given:
            query = (("query", text("Policy.DefaultVersionId")), ("output", text("text")))
            yield from write_commands([Command("aws iam get-policy", (*asked.options, *query), into="VERSION")])
        literal = json.dumps(documents[key]).replace("`", "\\`")
        compared = (("query", text(f"{member} == `{literal}`")), ("output", text("text")))
        [command] = write_commands([Command(asked.program, (*asked.options, *compared), given=asked.given)])
        message = f"{key[1] or key[0]} was changed since the audit: it was left as it is"
        yield f'test "$({command})" = True ||\n  stop {write_word(text(message))}'
    written.add(key)
