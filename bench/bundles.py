"""A thousand bundles, their report in JSON with witnesses and proofs, beside parliament's scan of the same
policies, in one run; in many lines and in one.

Budget: within 3 times parliament's time. The functions are of a few kinds, some with wide grants, as an
account has them. Usage: bundles.py PARLIAMENT
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import measure, tabulate, verdict

COUNT, TIMES = 1_000, 3
HOME = "us-east-1:111122223333"
KINDS: tuple[tuple[tuple[Any, str], ...], ...] = (
    (("*", "*"),),
    (("s3:*", "*"), ("logs:*", "*")),
    (("logs:*", "arn:aws:logs:*:*:*"), (["dynamodb:GetItem", "dynamodb:PutItem"], "*")),
    ((["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "*"),),
    ((["logs:CreateLogStream", "logs:PutLogEvents"], f"arn:aws:logs:{HOME}:log-group:/aws/lambda/{{0}}:*"),),
)
"""What the role of a function may do, by kind: actions and a resource."""


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def bundle(number: int) -> dict[str, Any]:
    name = f"function-{number}"
    held = KINDS[number % len(KINDS)]
    grants = [{"Effect": "Allow", "Action": actions, "Resource": on.format(name)} for actions, on in held]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policies = [{"name": "what-it-does", "document": document(*grants)}]
    return {
        "function": {"name": name, "arn": f"arn:aws:lambda:{HOME}:function:{name}"},
        "hooks": [],
        "invokers": [],
        "role": {"name": f"role-{number}", "trust_policy": document(trust), "policies": policies},
    }


def write(folder: Path) -> None:
    """The bundles in one file of one line and in one of many, and for parliament each policy in its file."""
    bundles = [bundle(number) for number in range(COUNT)]
    (folder / "one-line.json").write_text(json.dumps(bundles), "utf-8")
    (folder / "lines.json").write_text(json.dumps(bundles, indent=2), "utf-8")
    (folder / "policies").mkdir()
    for number, one in enumerate(bundles):
        policy = one["role"]["policies"][0]["document"]
        (folder / "policies" / f"{number}.json").write_text(json.dumps(policy), "utf-8")


def main(parliament: str) -> int:
    ours = [sys.executable, "-m", "auditor", "check", "--fail-on", "never", "--format"]
    commands = {
        "auditor check (JSON)": [*ours, "json", "lines.json"],
        "the same on one line": [*ours, "json", "one-line.json"],
        "text, on one line": [*ours, "text", "one-line.json"],
        "parliament": [str(Path(parliament).absolute()), "--directory", "policies", "--json"],
    }
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        measured = measure(commands, Path(folder), runs=2)
    print(tabulate(f"{COUNT:,} bundles", measured))
    if any(measured[name].status != 0 for name in commands if name != "parliament"):
        print("auditor could not audit the bundles")
        return 1
    peer = measured["parliament"].processor
    held = list(commands)[:2]
    return verdict(*((f"times parliament: {name}", measured[name].processor / peer, TIMES, "at most") for name in held))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
