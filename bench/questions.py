"""Time and memory of the questions: a diff of policies, needs against grants, and inputs that blow up.

    python bench/questions.py

Prints one line a measurement beside what it should stay within. Times are processor time, and but for
the blow-ups those of a warm run.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import auditor
from auditor.iam.access import Question, escape
from auditor.iam.access.question import ANY_RESOURCE
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import service

Statement = dict[str, Any]
HOME = "us-east-1:111122223333"
KINDS = (
    (["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::bucket-{0}/data/*"),
    (["dynamodb:GetItem", "dynamodb:Query"], f"arn:aws:dynamodb:{HOME}:table/orders-{{0}}"),
    (["logs:CreateLogStream", "logs:PutLogEvents"], f"arn:aws:logs:{HOME}:log-group:/aws/lambda/fn-{{0}}:*"),
    (["sqs:SendMessage"], f"arn:aws:sqs:{HOME}:queue-{{0}}"),
    (["lambda:InvokeFunction"], f"arn:aws:lambda:{HOME}:function:fn-{{0}}*"),
)


def hold(number: int) -> Statement:
    """A statement of a role's policy."""
    actions, resource = KINDS[number % len(KINDS)]
    return {"Effect": "Allow", "Action": actions, "Resource": resource.format(number)}


def invoke(number: int) -> Statement:
    """A statement that lets one Lex intent call a function."""
    intent = "Intent" + "".join(chr(ord("A") + int(digit)) for digit in str(number))
    return {
        "Effect": "Allow",
        "Principal": {"Service": "lex.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws:lambda:{HOME}:function:f",
        "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:lex:{HOME}:intent:{intent}:*"}},
    }


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def on_keys(*patterns: str) -> dict[str, Any]:
    return document({"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{p}" for p in patterns]})


def compare(old: dict[str, Any], new: dict[str, Any]) -> str:
    return str(auditor.diff(old, new).verdict)


def needs_against_grants(count: int) -> str:
    """Whether a policy of so many statements allows more than as many needs."""
    sides = [
        Policies(parse_policy(node(document(*map(invoke, numbers))), PolicyKind.RESOURCE), callers_allow=True)
        for numbers in (range(count), range(count)[::-1])
    ]
    question = Question((service("lex.amazonaws.com"),), None, ANY_RESOURCE)
    return escape(*sides, question).outcome.value


def measure(name: str, limit: float, ask: Callable[[], str], warm: bool = True) -> None:
    """Time one question, the best of five runs where it may be warm, against seconds."""
    times = []
    for _ in range(5 if warm else 1):
        began = time.process_time()
        answer = ask()
        times.append(time.process_time() - began)
    print(f"{name:<52} {min(times) * 1000:9.1f} ms  (within {limit * 1000:6.0f} ms)  {answer}")


def main() -> None:
    twenty = [hold(number) for number in range(20)]
    shifted = [hold(number + 5) for number in range(20)]
    denied = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket-0/data/secret/*"}
    pairs = {
        "the same in another order": (document(*twenty), document(*twenty[::-1])),
        "one more": (document(*twenty[:-1]), document(*twenty)),
        "others": (document(*twenty), document(*shifted)),
        "wider by a Deny that went": (document(*twenty, denied), document(*twenty)),
        "narrower by a Deny": (document(*twenty), document(*twenty, denied)),
        "Lex grants, one more": (document(*map(invoke, range(19))), document(*map(invoke, range(20)))),
    }
    for name, (old, new) in pairs.items():
        measure(f"diff of 20 statements: {name}", 0.02, lambda old=old, new=new: compare(old, new))  # type: ignore[misc]  # bound at once
    measure("100 statements against 100 needs", 1, lambda: needs_against_grants(100))
    for count in (10, 20, 40):
        old, new = on_keys("*a" + "?" * count + "*"), on_keys("*b" + "?" * count + "*")
        measure(f"*a?^{count}* against *b?^{count}*", 2, lambda old=old, new=new: compare(old, new), warm=False)  # type: ignore[misc]  # as above
    for count in (8, 12, 16):
        letters = "abcdefghijklmnop"[:count]
        old, new = on_keys(*(f"*{c}*{c}*{c}*" for c in letters)), on_keys("*")
        measure(f"* against {count} of *c*c*c*", 2, lambda old=old, new=new: compare(old, new), warm=False)  # type: ignore[misc]  # as above
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"{'memory of all of these':<52} {memory:9.1f} MB  (within    200 MB)")


if __name__ == "__main__":
    main()
