"""How long a question may take: counted steps, the same each time, and a reason where they do not suffice.

The cases are documents that a person or a program may well write; each has to be answered, or given
up, within two seconds. Times are not measured here but in `bench/questions.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

import auditor
from auditor.iam.access import general
from auditor.iam.access.steps import MOST_STEPS, Steps, TooManyError

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = "arn:aws:iam::111122223333:role/r"
Document = dict[str, Any]


def document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def hold(condition: Document | None = None, effect: str = "Allow", **more: Any) -> Document:
    made = {"Effect": effect, "Action": "lambda:InvokeFunction", "Resource": FUNCTION, **more}
    return {**made, "Condition": condition} if condition else made


def roles(first: int, last: int) -> Document:
    return {"AWS": [f"{ROLE}{number}" for number in range(first, last)]}


def vpcs(first: int, last: int, operator: str = "StringEquals") -> Document:
    return hold({operator: {"aws:SourceVpc": [f"vpc-{number:08x}" for number in range(first, last)]}})


def tags(number: int, effect: str = "Deny") -> Document:
    return hold({"StringEquals": {f"aws:PrincipalTag/k{number}": "x"}}, effect)


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps that each question took."""
    taken: list[int] = []

    class Counted(Steps):
        def __init__(self, most: int = MOST_STEPS) -> None:
            super().__init__(most)
            taken.append(0)
            self.place = len(taken) - 1

        def spend(self, count: int) -> None:
            taken[self.place] += count
            super().spend(count)

    monkeypatch.setattr(general, "Steps", Counted)
    return taken


ANSWERED: list[tuple[str, Document, Document, str]] = [
    (
        "500 roles in one statement",
        document(hold(Principal=roles(0, 500))),
        document(hold({"ArnLike": {"aws:PrincipalArn": f"{ROLE}*"}}, Principal=roles(1, 501))),
        "new-access",
    ),
    (
        "100 roles, each with a condition of its own",
        document(
            *(hold({"ArnLike": {"aws:PrincipalArn": f"{ROLE}{n}"}}, Principal=roles(n, n + 1)) for n in range(100))
        ),
        document(
            *(hold({"ArnLike": {"aws:PrincipalArn": f"{ROLE}{n}*"}}, Principal=roles(n, n + 1)) for n in range(100))
        ),
        "no-new-access",
    ),
    ("2000 values, one exchanged", document(vpcs(0, 2000)), document(vpcs(1, 2001)), "new-access"),
    ("2000 values, one less", document(vpcs(0, 2000)), document(vpcs(1, 2000)), "no-new-access"),
    (
        "2000 values that are not wanted, one less",
        document(vpcs(0, 2000, "StringNotEquals")),
        document(vpcs(1, 2000, "StringNotEquals")),
        "new-access",
    ),
    (
        "one Deny of 60 on 60 keys that goes",
        document(hold(), *map(tags, range(60))),
        document(hold(), *map(tags, range(59))),
        "new-access",
    ),
]


@pytest.mark.parametrize(("old", "new", "verdict"), [c[1:] for c in ANSWERED], ids=[c[0] for c in ANSWERED])
def test_long_documents_are_answered(old: Document, new: Document, verdict: str, spent: list[int]) -> None:
    assert auditor.diff(old, new).verdict == verdict
    assert sum(spent) < MOST_STEPS


GIVEN_UP: list[tuple[str, Document, Document]] = [
    (
        "sets of tags",
        document(*(hold({"ForAnyValue:StringLike": {"aws:TagKeys": f"t{n}*"}}) for n in range(12))),
        document(
            *(
                hold({"ForAllValues:StringLike": {"aws:TagKeys": f"t{n}*"}, "Null": {"aws:TagKeys": "false"}})
                for n in range(12)
            )
        ),
    ),
    (
        "many variables in one resource",
        document(
            hold(Action="*", Resource="arn:aws:s3:::b" + "".join(f"/${{aws:PrincipalTag/k{n}}}" for n in range(15)))
        ),
        document(
            hold(
                Action="*", Resource="arn:aws:s3:::b" + "".join(f"/${{aws:PrincipalTag/k{n}, 'd'}}" for n in range(15))
            )
        ),
    ),
]


@pytest.mark.parametrize(("old", "new"), [c[1:] for c in GIVEN_UP], ids=[c[0] for c in GIVEN_UP])
def test_what_tells_too_much_apart_is_given_up_after_so_many_steps(
    old: Document, new: Document, spent: list[int]
) -> None:
    change = auditor.diff(old, new)
    assert (change.verdict, change.reason) == (
        "undetermined",
        "the policies tell more requests apart than can be searched",
    )
    assert sum(spent) < 2 * MOST_STEPS


def test_the_last_step_may_be_taken_and_none_after_it() -> None:
    steps = Steps(10)
    steps.spend(10)
    with pytest.raises(TooManyError):
        steps.spend(1)


def test_a_part_of_a_question_leaves_something_to_the_others() -> None:
    steps = Steps(100)
    with pytest.raises(TooManyError), steps.some() as part:
        part.spend(51)
    assert steps.left == 49
    with steps.some() as part:
        part.spend(4)
    assert steps.left == 45
