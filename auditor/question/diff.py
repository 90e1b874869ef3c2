"""Two versions of a policy document: what does the new one let in that the old one did not?"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from auditor.engine.change import Place, difference
from auditor.estate.estate import UNKNOWN_ACCOUNT, UNKNOWN_REGION
from auditor.iam.decide import Policies
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.text import Text
from auditor.question.change import Change, change_of
from auditor.question.documents import Document, document_node, parse_document
from auditor.sources.errors import UsageError
from auditor.sources.policy_document import kind_of_statements

AUTO = "auto"


def diff(old_policy: Document, new_policy: Document, kind: str = AUTO, *, both: bool = False) -> Change:
    """Decide whether a policy document allows anything that its old version did not.

    Documents are what `json.loads` gives, the answer of `aws lambda get-policy` included. `kind`
    is `resource`, `identity` or `trust`, and `auto` tells it by the statements. Any condition key
    may be absent from a request, and what else AWS would ask for (the caller's own policies for a
    resource policy) is taken to allow, before and after. With `both`, the change's `lost` tells
    what went. Raises `UsageError` for an unknown kind and for what is no document.
    """
    told = _kind(kind, old_policy, new_policy)
    old, new = (
        parse_document(document, told, f"{name} policy")
        for document, name in ((old_policy, "old"), (new_policy, "new"))
    )
    return compare_policies(old, new, both=both)


def compare_policies(
    old: Policy,
    new: Policy,
    *,
    both: bool = False,
    account: Text = UNKNOWN_ACCOUNT,
    region: Text = UNKNOWN_REGION,
) -> Change:
    """The same for documents that were read, of an account and region as far as these are known;
    both are of one kind."""
    place = Place(account, region)
    before, after = _alone(old), _alone(new)
    change = change_of(difference(after, before, place))
    return replace(change, lost=change_of(difference(before, after, place))) if both else change


def _alone(policy: Policy) -> Policies:
    return Policies(identity=(policy,)) if policy.kind is PolicyKind.IDENTITY else Policies(policy)


def _kind(asked: str, old: Document, new: Document) -> PolicyKind:
    if asked != AUTO:
        return parse_kind(asked)
    return common_kind([_kind_of(old, "old policy"), _kind_of(new, "new policy")])


def parse_kind(asked: str) -> PolicyKind:
    """A kind by its name; raises `UsageError`."""
    try:
        return PolicyKind(asked)
    except ValueError:
        known = ", ".join(f"`{kind.value}`" for kind in PolicyKind)
        raise UsageError(f"`{asked}` is no kind of policy", f"use one of {known}") from None


def common_kind(found: Iterable[PolicyKind | None]) -> PolicyKind:
    """The one kind that documents have, where any tells (None does not); raises `UsageError` where
    they differ."""
    kinds = [kind for kind in dict.fromkeys(found) if kind is not None]
    if PolicyKind.RESOURCE in kinds and PolicyKind.TRUST in kinds:
        kinds.remove(PolicyKind.TRUST)
    if len(kinds) > 1:
        shown = " and ".join(f"{kind.value} policy" for kind in kinds)
        raise UsageError(f"the documents are of different kinds: {shown}", "compare documents of one kind")
    return kinds[0] if kinds else PolicyKind.IDENTITY


def _kind_of(document: Document, name: str) -> PolicyKind | None:
    return document.kind if isinstance(document, Policy) else kind_of_statements(document_node(document, name))
