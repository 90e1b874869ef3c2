"""Facts share what is equal in their witnesses, and stay what they are."""

from __future__ import annotations

from types import MappingProxyType

from auditor.engine.fact import DocumentFact, Fact
from auditor.engine.facts.shared import shared
from auditor.estate.estate import Estate, SourceKind
from auditor.iam.document import Defect, DefectKind, Policy, PolicyKind
from auditor.iam.request import Request, context, service
from auditor.iam.text import ACCOUNT, text

ESTATE = Estate(SourceKind.BUNDLE)
POLICY = Policy(PolicyKind.RESOURCE)


def fact(name: str, account: str = "444455556666") -> Fact:
    sent = Request(service("lex.amazonaws.com"), "a:B", text("r"), context({"aws:SourceAccount": account}))
    values = MappingProxyType({ACCOUNT: "111122223333"})
    defect = Defect(DefectKind.MALFORMED, name)
    return DocumentFact(estate=ESTATE, policy=POLICY, defect=defect, witness=sent, values=values)


def test_equal_parts_are_one_object() -> None:
    one, other = shared([fact("a"), fact("b")])
    assert one.witness is not None
    assert other.witness is not None
    assert one.witness.principal is other.witness.principal
    assert one.witness.resource is other.witness.resource
    assert one.witness.context is other.witness.context
    assert one.values is other.values


def test_what_differs_stays() -> None:
    one, other = shared([fact("a"), fact("b", account="555566667777")])
    assert one.witness is not None
    assert other.witness is not None
    assert one.witness.context != other.witness.context


def test_facts_are_equal_to_what_they_were() -> None:
    given = [fact("a"), fact("b", account="555566667777"), fact("a")]
    assert list(shared(given)) == given
