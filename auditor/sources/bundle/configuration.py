"""From a bundle to how a function, or a version of one, is configured."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.function import EventSource, Function, LogGroup
from auditor.iam.node import Members, Node
from auditor.iam.text import Text, text
from auditor.sources.fields import flag_at, items_at, members_of, needed, string_at, text_at, written
from auditor.sources.log_group import default_log_group


def configured(function: Function, members: Members) -> Function:
    """The function with the configuration that `members`, which the schema allows, tell."""
    tracing = string_at(members, "tracing")
    return replace(
        function,
        log_group=_log_group(members.get("log_group"), function.name),
        runtime=string_at(members, "runtime"),
        vpc=flag_at(members, "vpc"),
        tracing=tracing.lower() == "active" if tracing is not None else None,
        dead_letter=text_at(members, "dead_letter"),
        destinations=_destinations(members.get("destinations")),
        event_sources=tuple(_event_source(item) for item in items_at(members, "event_sources")),
        file_systems=tuple(text(written(item) or "") for item in items_at(members, "file_systems")),
        kms_key=text_at(members, "kms_key"),
        layers=tuple(text(written(item) or "") for item in items_at(members, "layers")),
    )


def _log_group(node: Node | None, name: Text) -> LogGroup | None:
    if node is None:
        return None
    members = members_of(node, "`log_group`")
    return LogGroup(text_at(members, "name") or default_log_group(name), flag_at(members, "managed"), node.origin)


def _destinations(node: Node | None) -> tuple[Text, ...]:
    """All of them: aliases may have others than the function."""
    if node is None:
        return ()
    entries = [members_of(item, "`destinations`") for item in (node.items if node.items is not None else (node,))]
    found = (text_at(entry, outcome) for entry in entries for outcome in ("on_success", "on_failure"))
    return tuple(destination for destination in found if destination is not None)


def _event_source(node: Node) -> EventSource:
    members = members_of(node, "an event source")
    return EventSource(text(needed(members, "arn", node)), text_at(members, "on_failure"), node.origin)
