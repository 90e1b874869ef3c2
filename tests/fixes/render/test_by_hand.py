"""A fix that no language can say is no `safe` fix with nothing to type: it says what to do by hand."""

from __future__ import annotations

import json

import pytest

from auditor.estate.role import Attachment
from auditor.fixes.fix import Safety
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.fixes.render import render, render_each
from auditor.fixes.render.by_hand import write_by_hand
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.text import text

from .estates import WRITE, bundle, condition, fix, function, identity, invoke, role, role_policy, trust

F = function("hook", where="eu-west-1:111122223333")
ODD = invoke(F, condition("StringEquals", "aws:SourceVpce", "vpce-1"), sid="Odd")
"""AddPermission has no argument for such a condition, and nothing removes a statement without an id."""


def test_what_no_language_says_is_advice_with_every_step() -> None:
    rendered = render(fix(AddPermission(F, ODD, "new"), RemovePermission(F, invoke(F))), bundle(F))
    assert rendered.fix.safety is Safety.ADVICE
    assert (rendered.fix.operations, rendered.fix.proof, rendered.cli) == ((), None, ())
    assert rendered.fix.title == "mend it"
    first, second = rendered.fix.advice.split("; (2) ")
    document = json.loads(first[first.index("{") :])
    assert document["Sid"] == "new"
    assert document["Condition"] == {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    assert second == "remove statement 1 from the resource policy of `hook`"


def test_what_one_language_says_stays_a_fix() -> None:
    """A removal without an id is a remark in a template, and no command."""
    rendered = render(fix(RemovePermission(F, invoke(F))), bundle(F))
    assert rendered.fix.safety is Safety.SAFE
    assert rendered.cli == ()
    assert rendered.terraform


def test_a_fix_of_several_findings_is_written_once() -> None:
    shared = fix(RemovePermission(F, invoke(F, sid="x")))
    one, other = render_each([(shared, bundle(F)), (shared, bundle(F))])
    assert one == other
    assert one.cli is other.cli
    by_hand = fix(AddPermission(F, ODD, "new"))
    assert [r.fix.safety for r in render_each([(by_hand, bundle(F))] * 2)] == [Safety.ADVICE] * 2


HELD = role_policy("p", identity("logs:*", "*", sid="Wide"))
TRUSTED = role("r", HELD, trust=Policy(PolicyKind.TRUST, (trust("lex.amazonaws.com"),)))


@pytest.mark.parametrize(
    ("operation", "begins"),
    [
        (AddInlinePolicy(TRUSTED, "n", (WRITE,)), "give the role `r` an inline policy `n` with {"),
        (
            ReplaceStatement(TRUSTED, HELD, HELD.policy.statements[0], (WRITE,)),
            "in the policy `p` of the role `r`, put in the place of statement `Wide`: {",
        ),
        (
            ReplaceStatement(TRUSTED, HELD, HELD.policy.statements[0], ()),
            "remove statement `Wide` from the policy `p` of the role `r`",
        ),
        (
            DetachPolicy(TRUSTED, role_policy("m", attachment=Attachment.MANAGED, arn=text("arn:m"))),
            "detach `arn:m` from the role `r`",
        ),
        (ReplaceTrust(TRUSTED, None, (trust("a"),)), "add to the trust policy of the role `r`: {"),
        (
            ReplaceTrust(TRUSTED, TRUSTED.trust.statements[0], ()),
            "remove statement 1 from the trust policy of the role `r`",
        ),
    ],
)
def test_each_step_names_what_it_changes(operation, begins: str) -> None:
    told = write_by_hand([operation]).partition("(1) ")[2]
    assert told.startswith(begins)
    if begins.endswith("{"):
        json.loads(told[len(begins) - 1 :])
