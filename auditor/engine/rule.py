"""A rule: which facts are worth a finding, and what to say about them."""

from __future__ import annotations

from enum import Enum

from auditor.engine.condition import Condition
from auditor.engine.fact import FactKind
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.engine.message import Message
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin


class Verdict(Enum):
    """What an example shows of its rule."""

    BAD = "bad"
    """The rule fires."""
    GOOD = "good"
    """The rule is silent, and nothing was left open."""
    UNRESOLVED = "unresolved"
    """The input cannot tell: the rule is silent, and claims nothing."""


class Form(Enum):
    """The language an example is written in."""

    BUNDLE = "bundle"
    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"
    POLICY = "policy"
    """A policy document, or an output of the AWS CLI, as JSON."""

    @property
    def file(self) -> str:
        """The file that holds such an example."""
        match self:
            case Form.BUNDLE:
                return "bundle.yaml"
            case Form.TERRAFORM:
                return "main.tf"
            case Form.CLOUDFORMATION:
                return "template.yaml"
            case Form.POLICY:
                return "policy.json"


class Example(Frozen):
    """An input on which the rule is tried with the real engine. `severity` is what a bad one's
    finding must have; None where the rule's own is meant."""

    verdict: Verdict
    title: str
    form: Form
    text: str
    severity: Severity | None = None
    origin: Origin = NOWHERE


class Reference(Frozen):
    title: str
    url: str


class Case(Frozen):
    """What differs for some of the facts that a rule matches; None leaves the rule's own."""

    when: Condition
    severity: Severity | None = None
    confidence: Confidence | None = None
    message: Message | None = None


class Rule(Frozen, kw_only=True):
    """One rule. It judges every fact of the kind `fact` for which `when` holds; of `cases`, the
    first that holds and names a severity (a confidence, a message) gives it.

    About one subject (a statement and its principal, a need) there is one finding a `topic`, and
    none of a rule that another one which fires there `replaces`. `aliases` are ids the rule had
    before. The texts are for people; `waive` and `limits` may be empty.
    """

    id: str
    title: str
    kind: Kind
    severity: Severity
    fact: FactKind
    when: Condition
    message: Message
    topic: str
    rationale: str
    fix: str
    examples: tuple[Example, ...]
    confidence: Confidence = Confidence.HIGH
    cases: tuple[Case, ...] = ()
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    waive: str = ""
    limits: str = ""
    references: tuple[Reference, ...] = ()
    origin: Origin = NOWHERE
    replaces_origin: Origin = NOWHERE
