"""Fixes of one shape are proved once, and each has the proof that it has by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from auditor.engine.facts import collect
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.estate.estate import Estate
from auditor.fixes import prove, proved
from auditor.fixes.apply import apply
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.plan import plan_all
from auditor.fixes.prove import Prover
from auditor.iam.writing import policy_dict
from tests.engine.facts.units import LOG_RESOURCES, called, estates, plain

RULES = load_rules()
WIDE = LOG_RESOURCES[7]


def fixes(estate: Estate) -> Sequence[tuple[Fix, ...]]:
    return plan_all(judge(RULES, collect(estate)))


@settings(deadline=None, max_examples=8)
@given(estates())
def test_alike_fixes_have_the_proof_that_each_has_by_itself(estate: Estate) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proved, "shape_of", lambda *_: None)
        alone = fixes(estate)
    assert fixes(estate) == alone


def test_what_deployment_names_is_proved_as_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    estate = called("QuarkPizzeria", "QuarkTaxicab", "QuarkHospital")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proved, "shape_of", lambda *_: None)
        alone = fixes(estate)
    looked = []
    look = Prover._look
    monkeypatch.setattr(Prover, "_look", lambda *given: looked.append(given) or look(*given))
    found = fixes(estate)
    assert found == alone
    assert any(fix.safety is Safety.SAFE for listed in found for fix in listed)
    assert len(looked) * 3 <= sum(bool(fix.operations) for listed in found for fix in listed)


def test_one_of_a_shape_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    look = Prover._look
    monkeypatch.setattr(Prover, "_look", lambda *given: looked.append(given) or look(*given))
    found = fixes(plain(["orders-1", "payments-2", "bookings-3"], WIDE))
    assert [[fix.safety for fix in listed[:1]] for listed in found] == [[Safety.SAFE]] * 3
    assert len(looked) == len({(fix.operations[0].__class__, fix.title.split("`")[0]) for fix in found[0]})


def test_a_name_that_makes_a_policy_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    short, long = "orders-1", "x" * 60
    estate = plain([short, long], WIDE)
    [mended] = {fix.operations for listed in fixes(estate) for fix in listed[:1] if short in str(fix.operations)}
    role = apply(estate, mended).roles[0]
    assert role.policies[0].policy is not None
    size = len(json.dumps(policy_dict(role.policies[0].policy), separators=(",", ":")))
    monkeypatch.setattr(prove, "INLINE_POLICY_LIMIT", size)
    first = [listed[0] for listed in fixes(estate)]
    assert {fix.safety for fix in first if short in str(fix.operations)} == {Safety.SAFE}
    too_long = [fix for fix in first if fix.safety is Safety.ADVICE]
    assert len(too_long) * 2 == len(first)
    assert all("larger than" in fix.advice for fix in too_long)
