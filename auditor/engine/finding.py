"""A finding: a fact that a rule judges worth telling."""

from __future__ import annotations

from auditor.engine.fact import Fact
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.estate.function import Function
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.request import Request


class Witness(Frozen):
    """The concrete request that proves a finding. `allowed` is what it is decided as now; it
    should be the opposite."""

    request: Request
    allowed: bool


class Part(Frozen):
    """A further fact of the same statement, which the rule `rule` judged as worth telling."""

    rule: str
    fact: Fact


class Finding(Frozen):
    """What a rule found. `rule` is its id; `message` is one sentence without a full stop.

    Of a statement with several principals, or several mistakes, `fact` is the worst one, which
    gives the finding its levels and its witness; `also` are the others, the worse first.
    """

    rule: str
    kind: Kind
    severity: Severity
    confidence: Confidence
    message: str
    origin: Origin
    fact: Fact
    related: tuple[Origin, ...] = ()
    witness: Witness | None = None
    also: tuple[Part, ...] = ()
    fingerprint: str = ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts that the finding is about, the worst first."""
        return (self.fact, *(part.fact for part in self.also))

    @property
    def function(self) -> Function | None:
        return self.fact.function
