"""Each known fault of the simulator is one: AWS documents another answer, and we give it."""

from __future__ import annotations

import pytest

from .asking import policies_of, request_of
from .comparison import compare
from .faults import FAULTS, Fault
from .simulator import Simulator


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_simulator_has_the_fault_and_we_do_not(fault: Fault, simulator: Simulator) -> None:
    """Where this fails because the simulator is right now, the fault must be removed."""
    (judgement,) = simulator.judge(fault.example)
    (asked,) = fault.example.requests
    comparison = compare(policies_of(fault.example), request_of(asked), judgement)
    results = {"allow": {"Allowed"}, "deny": {"ExplicitlyDenied", "ImplicitlyDenied"}}
    assert fault.documented in results[comparison.decision.verdict.value]
    assert fault.documented != judgement.result
    assert {fault.name} == {difference.fault for difference in comparison.differences}
