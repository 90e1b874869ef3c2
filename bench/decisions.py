"""Decisions a second on warm policies, beside iam-simulate's with its validation. Aim: 20 times.

Takes the folder that `make oracle` installs iam-simulate into; without it the peer is left out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Request, context, service
from auditor.iam.text import text
from auditor.iam.warm import Warm

TIMES = 20
HERE = Path(__file__).parent
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:hook"
LEX = "arn:aws:lex:us-east-1:111122223333:intent"
NAMES = ("CreatePost", "ReadPost", "UpdatePost", "DeletePost")


def policy() -> dict[str, object]:
    """The resource policy of a function with four exact Lex permissions."""
    statements = [
        {
            "Sid": f"Allow{name}",
            "Effect": "Allow",
            "Principal": {"Service": "lex.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": FUNCTION,
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"{LEX}:{name}:*"},
                "StringEquals": {"aws:SourceAccount": "111122223333"},
            },
        }
        for name in NAMES
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def contexts(count: int) -> list[dict[str, str]]:
    """Half of the requests come from an intent that is allowed; each from another version."""
    names = (*NAMES, "Other", "Another", "Third", "Fourth")
    return [
        {"aws:SourceArn": f"{LEX}:{names[i % len(names)]}:{i}", "aws:SourceAccount": "111122223333"}
        for i in range(count)
    ]


def ours(sent: list[dict[str, str]]) -> tuple[float, int]:
    warm = Warm(Policies(parse_policy(node(json.loads(json.dumps(policy()))), PolicyKind.RESOURCE)))
    caller = service("lex.amazonaws.com")
    requests = [Request(caller, "lambda:InvokeFunction", text(FUNCTION), context(values)) for values in sent]
    for request in requests[:200]:
        warm.decide(request)
    began = time.perf_counter()
    allowed = sum(warm.decide(request).allowed for request in requests)
    return len(requests) / (time.perf_counter() - began), allowed


def theirs(sent: list[dict[str, str]], folder: Path) -> tuple[float, int]:
    requests = [
        {
            "principal": "lex.amazonaws.com",
            "action": "lambda:InvokeFunction",
            "resource": FUNCTION,
            "account": "111122223333",
            "context": values,
        }
        for values in sent
    ]
    job = json.dumps({"policy": policy(), "requests": requests})
    program = shutil.which("node") or "node"
    done = subprocess.run(
        [program, str(HERE / "simulate.mjs"), str(folder)], input=job, capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    return len(requests) / answer["seconds"], answer["allowed"]


def main() -> int:
    sent = contexts(4000)
    rate, allowed = ours(sent)
    print(f"decisions a second: auditor {rate:,.0f}")
    folders = sorted(Path(sys.argv[1]).glob("*/node_modules")) if len(sys.argv) > 1 else []
    if not folders:
        print("iam-simulate is not installed: `make oracle` installs it")
        return 0
    peer, peer_allowed = theirs(sent, folders[0].parent)
    print(f"decisions a second: iam-simulate {peer:,.0f} ({rate / peer:.1f}x)")
    if allowed != peer_allowed:
        print(f"they disagree: {allowed} and {peer_allowed} allowed")
        return 1
    return 0 if rate >= TIMES * peer else 1


if __name__ == "__main__":
    sys.exit(main())
