"""Proving a fix: replay it on the audited estate and look at what it does to access."""

from __future__ import annotations

import json
from collections.abc import Hashable

from auditor.engine.fact import Fact, InvokeNeed, TrustGrant, TrustNeed
from auditor.engine.facts.concrete import fillings
from auditor.engine.finding import Finding
from auditor.engine.levels import Kind
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role
from auditor.fixes.apply import apply
from auditor.fixes.fix import Proof
from auditor.fixes.operation import Operation
from auditor.fixes.proved import Kept, Proved
from auditor.fixes.reaching import function_escapes, role_escapes, trust_escapes
from auditor.fixes.touching import Parts, Touched, may_concern, touched_by
from auditor.iam.decide import Decision, Policies, Verdict, decide
from auditor.iam.document import Statement
from auditor.iam.filling import fill_policies, fill_request
from auditor.iam.frozen import Frozen
from auditor.iam.writing import policy_dict
from auditor.needs import Need, decide_need, derive, derive_everywhere, granting
from auditor.needs.deciding import role_policies

RESOURCE_POLICY_LIMIT = 20_480
"""Bytes of a function's resource policy (Lambda quotas; PutResourcePolicy)."""
INLINE_POLICY_LIMIT = 10_240
"""Characters, white space apart, of all inline policies of a role (IAM quotas)."""
MOST_WORK = 150_000
"""Statements that may be held against requests to prove the fixes of one function or role: some
seconds. Counted, and not timed, so that the same input gives the same report."""
TOO_MUCH_WORK = (
    "so many findings and statements are here that not every fix is proved: mend the ones above, and audit again"
)


class Refuted(Frozen):
    """Why a plan is no fix: one clause. `holders` are the statements by which the witness would
    still be allowed."""

    why: str
    holders: tuple[Statement, ...] = ()


def prove(
    finding: Finding, operations: tuple[Operation, ...], assumptions: tuple[str, ...] = (), gap: bool = False
) -> Proof | Refuted:
    """Replay operations. A proof says that every witness of the finding is decided the other way,
    that every need that was allowed still is, that nothing beyond the old access and the needs came
    in, and that AWS's size limits hold."""
    return Prover(Parts(finding.fact.estate)).prove(finding, operations, assumptions, gap)


class Prover:
    """Proves fixes of one estate, and remembers what several proofs ask; `proved` may be shared by
    provers of the same estate. `work` counts the statements that were held against requests;
    beyond MOST_WORK everything is refuted."""

    def __init__(self, parts: Parts, proved: Proved | None = None) -> None:
        self.parts = parts
        self._proved = proved or Proved(parts.estate)
        self.work = 0
        self._kept: dict[Hashable, int | Refuted] = {}
        self._applied: dict[Hashable, tuple[Estate, Estate]] = {}
        self._before: dict[str, list[tuple[Need, Decision]]] = {}

    def prove(
        self, finding: Finding, operations: tuple[Operation, ...], assumptions: tuple[str, ...] = (), gap: bool = False
    ) -> Proof | Refuted:
        """As the function of this name."""
        if self.work > MOST_WORK:
            return Refuted(TOO_MUCH_WORK)
        touched = touched_by(operations, self.parts)
        _, after = self._versions(operations, touched)
        expected = Verdict.ALLOW if finding.kind is Kind.MISSING else Verdict.DENY
        witness = None
        for fact in finding.facts:
            replayed = self._replay(fact, after)
            if replayed is None:
                continue
            decision, policies = replayed
            if decision.verdict is not expected:
                return _still(decision, policies)
            if fact is finding.fact:
                witness = decision.verdict.value
        kept = self.kept(operations, touched)
        return kept if isinstance(kept, Refuted) else Proof(witness, kept, False, assumptions, gap)

    def kept(self, operations: tuple[Operation, ...], touched: Touched | None = None) -> int | Refuted:
        """How many needs operations leave allowed, where they take none away, let nothing new in, and
        keep within AWS's limits; remembered."""
        touched = touched or touched_by(operations, self.parts)
        known = self._kept.get(touched.signature)
        if known is None:
            known = self._kept[touched.signature] = self._count_kept(operations, touched)
        return known

    def _versions(self, operations: tuple[Operation, ...], touched: Touched) -> tuple[Estate, Estate]:
        """What is touched of the estate, before and after."""
        known = self._applied.get(touched.signature)
        if known is None:
            before = self.parts.around(touched)
            known = self._applied[touched.signature] = before, apply(before, operations)
        return known

    def _count_kept(self, operations: tuple[Operation, ...], touched: Touched) -> int | Refuted:
        before, after = self._versions(operations, touched)
        limit = _over_limit(after)
        if limit:
            return Refuted(limit)
        shape = self._proved.shape(before, after, touched.statements)
        known = self._proved.kept(shape)
        if known is None:
            spent = self.work
            kept = self._look(before, after, touched)
            if isinstance(kept, Refuted):
                return kept
            known = Kept(kept, self.work - spent)
            self._proved.remember(shape, known)
        else:
            self.work += known.work
        return known.needs

    def _look(self, before: Estate, after: Estate, touched: Touched) -> int | Refuted:
        """How many of the needs around a change stay allowed, where it takes none away and lets nothing in."""
        statements = sum(len(policy.statements) for policy in touched.policies(after))
        self.work += statements * (1 + len(touched.statements))
        kept = 0
        for function, changed in zip(before.functions, after.functions, strict=True):
            needs = self._needs(function, before), derive_everywhere(changed, after)
            for (old_need, old), new_need in zip(*needs, strict=True):
                new = old
                if may_concern(touched.statements, old_need):
                    self.work += 2 * statements
                    new = decide_need(new_need, granting(new_need, after))
                if old.allowed and not new.allowed:
                    return Refuted("a request that is needed would no longer be allowed")
                if old.verdict is Verdict.UNDETERMINED and new.denied:
                    return Refuted("a request that may be needed would be denied")
                kept += old.allowed
        came_in = _new_access(before, after)
        if came_in:
            return Refuted(came_in)
        return kept

    def _needs(self, function: Function, before: Estate) -> list[tuple[Need, Decision]]:
        """The function's needs as they are decided before any fix."""
        known = self._before.get(function.key)
        if known is None:
            needs = derive_everywhere(function, before)
            known = [(need, decide_need(need, granting(need, before))) for need in needs]
            self._before[function.key] = known
        return known

    def _replay(self, fact: Fact, after: Estate) -> tuple[Decision, Policies] | None:
        """How the witness is decided after the operations, and by which policies; None where the
        fact has none."""
        if fact.witness is None:
            return None
        self.work += 1
        if isinstance(fact, InvokeNeed):
            needs = derive(self._function(fact.need.function.key, after), after)
            same = next(need for need in needs if need.request == fact.need.request)
            policies = granting(same, after)
            return decide_need(same, policies), policies
        policies = self._policies(fact, after)
        values = fillings(fact.witness, policies, fact.values)
        self.work += sum(len(policy.statements) for _, policy in policies.named())
        request = fill_request(fact.witness, values.__getitem__)
        return decide(request, fill_policies(policies, values.__getitem__)), policies

    def _policies(self, fact: Fact, after: Estate) -> Policies:
        """The policies that decide a fact's witness in an estate."""
        asked = fact.witness
        assert asked is not None, "_replay looked"
        if fact.role is None:
            assert fact.function is not None, "a witness is about a function or a role"
            return Policies(self._function(fact.function.key, after).resource_policy, callers_allow=True)
        role = after.role(fact.role.key) or self.parts.roles[fact.role.key]
        if isinstance(fact, (TrustGrant, TrustNeed)):
            return Policies(role.trust, callers_allow=True)
        return role_policies(role)

    def _function(self, key: str, after: Estate) -> Function:
        return next((f for f in after.functions if f.key == key), None) or self.parts.functions[key]


