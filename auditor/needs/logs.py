"""What a function must be able to write: streams and events in its own log group.

Source: Amazon CloudWatch Logs user guide, access control overview: CreateLogStream and
PutLogEvents name `log-group:NAME:log-stream:STREAM`, so a pattern needs the `:*` suffix.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.estate import Estate
from auditor.estate.function import Function, LogGroup
from auditor.estate.role import Role
from auditor.iam.arn import arn
from auditor.iam.request import Request, aws
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.needs.need import Need, NeedKind

CREATE_GROUP = "logs:CreateLogGroup"
CREATE_STREAM = "logs:CreateLogStream"
PUT_EVENTS = "logs:PutLogEvents"
STREAM_ACTIONS = (CREATE_STREAM, PUT_EVENTS)
WRITING = (CREATE_GROUP, *STREAM_ACTIONS)

_STREAM = Hole("log stream", HoleType.ANYTHING, each=True)


def log_needs(function: Function, role: Role, estate: Estate) -> Iterator[Need]:
    """The stream actions always; CreateLogGroup only where the group is known to be absent."""
    group = function.log_group
    if group is None:
        return
    named = group_arn(function, group, estate)
    evidence = (function.origin, group.origin) if group.origin != function.origin else (function.origin,)
    stream = text(named, ":log-stream:", _STREAM)
    for action in STREAM_ACTIONS:
        yield Need(NeedKind.LOGS, function, Request(aws(role.arn), action, stream), evidence)
    if group.managed is False:
        bare = Request(aws(role.arn), CREATE_GROUP, named)
        suffixed = Request(aws(role.arn), CREATE_GROUP, text(named, ":log-stream:"))
        yield Need(NeedKind.LOGS, function, bare, evidence, instead=suffixed)


def group_arn(function: Function, group: LogGroup, estate: Estate) -> Text:
    """The ARN of a function's log group, which is in the function's own region and account."""
    own = arn(function.arn)
    partition, region, account = (
        (own.partition, own.region, own.account) if own else (estate.partition, estate.region, estate.account)
    )
    return text("arn:", partition, ":logs:", region, ":", account, ":log-group:", group.name)
