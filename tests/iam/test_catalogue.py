"""The catalogue of actions: what exists, what takes a resource, what is near.

Expectations from the service authorization reference.
"""

from __future__ import annotations

import re

import pytest

from auditor.iam.catalogue import (
    _RESOURCE_OPTIONAL,
    Level,
    action,
    actions_of,
    collected,
    matched_by,
    minimised,
    nearest,
    resources_of,
    services,
    takes_resource,
)


@pytest.mark.parametrize(
    ("name", "takes"),
    [
        ("s3:GetObject", True),  # no resource of it is called required
        ("s3:ListAllMyBuckets", False),
        ("dynamodb:GetItem", True),
        ("dynamodb:ListStreams", False),
        ("kinesis:ListStreams", False),
        ("kafka:GetBootstrapBrokers", False),
        ("xray:PutTraceSegments", False),
        ("ec2:DescribeSubnets", False),
        ("ec2:CreateNetworkInterface", True),
        ("lambda:CreateEventSourceMapping", False),
        ("sts:GetCallerIdentity", False),
        ("polly:SynthesizeSpeech", False),  # a lexicon is an extra
        ("translate:TranslateText", False),
        ("iam:PassRole", True),
    ],
)
def test_which_actions_take_a_resource(name: str, takes: bool) -> None:
    known = action(name)
    assert known is not None
    assert takes_resource(known) is takes


def test_what_needs_no_resource_exists_and_requires_none() -> None:
    for name in _RESOURCE_OPTIONAL:
        known = action(name)
        assert known is not None, name
        assert known.resources
        assert not any(acted.required for acted in known.resources), name


def test_forms_of_one_thing_are_an_arn_each() -> None:
    """The reference lists the bots of Lex's two generations as one kind of thing, with a comma between."""
    assert resources_of("lex:BuildBotLocale") == (
        "arn:${Partition}:lex:${Region}:${Account}:bot/${BotId}",
        "arn:${Partition}:lex:${Region}:${Account}:bot:${BotName}",
    )


@pytest.mark.parametrize("service", ["lex", "apigateway", "greengrass", "s3", "lambda"])
def test_what_an_action_acts_on_is_one_arn(service: str) -> None:
    assert [arn for name in actions_of(service) for arn in resources_of(name) if "," in arn or " " in arn] == []


def test_names_are_found_in_any_case() -> None:
    assert action("DYNAMODB:getitem") == action("dynamodb:GetItem")
    assert action("dynamodb:GetItm") is None
    assert action("nonsense:GetItem") is None


def test_of_two_levels_the_worse_counts() -> None:
    """Every action can be read, those with several access levels too."""
    levels = {known.level for name in actions_of("iam") if (known := action(name)) is not None}
    assert Level.PERMISSIONS in levels
    assert all(action(name) is not None for service in ("ec2", "glue", "sso") for name in actions_of(service))


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("sqs:ReceiveMessage", ("sqs:ReceiveMessage",)),
        ("SQS:receivemessage", ("sqs:ReceiveMessage",)),
        ("sqs:Receive*", ("sqs:ReceiveMessage",)),
        ("sqs:?eceiveMessage", ("sqs:ReceiveMessage",)),
        ("sqs:Recieve*", ()),
        ("sq*:*", ()),
        ("sqs", ()),
        ("sqs:*", actions_of("sqs")),
    ],
)
def test_what_a_pattern_matches(pattern: str, matched: tuple[str, ...]) -> None:
    assert matched_by(pattern) == matched


def test_a_star_matches_every_action_of_every_service() -> None:
    assert len(matched_by("*")) == sum(len(actions_of(service)) for service in services())


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("s3:GetObjekt", "s3:GetObject"),
        ("dynamodb:GetItm*", "dynamodb:GetItem*"),
        ("lamda:InvokeFunction", "lambda:InvokeFunction"),
        ("s4:GetObject", "s3:GetObject"),
        ("s3:Xyzzy", None),
        ("s3:*Objekt*", None),
    ],
)
def test_the_nearest_action_that_exists(written: str, near: str | None) -> None:
    assert nearest(written) == near


@pytest.mark.parametrize("service", ["sqs", "dynamodb", "lambda", "ec2"])
def test_minimised_patterns_match_the_actions_and_no_other(service: str) -> None:
    every = actions_of(service)
    assert minimised(every) == (f"{service}:*",)
    some = tuple(name for name in every if re.search("Get|List|Item", name))
    patterns = minimised(some)
    assert {name for pattern in patterns for name in matched_by(pattern)} == set(some)
    assert len(patterns) <= len(some)
    assert minimised(every[:1]) == every[:1]


def test_the_catalogue_has_a_date() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", collected())
