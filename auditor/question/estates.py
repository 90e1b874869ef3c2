"""Two versions of everything that sources describe: function by function, what was let in?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from msgspec.structs import replace

from auditor.engine.change import Place, difference, targets_of
from auditor.estate.estate import Document, Estate, Reading, SourceKind
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.frozen import Frozen
from auditor.iam.request import aws
from auditor.iam.text import Hole, Text, text
from auditor.needs.deciding import role_policies
from auditor.question.change import Change, ChangeVerdict, as_lost, change_of
from auditor.question.diff import compare_policies
from auditor.question.documents import with_doubts
from auditor.reports.request import Json


class PartChange(Frozen):
    """The answer for one part of a function: `resource policy`, `role` or `trust policy`; of a
    document that stands alone the whole, by its kind."""

    part: str
    change: Change


class Holder(Enum):
    """What has policies."""

    FUNCTION = "function"
    ROLE = "role"
    """One that no function has."""
    DOCUMENT = "document"
    """A document that stands alone: nothing tells what it is attached to."""


class FunctionChange(Frozen):
    """The answers for a function, or for another holder of policies. `before` tells whether it
    was there before; parts that neither version tells are not among `parts`."""

    name: str
    holder: Holder
    before: bool
    parts: tuple[PartChange, ...]

    @property
    def verdict(self) -> ChangeVerdict:
        return _worst(part.change.verdict for part in self.parts)

    @property
    def telling(self) -> PartChange | None:
        """The first part that has this verdict, where it is not clean."""
        if self.verdict is ChangeVerdict.NO_NEW_ACCESS:
            return None
        return next((part for part in self.parts if part.change.verdict is self.verdict), None)

    def to_dict(self) -> dict[str, Json]:
        """The answer as plain JSON values; of the parts the first that has the verdict is told."""
        telling = self.telling
        written: dict[str, Json] = {
            **{holder.value: self.name if holder is self.holder else None for holder in Holder},
            "verdict": self.verdict.value,
            "part": telling.part if telling is not None else None,
        }
        told = (telling.change if telling is not None else Change(self.verdict)).to_dict()
        parts: list[Json] = [{"part": part.part, **part.change.to_dict()} for part in self.parts]
        return {**written, **{key: told[key] for key in ("witness", "statements", "reason")}, "parts": parts}


class EstateChange(Frozen):
    """The answers for all functions of the new version, in its order, then for its documents that
    stand alone. `lost` is the same asked backwards, where that was asked too."""

    functions: tuple[FunctionChange, ...]
    lost: EstateChange | None = None

    @property
    def compared(self) -> int:
        """The number of those of which at least one part was compared."""
        return sum(bool(function.parts) for function in self.functions)

    @property
    def verdict(self) -> ChangeVerdict:
        return _worst(function.verdict for function in self.functions)

    def to_dict(self) -> dict[str, Json]:
        """The answer as plain JSON values, as `auditor diff --format json` prints it."""
        written: dict[str, Json] = {
            "verdict": self.verdict.value,
            "functions": [function.to_dict() for function in self.functions],
        }
        if self.lost is not None:
            written["lost"] = as_lost(self.lost.to_dict())
        return written


def _worst(verdicts: Iterable[ChangeVerdict]) -> ChangeVerdict:
    found = set(verdicts)
    ordered = (ChangeVerdict.NEW_ACCESS, ChangeVerdict.UNDETERMINED)
    return next((verdict for verdict in ordered if verdict in found), ChangeVerdict.NO_NEW_ACCESS)


def diff_readings(old: Reading, new: Reading, *, both: bool = False) -> EstateChange:
    """Compare two versions. Functions are the same by ARN, address or name, documents that stand
    alone by name; one that only the new version has is compared with nothing."""
    change = _change_of(old, new)
    return replace(change, lost=_change_of(new, old)) if both else change


def _change_of(old: Reading, new: Reading) -> EstateChange:
    return EstateChange((*_compare(old, new), *_compare_documents(old, new)))


class _Side(Frozen):
    """A function or role of one version, where it stands; the estate without either is empty."""

    estate: Estate | None = None
    function: Function | None = None
    role: Role | None = None


def _compare(old: Reading, new: Reading) -> Iterator[FunctionChange]:
    left = list(_sides(old))
    for side in _sides(new):
        before = next((other for other in left if _same(side, other)), None)
        if before is not None:
            left.remove(before)
        yield _change(before or _Side(), side)


def _sides(reading: Reading) -> Iterator[_Side]:
    for estate in reading.estates:
        used = set()
        for function in estate.functions:
            if function.version is not None:
                # Its number may be another one than before, and its role is compared as such.
                continue
            used.add(function.role)
            yield _Side(estate, function, estate.role(function.role))
        for role in estate.roles:
            if role.key not in used:
                yield _Side(estate, None, role)


def _same(one: _Side, other: _Side) -> bool:
    for mine, theirs in ((one.function, other.function), (one.role, other.role)):
        if mine is None and theirs is None:
            continue
        if mine is None or theirs is None:
            return False
        if mine.arn.literal is not None and theirs.arn.literal is not None:
            return mine.arn == theirs.arn
        return (mine.address is not None and mine.address == theirs.address) or mine.name == theirs.name
    return False


def _change(old: _Side, new: _Side) -> FunctionChange:
    named = new.function or new.role
    assert named is not None, "_sides gives one of them"
    holder = Holder.FUNCTION if new.function is not None else Holder.ROLE
    return FunctionChange(named.title, holder, old.estate is not None, tuple(_parts(old, new)))


_FILES = (SourceKind.BUNDLE, SourceKind.DOCUMENT)


def _compare_documents(old: Reading, new: Reading) -> Iterator[FunctionChange]:
    """Documents that stand alone, by name; a file on either side that holds the only one there is
    the same document, whatever it is called."""
    before, after = _documents(old), _documents(new)
    alone = len(before) == len(after) == 1 and all(side[0][0].kind in _FILES for side in (before, after))
    for estate, document in after:
        same = next((pair for pair in before if alone or pair[1].name == document.name), None)
        if same is not None:
            before.remove(same)
        change = _judge_documents(same[1] if same is not None else None, document, estate)
        part = PartChange(f"{document.policy.kind.value} policy", change)
        yield FunctionChange(document.name, Holder.DOCUMENT, same is not None, (part,))


def _documents(reading: Reading) -> list[tuple[Estate, Document]]:
    return [(estate, document) for estate in reading.estates for document in estate.documents]


def _judge_documents(old: Document | None, new: Document, estate: Estate) -> Change:
    after = with_doubts(new.policy, "the new policy")
    before = with_doubts(old.policy, "the old policy") if old is not None else Policy(after.kind)
    told = {policy.kind for policy in (before, after) if policy.statements or policy.unknown}
    if len(told) > 1:
        kinds = f"{before.kind.value} policy and {after.kind.value} policy"
        return Change(ChangeVerdict.UNDETERMINED, reason=f"the documents are of different kinds: {kinds}")
    # A document without statements may be of any kind.
    kind = next(iter(told), after.kind)
    before, after = replace(before, kind=kind), replace(after, kind=kind)
    return compare_policies(before, after, account=estate.account, region=estate.region)


def _parts(old: _Side, new: _Side) -> Iterator[PartChange]:
    fresh = old.estate is None
    if new.function is not None:
        before = old.function.resource_policy if old.function is not None else None
        changed = _attached(before, new.function.resource_policy, fresh, PolicyKind.RESOURCE, "the function's policy")
        if changed is not None:
            place = _place(new, targets_of(new.function.arn, *changed))
            yield PartChange("resource policy", _judge(*changed, place))
    if new.role is None and old.role is None:
        return
    role = new.role or old.role
    assert role is not None, "one of them is there"
    held = [Policies() if fresh else _held(old.role), _held(new.role)]
    yield PartChange("role", _judge(held[0], held[1], replace(_place(new), callers=(aws(role.arn),))))
    trusts = [side.role.trust if side.role is not None else None for side in (old, new)]
    changed = _attached(trusts[0], trusts[1], fresh, PolicyKind.TRUST, "the trust policy")
    if changed is not None:
        yield PartChange("trust policy", _judge(*changed, _place(new, (role.arn,))))


def _attached(
    old: Policy | None, new: Policy | None, fresh: bool, kind: PolicyKind, name: str
) -> tuple[Policies, Policies] | None:
    """A policy on a function or role before and after; None where neither version tells it."""
    if new is None and (old is None or fresh):
        return None
    nothing = Policy(kind)
    unread = replace(nothing, unknown=(UnknownStatement(text(Hole(name))),))
    before = nothing if fresh else unread if old is None else with_doubts(old, name)
    return Policies(before), Policies(unread if new is None else with_doubts(new, name))


def _held(role: Role | None) -> Policies:
    """What a role holds; documents that are known by name alone are the same ones by that name."""
    if role is None:
        name = text(Hole("the execution role"))
        return Policies(identity=(Policy(PolicyKind.IDENTITY, unknown=(UnknownStatement(name),)),))
    policies = role_policies(role)
    return replace(
        policies,
        identity=tuple(map(_by_name, policies.identity)),
        boundaries=tuple(map(_by_name, policies.boundaries)),
    )


def _by_name(policy: Policy) -> Policy:
    doubted = with_doubts(policy, "a policy of the role")
    if doubted is not policy:
        return doubted
    named = (part if part.text.holes else replace(part, text=text(Hole(str(part.text)))) for part in policy.unknown)
    return replace(policy, unknown=tuple(named))


def _place(side: _Side, resources: Sequence[Text] = ()) -> Place:
    assert side.estate is not None, "the new version has an estate"
    named = side.function or side.role
    parsed = arn(named.arn) if named is not None else None
    account = (account_of(named.arn) if named is not None else None) or side.estate.account
    region = parsed.region if parsed is not None and parsed.region else side.estate.region
    return Place(account, region, tuple(resources))


def _judge(old: Policies, new: Policies, place: Place) -> Change:
    return change_of(difference(new, old, place))