def _still(decision: Decision, policies: Policies) -> Refuted:
    """Why the witness is decided as before, and by which statements."""
    decided = f"the witness would still be decided `{decision.verdict.value}`"
    if not decision.statements:
        limited = decision.denied and bool(policies.boundaries)
        return Refuted(f"{decided}: the role's permission boundary limits it" if limited else decided)
    named = dict(policies.named())
    deciding = tuple(
        next(s for s in named[decider.policy].statements if s.index == decider.statement.index)
        for decider in decision.statements
    )
    told = " and ".join(_told(statement) for statement in deciding[:2])
    more = f" and {len(deciding) - 2} more" if len(deciding) > 2 else ""
    return Refuted(f"{decided}, by {told}{more}", deciding if decision.allowed else ())


def _told(statement: Statement) -> str:
    name = f"statement `{statement.sid}`" if statement.sid else "the statement"
    return f"{name} at {statement.origin}" if statement.origin.file else name


def _new_access(before: Estate, after: Estate) -> str:
    """What came in beyond the old access and the needs; empty where nothing did."""
    for old, new in zip(before.functions, after.functions, strict=True):
        if old.resource_policy != new.resource_policy:
            came = function_escapes(old, new, before)
            if came:
                return came
    for one, other in zip(before.roles, after.roles, strict=True):
        if one.policies != other.policies:
            came = role_escapes(one, other, before)
            if came:
                return came
        if one.trust != other.trust:
            came = trust_escapes(one, other, before)
            if came:
                return came
    return ""


def _over_limit(after: Estate) -> str:
    for function in after.functions:
        if _policy_bytes(function) > RESOURCE_POLICY_LIMIT:
            return f"the resource policy would be larger than {RESOURCE_POLICY_LIMIT} bytes"
    for role in after.roles:
        if _inline_characters(role) > INLINE_POLICY_LIMIT:
            return f"the role's inline policies would be larger than {INLINE_POLICY_LIMIT} characters"
    return ""


def _policy_bytes(function: Function) -> int:
    policy = function.whole_policy
    return 0 if policy is None else len(json.dumps(policy_dict(policy), separators=(",", ":")).encode())


def _inline_characters(role: Role) -> int:
    inline = [p.policy for p in role.policies if p.attachment is Attachment.INLINE and p.policy is not None]
    return sum(len(json.dumps(policy_dict(policy), separators=(",", ":"))) for policy in inline)
