"""The fixes in the stories' reports are proved, and their commands do what the proof says."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import auditor

from .conftest import GATING, OPPOSITE, Input

FAKE_AWS = """#!/bin/sh
if [ "$1" = sts ]; then echo 111122223333; exit; fi
if [ "$2" = list-policy-versions ]; then echo None; exit; fi
for argument; do printf '%s\\0' "$argument"; done >> "$CALLS"
printf '\\n' >> "$CALLS"
"""


def test_fixes_carry_their_proof(failing_input: Input) -> None:
    """A fix turns its witness, keeps what is needed and opens nothing; advice claims no proof."""
    for finding in failing_input.report()["findings"]:
        for fix in finding["fixes"]:
            if fix["safety"] == "advice":
                assert (fix["proof"], fix["diff"]) == (None, None)
                continue
            proof = fix["proof"]
            assert proof["new_access"] is False
            assert proof["needs_kept"] >= 0
            if finding["witness"] is not None:
                assert proof["witness"] == OPPOSITE[finding["witness"]["decision"]]


def test_every_gating_finding_has_a_fix(failing_input: Input) -> None:
    for finding in failing_input.report()["findings"]:
        if finding["severity"] in GATING:
            assert finding["fixes"], f"{finding['rule']} has no fix"


def calls_of(commands: list[str], folder: Path) -> list[list[str]]:
    """The arguments of each `aws` call that a shell makes of the printed commands."""
    folder.mkdir(parents=True)
    aws, calls = folder / "aws", folder / "calls"
    aws.write_text(FAKE_AWS)
    aws.chmod(0o755)
    calls.touch()
    path = f"{folder}:{os.environ['PATH']}"
    script = "set -eu\n" + "\n".join(commands)
    subprocess.run(["/bin/sh", "-c", script], env={"PATH": path, "CALLS": str(calls)}, check=True)
    return [line.rstrip("\0").split("\0") for line in calls.read_text("utf-8").splitlines()]


def options(arguments: list[str]) -> dict[str, str]:
    """`--name value` pairs; a flag without a value has an empty one."""
    given: dict[str, str] = {}
    name = ""
    for argument in arguments:
        if argument.startswith("--"):
            name = argument
            given[name] = ""
        else:
            given[name] = argument
    return given


def apply(call: list[str], policies: dict[str, Any]) -> None:
    """Do to hand-written policies what AWS does for one `aws` call."""
    service, operation, *rest = call
    given = options(rest)
    match service, operation:
        case "lambda", "add-permission":
            policies["resource_policy"]["Statement"].append(statement_of(given))
        case "lambda", "remove-permission":
            statements = policies["resource_policy"]["Statement"]
            (removed,) = [s for s in statements if s["Sid"] == given["--statement-id"]]
            statements.remove(removed)
        case "iam", "put-role-policy":
            policies["identity_policies"].append(json.loads(given["--policy-document"]))
        case "iam", "detach-role-policy":
            del policies["identity_policies"][0]
        case "iam", "create-policy-version":
            policies["identity_policies"][0] = json.loads(given["--policy-document"])
        case _:
            raise AssertionError(call)


def statement_of(given: dict[str, str]) -> dict[str, Any]:
    """The statement that AddPermission makes (Lambda API reference, AddPermission)."""
    condition: dict[str, Any] = {}
    if "--source-arn" in given:
        condition["ArnLike"] = {"AWS:SourceArn": given["--source-arn"]}
    if "--source-account" in given:
        condition["StringEquals"] = {"AWS:SourceAccount": given["--source-account"]}
    return {
        "Sid": given["--statement-id"],
        "Effect": "Allow",
        "Principal": {"Service": given["--principal"]},
        "Action": given["--action"],
        "Resource": f"arn:aws:lambda:us-east-1:111122223333:function:{given['--function-name']}",
        "Condition": condition,
    }


def concrete(value: Any) -> Any:
    """A need's part with its patterns and unknown parts filled by values that AWS could send."""
    if isinstance(value, dict):
        return {key: concrete(part) for key, part in value.items()}
    return value.replace("${account}", "111122223333").replace("*", "1")


def decision(request: dict[str, Any], policies: dict[str, Any]) -> object:
    """`decide` on the policies that bear on the request."""
    asked = {key: request[key] for key in ("principal", "action", "resource", "context")}
    if asked["action"].startswith("lambda:"):
        answer = auditor.decide(asked, resource_policy=policies["resource_policy"])
    elif asked["action"].startswith("sts:"):
        answer = auditor.decide(asked, resource_policy=policies["trust_policy"])
    else:
        answer = auditor.decide(asked, identity_policies=policies["identity_policies"])
    return answer.to_dict()["decision"]


def test_printed_commands_do_what_the_proof_says(failing_input: Input, tmp_path: Path) -> None:
    """Run by a shell, a fix's commands turn the witness on the hand-written policies, and every
    need that was allowed stays allowed after each single command."""
    read = failing_input.report()
    deployed = failing_input.load("policies.yaml")
    needs = {f["name"]: [n for n in f["needs"] if n["decision"] == "allow"] for f in read["functions"]}
    proved = [(f, x) for f in read["findings"] for x in f["fixes"] if x["safety"] != "advice" and x["cli"]]
    for number, (finding, fix) in enumerate(proved):
        policies = copy.deepcopy(deployed[finding["function"]])
        for call in calls_of(fix["cli"], tmp_path / str(number)):
            apply(call, policies)
            for need in needs[finding["function"]]:
                request = {key: concrete(need[key]) for key in ("principal", "action", "resource", "context")}
                assert decision(request, policies) == "allow", (call, need)
        if finding["witness"] is not None:
            assert decision(finding["witness"], policies) == finding["witness"]["expected"]
