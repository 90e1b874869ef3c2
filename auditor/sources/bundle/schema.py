"""What a bundle may hold, as data."""

from __future__ import annotations

from auditor.sources.bundle.shape import Cases, Choice, Leaf, ListOf, Record

FUNCTION = Record(
    "`function`",
    {
        "name": Leaf.TEXT,
        "arn": Leaf.TEXT,
        "runtime": Leaf.TEXT,
        "log_group": Record("`log_group`", {"name": Leaf.TEXT, "managed": Leaf.FLAG}),
        "vpc": Leaf.FLAG,
        "tracing": Choice(("active", "passthrough")),
        "url": Record("`url`", {"auth": Choice(("NONE", "AWS_IAM")), "qualifier": Leaf.TEXT}, ("auth",)),
        "dead_letter": Leaf.TEXT,
        "destinations": Record("`destinations`", {"on_success": Leaf.TEXT, "on_failure": Leaf.TEXT}),
        "event_sources": ListOf(Record("an event source", {"arn": Leaf.TEXT, "on_failure": Leaf.TEXT}, ("arn",))),
        "file_systems": ListOf(Leaf.TEXT),
        "kms_key": Leaf.TEXT,
        "layers": ListOf(Leaf.TEXT),
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
    },
    one_of=("name", "arn"),
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

BUNDLE = Record(
    "a bundle",
    {
        "function": FUNCTION,
        "resource_policy": Leaf.POLICY,
        "role": ROLE,
        "hooks": ListOf(HOOK),
        "invokers": ListOf(INVOKER),
    },
    ("function",),
)
