"""A published version keeps the configuration and the role that it was published with."""

from __future__ import annotations

import pytest

from auditor.estate.function import LexGeneration
from auditor.iam.text import ACCOUNT, REGION, text
from auditor.sources.errors import SourceError

from .test_bundle import read

PLACE = "us-east-1:111122223333"
VERSIONS = f"""\
function: {{name: f, arn: "arn:aws:lambda:{PLACE}:function:f"}}
role: {{name: now}}
versions:
  - version: 3
    role: {{name: then, trust_policy: {{Statement: []}}, policies: []}}
    log_group: {{name: /old, managed: true}}
    dead_letter: arn:aws:sqs:{PLACE}:dead
    destinations: [{{on_success: arn:a}}, {{on_failure: arn:b}}]
    event_sources: [{{arn: arn:aws:sqs:{PLACE}:q}}]
  - version: "4"
"""


def test_a_version_has_a_role_and_a_configuration_of_its_own() -> None:
    found = read(VERSIONS)
    assert [function.title for function in found.functions] == ["f", "f:3", "f:4"]
    third = found.functions[1]
    assert (str(third.arn), str(third.name)) == (f"arn:aws:lambda:{PLACE}:function:f:3", "f")
    assert (third.role, third.log_group and str(third.log_group.name)) == ("then", "/old")
    assert list(map(str, third.destinations)) == ["arn:a", "arn:b"]
    assert [str(source.arn) for source in third.event_sources] == [f"arn:aws:sqs:{PLACE}:q"]
    assert [role.key for role in found.roles] == ["now", "then"]
    assert third.origin.line == 4


def test_who_may_call_a_version_stands_with_its_function() -> None:
    third = read(VERSIONS).functions[1]
    assert third.resource_policy is not None
    assert third.resource_policy.statements == ()
    assert (third.hooks_known, third.invokers_known) == (frozenset(LexGeneration), True)


def test_a_version_without_a_role_was_not_read() -> None:
    fourth = read(VERSIONS).functions[2]
    assert (fourth.role, fourth.described) == (None, False)


def test_a_version_of_a_function_that_is_known_by_name_has_its_holes() -> None:
    third = read("{function: {name: f}, versions: [{version: 3}]}").functions[1]
    assert third.arn == text("arn:aws:lambda:", REGION, ":", ACCOUNT, ":function:f:3")


def test_one_destination_needs_no_list_and_each_entry_is_checked() -> None:
    [found] = read("function: {name: f, destinations: {on_success: arn:a}}").functions
    assert list(map(str, found.destinations)) == ["arn:a"]
    with pytest.raises(SourceError, match="unknown key `on_sucess` in `destinations`"):
        read("function: {name: f, destinations: [{on_sucess: arn:a}]}")
    with pytest.raises(SourceError, match="a version has no `version`"):
        read("{function: {name: f}, versions: [{role: {name: r}}]}")
