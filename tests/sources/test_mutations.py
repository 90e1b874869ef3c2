"""Whatever stands where a bundle or an output has something else, reading ends with an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.estate.estate import Reading
from auditor.sources.options import ReadOptions
from auditor.sources.read import read

ARN = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = "arn:aws:iam::111122223333:role/r"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Resource": ARN}],
}
INPUTS: dict[str, Any] = {
    "bundle": {
        "function": {
            "name": "f",
            "arn": ARN,
            "log_group": {"name": "g", "managed": True},
            "url": {"auth": "NONE"},
            "destinations": {"on_failure": ARN},
            "event_sources": [{"arn": ARN}],
            "file_systems": [ARN],
        },
        "resource_policy": {"Policy": json.dumps(POLICY)},
        "role": {"arn": ROLE, "trust_policy": POLICY, "policies": [{"name": "p", "document": POLICY}, {"arn": ROLE}]},
        "hooks": [{"lex": "v1", "intent": "I"}, {"lex": "v2", "bot": "B", "alias": "A", "locales": ["en_US"]}],
        "invokers": [{"service": "s3.amazonaws.com", "source_account": "111122223333"}],
    },
    "get-policy": {"Policy": json.dumps(POLICY)},
    "policy": POLICY,
    "get-role": {
        "Role": {
            "Path": "/",
            "RoleName": "r",
            "Arn": ROLE,
            "AssumeRolePolicyDocument": POLICY,
            "PermissionsBoundary": {"PermissionsBoundaryArn": ROLE},
        }
    },
    "get-function": {
        "Configuration": {
            "FunctionName": "f",
            "FunctionArn": ARN,
            "Role": ROLE,
            "VpcConfig": {"SubnetIds": ["s"]},
            "TracingConfig": {"Mode": "Active"},
            "DeadLetterConfig": {"TargetArn": ARN},
            "FileSystemConfigs": [{"Arn": ARN}],
            "LoggingConfig": {"LogGroup": "g"},
        }
    },
    "get-role-policy": {"RoleName": "r", "PolicyName": "p", "PolicyDocument": POLICY},
    "list-attached-role-policies": {"AttachedPolicies": [{"PolicyName": "p", "PolicyArn": ROLE}]},
    "get-policy-version": {"PolicyVersion": {"Document": POLICY}},
    "account": {
        "RoleDetailList": [
            {
                "RoleName": "r",
                "Arn": ROLE,
                "AssumeRolePolicyDocument": POLICY,
                "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": POLICY}],
                "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": ROLE}],
            }
        ],
        "Policies": [{"Arn": ROLE, "PolicyVersionList": [{"Document": POLICY, "IsDefaultVersion": True}]}],
    },
}
STRANGE = st.sampled_from([None, True, 5, 1.5, "", "x", "{", "%7B", "[5]", [], [None], {}, {"": None}, [[1]], POLICY])


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found += paths(inner, (*path, key))
    return found


@pytest.mark.parametrize("name", INPUTS)
@settings(max_examples=60)
@given(data=st.data())
def test_a_value_replaced_by_another_ends_in_an_answer(name: str, data: st.DataObject) -> None:
    changed = {"": json.loads(json.dumps(INPUTS[name]))}
    for _ in range(data.draw(st.integers(1, 2))):
        holder: Any = changed
        *way, last = ("", *data.draw(st.sampled_from(paths(changed[""]))))
        for key in way:
            holder = holder[key]
        if data.draw(st.booleans()) or last == "":
            holder[last] = json.loads(json.dumps(data.draw(STRANGE)))
        else:
            del holder[last]
    reading = read(["-"], ReadOptions(), json.dumps(changed[""]).encode())
    assert reading.sources or reading.skipped
    assert all(skipped.reason and skipped.help for skipped in reading.skipped)


@given(st.binary(max_size=200), st.sampled_from([None, "bundle", "policy", "aws-output"]))
def test_any_bytes_end_in_an_answer(data: bytes, kind: str | None) -> None:
    reading = read(["-"], ReadOptions(as_kind=kind), data)
    assert reading.sources or reading.skipped
    assert all(skipped.reason and skipped.help for skipped in reading.skipped)


@pytest.mark.parametrize("name", INPUTS)
def test_the_inputs_themselves_are_read_whole(name: str, tmp_path: Path) -> None:
    whole = [INPUTS[name]] if name != "list-attached-role-policies" else [INPUTS[name], INPUTS["get-role"]]
    for number, content in enumerate(whole):
        (tmp_path / f"{number}.json").write_text(json.dumps(content))
    reading = read([tmp_path])
    assert reading.skipped == ()
    assert reading != Reading()
