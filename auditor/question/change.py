"""What a change of policies lets in: the answers of `auditor diff`."""

from __future__ import annotations

from enum import Enum

from auditor.engine.change import Difference
from auditor.engine.finding import Witness
from auditor.iam.access import Outcome
from auditor.iam.decide import Decider
from auditor.iam.frozen import Frozen
from auditor.reports.request import Json, write_request


class ChangeVerdict(str, Enum):
    """Equal to its text, so that `change.verdict == "new-access"` reads as it is printed."""

    NO_NEW_ACCESS = "no-new-access"
    NEW_ACCESS = "new-access"
    UNDETERMINED = "undetermined"

    def __str__(self) -> str:
        return self.value


class ChangeWitness(Witness):
    """A request that the new policies allow and the old ones deny."""

    def to_dict(self) -> dict[str, Json]:
        """The request as plain JSON values, with `decision` (now) and `expected` (as before)."""
        return {**write_request(self.request), "decision": "allow", "expected": "deny"}


class Change(Frozen):
    """The answer: with NEW_ACCESS a `witness` and the statements of the new policies that allow it;
    with UNDETERMINED a `reason`. `lost` is the same asked backwards, where that was asked too: its
    witness is a request that the old policies allow and the new ones deny."""

    verdict: ChangeVerdict
    witness: ChangeWitness | None = None
    statements: tuple[Decider, ...] = ()
    reason: str = ""
    lost: Change | None = None

    def to_dict(self) -> dict[str, Json]:
        """The answer as plain JSON values, as `auditor diff --format json` prints it."""
        written: dict[str, Json] = {
            "verdict": self.verdict.value,
            "witness": self.witness.to_dict() if self.witness is not None else None,
            "statements": [{**decider.to_dict()} for decider in self.statements],
            "reason": self.reason,
        }
        if self.lost is not None:
            written["lost"] = as_lost(self.lost.to_dict())
        return written


def as_lost(written: Json) -> Json:
    """An answer that was asked backwards, in words that fit: `lost-access`, decided `deny` now."""
    if isinstance(written, list):
        return [as_lost(item) for item in written]
    if not isinstance(written, dict):
        return written
    made = {key: as_lost(value) for key, value in written.items()}
    if isinstance(made.get("verdict"), str):
        made["verdict"] = str(made["verdict"]).replace("new-", "lost-")
    if "expected" in made:
        made["decision"], made["expected"] = "deny", "allow"
    return made


def change_of(found: Difference) -> Change:
    """A difference in the words of an answer."""
    match found.outcome:
        case Outcome.NONE:
            return Change(ChangeVerdict.NO_NEW_ACCESS)
        case Outcome.UNDETERMINED:
            return Change(ChangeVerdict.UNDETERMINED, reason=found.reason)
        case Outcome.FOUND:
            assert found.request is not None, "FOUND has a request"
            statements = found.decision.statements if found.decision is not None else ()
            return Change(ChangeVerdict.NEW_ACCESS, ChangeWitness(found.request, allowed=True), statements)
