"""What a bundle may hold, as data."""

from __future__ import annotations

from auditor.iam.node import Members
from auditor.sources.bundle.shape import Cases, Choice, Leaf, ListOf, OneOrMore, Record, Shape

_URL: dict[str, Shape] = {"auth": Choice(("NONE", "AWS_IAM")), "qualifier": Leaf.TEXT}

_DESTINATIONS = Record("`destinations`", {"on_success": Leaf.TEXT, "on_failure": Leaf.TEXT})
_CONFIGURATION: dict[str, Shape] = {
    "runtime": Leaf.TEXT,
    "log_group": Record("`log_group`", {"name": Leaf.TEXT, "managed": Leaf.FLAG}),
    "vpc": Leaf.FLAG,
    "tracing": Choice(("active", "passthrough")),
    "dead_letter": Leaf.TEXT,
    "destinations": OneOrMore(_DESTINATIONS),
    "event_sources": ListOf(Record("an event source", {"arn": Leaf.TEXT, "on_failure": Leaf.TEXT}, ("arn",))),
    "file_systems": ListOf(Leaf.TEXT),
    "kms_key": Leaf.TEXT,
    "layers": ListOf(Leaf.TEXT),
}
"""What is configured on a function, and on each of its versions apart."""

FUNCTION = Record(
    "`function`",
    {
        "name": Leaf.TEXT,
        "arn": Leaf.TEXT,
        "url": Record("`url`", _URL, ("auth",)),
        "urls": ListOf(Record("a URL", _URL, ("auth",))),
        **_CONFIGURATION,
    },
    ("name",),
)

ROLE = Record(
    "`role`",
    {
        "name": Leaf.TEXT,
        "arn": Leaf.TEXT,
        "path": Leaf.TEXT,
        "trust_policy": Leaf.POLICY,
        "policies": ListOf(
            Record(
                "a policy of the role",
                {"name": Leaf.TEXT, "arn": Leaf.TEXT, "document": Leaf.POLICY},
                one_of=("document", "arn"),
            )
        ),
        "boundary": Leaf.POLICY,
        "exists": Leaf.FLAG,
    },
    one_of=("name", "arn"),
)

UNKNOWN_OF_ROLE = ("boundary", "policies")
VERSION = Record(
    "a version",
    {"version": Leaf.TEXT, "role": ROLE, **_CONFIGURATION, "unknown": ListOf(Choice(UNKNOWN_OF_ROLE))},
    ("version",),
)

HOOK = Cases(
    "a hook",
    "lex",
    {
        "v1": Record(
            "a hook of Lex V1",
            {"lex": Leaf.TEXT, "intent": Leaf.TEXT, "qualifier": Leaf.TEXT},
            ("intent",),
        ),
        "v2": Record(
            "a hook of Lex V2",
            {
                "lex": Leaf.TEXT,
                "bot": Leaf.TEXT,
                "alias": Leaf.TEXT,
                "locales": ListOf(Leaf.TEXT),
                "qualifier": Leaf.TEXT,
            },
            ("bot", "alias"),
        ),
    },
)

INVOKER = Record(
    "an invoker",
    {"service": Leaf.TEXT, "source_arn": Leaf.TEXT, "source_account": Leaf.TEXT, "qualifier": Leaf.TEXT},
    ("service",),
)

SKIPPED = Record(
    "a skipped entry",
    {"arn": Leaf.TEXT, "permission": Leaf.TEXT, "reason": Leaf.TEXT, "help": Leaf.TEXT},
    ("reason",),
)

SCHEMA = "auditor-snapshot/1"
_SNAPSHOT = Record(
    "`snapshot`",
    {
        "schema": Choice((SCHEMA,)),
        "complete": Leaf.FLAG,
        "functions": ListOf(Leaf.TEXT),
        "tags": ListOf(Leaf.TEXT),
        "prefix": Leaf.TEXT,
        "regions": ListOf(Leaf.TEXT),
        "accounts_role": Leaf.TEXT,
        "account": Leaf.TEXT,
    },
    ("schema", "complete"),
)
SNAPSHOT = Record("a snapshot", {"snapshot": _SNAPSHOT, "skipped": ListOf(SKIPPED)}, ("snapshot",))
"""What stands beside the bundles of a snapshot: what was asked for, and whether all of it is there."""

UNKNOWN = (*UNKNOWN_OF_ROLE, "hooks_v1", "hooks_v2", "invokers", "resource_policy")
"""Parts of which a bundle may say that what it tells is not all."""

BUNDLE = Record(
    "a bundle",
    {
        "function": FUNCTION,
        "resource_policy": Leaf.POLICY,
        "role": ROLE,
        "versions": ListOf(VERSION),
        "hooks": ListOf(HOOK),
        "invokers": ListOf(INVOKER),
        "unknown": ListOf(Choice(UNKNOWN)),
        "skipped": ListOf(SKIPPED),
    },
    ("function",),
)


def is_snapshot(members: Members) -> bool:
    """Whether an object is the file that tells of a whole snapshot."""
    node = members.get("snapshot")
    schema = node.members.get("schema") if node is not None and node.members is not None else None
    return schema is not None and schema.text is not None and schema.text.startswith("auditor-snapshot/")
