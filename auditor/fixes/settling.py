"""Which fixes the findings of one function or role get: each its own, or one together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from auditor.engine.fact import InvokeGrant
from auditor.fixes.candidate import Candidate
from auditor.fixes.combining import ContradictionError, combine, operations_of, signature, with_ids_apart
from auditor.fixes.fix import Fix, Proof, Safety
from auditor.fixes.grouping import Case, clusters
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.fixes.prove import Prover, Refuted
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen

_MOST_CHOICES = 4
"""So many single choices are tried for mending a whole cluster before all are taken together."""


class _Tried(Frozen):
    """A candidate with its operations, and what its proof said."""

    candidate: Candidate
    operations: tuple[Operation, ...]
    outcome: Proof | Refuted

    @property
    def proved(self) -> bool:
        return isinstance(self.outcome, Proof)

    @property
    def safe(self) -> bool:
        return self.proved and not self.candidate.assumptions

    @property
    def holders(self) -> tuple[Statement, ...]:
        """The statements by which the witness stays allowed."""
        return self.outcome.holders if isinstance(self.outcome, Refuted) else ()

    @property
    def fix(self) -> Fix:
        candidate = self.candidate
        if isinstance(self.outcome, Refuted):
            return Fix(candidate.told, Safety.ADVICE, advice=_advise(candidate.advice, self.outcome.why))
        safety = Safety.UNSAFE if candidate.assumptions else Safety.SAFE
        proof = replace(self.outcome, assumptions=candidate.assumptions, gap=candidate.gap)
        return Fix(candidate.told, safety, self.operations, proof, candidate.advice)


class _Joint(Frozen):
    """One fix for several cases: what each of them has to show for it."""

    tried: tuple[_Tried, ...]

    @property
    def safe(self) -> bool:
        return self.tried[0].safe

    @property
    def operations(self) -> tuple[Operation, ...]:
        return self.tried[0].operations


def settle(cases: Sequence[Case], prover: Prover) -> list[tuple[Fix, ...]]:
    """The fixes of each case, the best first."""
    fixes: list[tuple[Fix, ...]] = [tuple(_fixes_of_advice(case)) for case in cases]
    active = [number for number, case in enumerate(cases) if case.choices]
    alone = {number: [_try(cases[number], choice, prover) for choice in cases[number].choices] for number in active}
    through = [alone[number][0].holders for number in active]
    for cluster in clusters([cases[number] for number in active], through):
        members = [active[number] for number in cluster]
        settled = _settle_cluster([cases[number] for number in members], [alone[n] for n in members], prover)
        for number, found in zip(members, settled, strict=True):
            fixes[number] = found
    apart = with_ids_apart(listed[0].operations if listed else () for listed in fixes)
    return [_with_first(listed, operations) for listed, operations in zip(fixes, apart, strict=True)]


def _with_first(listed: tuple[Fix, ...], operations: tuple[Operation, ...]) -> tuple[Fix, ...]:
    if not listed or listed[0].operations is operations:
        return listed
    return (replace(listed[0], operations=operations), *listed[1:])


def _fixes_of_advice(case: Case) -> Iterator[Fix]:
    for candidate in case.candidates[:1]:
        yield Fix(candidate.told, Safety.ADVICE, advice=candidate.advice)


def _advise(advice: str, why: str) -> str:
    return f"{advice}. No proof: {why}" if advice else f"no proof: {why}"


def _try(case: Case, candidate: Candidate, prover: Prover) -> _Tried:
    operations = operations_of(candidate.changes)
    outcome = prover.prove(case.finding, operations, candidate.assumptions, candidate.gap)
    return _Tried(candidate, operations, outcome)


def _settle_cluster(cases: list[Case], alone: list[list[_Tried]], prover: Prover) -> list[tuple[Fix, ...]]:
    if len(cases) == 1:
        return [_own(alone[0])]
    joint = _join(cases, prover)
    if isinstance(joint, Refuted):
        return _without_joint(alone, joint)
    safe = [number for number, tried in enumerate(alone) if tried[0].safe]
    others = [[t for t in tried[1:] if t.proved and t.operations != joint.operations] for tried in alone]
    if joint.safe or not safe:
        return [_listed(t, own) for t, own in zip(joint.tried, others, strict=True)]
    narrow = _join([cases[number] for number in safe], prover) if len(safe) > 1 else _Joint((alone[safe[0]][0],))
    if isinstance(narrow, Refuted) or not narrow.safe:
        return [_listed(t, [*own[:1], *more]) for t, own, more in zip(joint.tried, alone, others, strict=True)]
    shown = dict(zip(safe, narrow.tried, strict=True))
    return _in_two_steps(cases, joint, shown, others, prover)


def _in_two_steps(
    cases: list[Case], joint: _Joint, safe: dict[int, _Tried], others: list[list[_Tried]], prover: Prover
) -> list[tuple[Fix, ...]]:
    """What is safe by itself (`safe`, by number) stays so, and the rest builds on it. Where the rest
    would undo it, all have the joint fix first."""
    rest = _rest(cases, joint, safe, prover)
    found: list[tuple[Fix, ...]] = []
    for number, tried in enumerate(joint.tried):
        if rest is None:
            found.append(_listed(tried, [*([safe[number]] if number in safe else []), *others[number]]))
        elif number in safe:
            found.append(_listed(safe[number], [tried, *others[number]]))
        else:
            found.append(_listed(replace(tried, candidate=rest.candidate, operations=rest.operations), others[number]))
    return found


def _rest(cases: list[Case], joint: _Joint, safe: dict[int, _Tried], prover: Prover) -> _Tried | None:
    """What is left of the joint fix beside the safe one, where it harms nothing whichever of the two
    is carried out first."""
    first = next(iter(safe.values()))
    done = {signature(operation) for operation in first.operations}
    if not done < {signature(operation) for operation in joint.operations}:
        return None
    left = tuple(operation for operation in joint.operations if signature(operation) not in done)
    if isinstance(prover.kept(left), Refuted):
        return None
    unsafe = [case.choices[0] for number, case in enumerate(cases) if number not in safe]
    told = next(case.finding for number, case in enumerate(cases) if number in safe)
    place = f" at {told.origin}" if told.origin.file else ""
    beside = f"the fix for `{told.rule}`{place} is carried out too"
    candidate = combine(unsafe)
    return _Tried(replace(candidate, assumptions=(*candidate.assumptions, beside)), left, joint.tried[0].outcome)


def _join(cases: list[Case], prover: Prover) -> _Joint | Refuted:
    """One candidate for all: a choice of one of them that mends the others too, else all of their
    choices together."""
    single = list(dict.fromkeys(choice for case in cases for choice in case.choices))
    candidates = sorted(single, key=lambda c: bool(c.assumptions)) if len(single) <= _MOST_CHOICES * 2 else []
    # The last choice of a case mends all that was found in its statement.
    candidates += [combine([case.choices[0] for case in cases]), combine([case.choices[-1] for case in cases])]
    why = Refuted("the findings ask for different statements in the place of one")
    for candidate in candidates:
        try:
            operations = operations_of(candidate.changes)
        except ContradictionError:
            continue
        outcome = _prove_all(cases, candidate, operations, prover)
        if not isinstance(outcome, Refuted):
            return outcome
        why = outcome
    return why


def _prove_all(
    cases: list[Case], candidate: Candidate, operations: tuple[Operation, ...], prover: Prover
) -> _Joint | Refuted:
    tried: list[_Tried] = []
    for case in cases:
        if not _mends_without_witness(case, operations):
            return Refuted("it leaves what another finding is about")
        outcome = prover.prove(case.finding, operations, candidate.assumptions, candidate.gap)
        if isinstance(outcome, Refuted):
            return outcome
        tried.append(_Tried(candidate, operations, outcome))
    return _Joint(tuple(tried))


def _mends_without_witness(case: Case, operations: tuple[Operation, ...]) -> bool:
    """Whether a finding that no request shows is mended: its statement goes, and nothing that comes
    names whom it named. Of any other finding the proof tells."""
    if case.finding.fact.witness is not None:
        return True
    fact = case.finding.fact
    if not isinstance(fact, InvokeGrant):
        own = {signature(operation) for operation in operations_of(case.choices[0].changes)}
        return own <= {signature(operation) for operation in operations}
    gone = any(isinstance(o, RemovePermission) and o.statement == fact.statement for o in operations)
    added = (p for o in operations if isinstance(o, AddPermission) for p in o.statement.principals or ())
    return gone and (fact.never_matches or all(str(principal.text) != fact.principal for principal in added))


def _without_joint(alone: list[list[_Tried]], joint: Refuted) -> list[tuple[Fix, ...]]:
    """No one fix mends all: the first case that has its own keeps it, and what would get in its way
    is advice."""
    found: list[tuple[Fix, ...]] = []
    kept: set[object] = set()
    for tried in alone:
        same = {signature(operation) for operation in tried[0].operations}
        if tried[0].proved and (not kept or kept == same):
            kept = same
            found.append(_own(tried))
        elif tried[0].proved:
            why = f"together with the fix of another finding here, {joint.why}"
            found.append((replace(tried[0], outcome=Refuted(why)).fix,))
        else:
            found.append(_own(tried))
    return found


def _own(tried: list[_Tried]) -> tuple[Fix, ...]:
    proved = [t for t in tried if t.proved]
    ranked = sorted(proved, key=lambda t: not t.safe)
    return tuple(t.fix for t in ranked) or (tried[0].fix,)


def _listed(first: _Tried, others: list[_Tried]) -> tuple[Fix, ...]:
    return (first.fix, *(tried.fix for tried in others if tried.proved and tried.operations != first.operations))
