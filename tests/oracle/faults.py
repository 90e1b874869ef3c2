"""What iam-simulate is known to answer wrongly, and exactly where.

Each fault says what AWS documents, carries an example that `test_faults` puts to both sides, and
a predicate that tells which single parts of a comparison it touches. Nothing else is left out.
When a newer version answers an example rightly, its test fails and the fault must go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Statement
from auditor.iam.match.glob import Variable, glob
from auditor.iam.operators import Family, Meaning, meaning
from auditor.iam.request import Context, PrincipalKind, Request
from auditor.iam.text import text

from .asking import Asked, Situation

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:orders"


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition with what it is applied to."""

    condition: Condition
    context: Context
    variables: bool

    @property
    def meaning(self) -> Meaning:
        found = meaning(self.condition.operator)
        assert found is not None, "situations use operators that IAM knows"
        return found

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(str(pattern.text) for pattern in self.condition.values)

    @property
    def given(self) -> tuple[str, ...]:
        key = self.condition.key.literal or ""
        return tuple(str(value) for value in self.context.get(key.lower(), ()))


@dataclass(frozen=True, slots=True)
class Targeted:
    """A statement's Resource or NotResource with the request it is applied to."""

    statement: Statement
    request: Request
    variables: bool

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(str(pattern.text) for pattern in self.statement.resources or ())

    @property
    def context(self) -> Context:
        return self.request.context


@dataclass(frozen=True, slots=True)
class Fault:
    """A known fault. `documented` is the result that AWS's `page` asks for in `example`."""

    name: str
    reason: str
    page: str
    example: Situation
    documented: str
    condition: Callable[[Tested], bool] | None = None
    resource: Callable[[Targeted], bool] | None = None
    principal: Callable[[Statement, Request], bool] | None = None
    decision: Callable[[Policies, Request], bool] | None = None


def _asks(
    condition: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    resource: str = "*",
    not_resource: str | None = None,
    target: str = FUNCTION,
    version: str = "2012-10-17",
) -> Situation:
    """One Allow statement and one request of a service for it."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "lexv2.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        **({"Resource": resource} if not_resource is None else {"NotResource": not_resource}),
    }
    if condition:
        statement["Condition"] = condition
    asked = Asked({"Service": "lexv2.amazonaws.com"}, "lambda:InvokeFunction", target, context or {})
    return Situation(resource={"Version": version, "Statement": [statement]}, requests=(asked,))


def _denies_all_but_bob() -> Situation:
    """The example of AWS's page, put to Bob's colleague."""
    bob = ["arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root"]
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": bob}, "Action": "lambda:InvokeFunction", "Resource": "*"}
    asked = Asked({"AWS": "arn:aws:iam::444455556666:user/Alice"}, "lambda:InvokeFunction", FUNCTION)
    return Situation(resource={"Version": "2012-10-17", "Statement": [statement]}, requests=(asked,))


def _names_their_account(statement: Statement, request: Request) -> bool:
    if not statement.not_principal or request.principal.kind is not PrincipalKind.AWS:
        return False
    own = str(request.principal.value).split(":")[4]
    return any(str(named.text) in (own, f"arn:aws:iam::{own}:root") for named in statement.principals or ())


def _old_version(patterns: tuple[str, ...], variables: bool) -> bool:
    return not variables and any("${" in pattern for pattern in patterns)


def _lacks_variable(subject: Tested | Targeted) -> bool:
    needed = {
        part.key
        for pattern in subject.patterns
        for part in glob(text(pattern), variables=subject.variables)
        if isinstance(part, Variable) and part.default is None
    }
    return any(not subject.context.get(key) for key in needed)


def _untyped_arn(tested: Tested) -> bool:
    return tested.meaning.family is Family.ARN and any(
        not written.startswith("arn:") for written in (*tested.given, *tested.patterns)
    )


def _upper_head(targeted: Targeted) -> bool:
    heads = [":".join(written.split(":")[:5]) for written in (*targeted.patterns, str(targeted.request.resource))]
    return any(head != head.lower() for head in heads)


def _wild_product(targeted: Targeted) -> bool:
    tails = (pattern.split(":", 5)[5] for pattern in targeted.patterns if pattern.count(":") > 4)
    return any(re.match(r"[^:/]*([*?]|\$\{)[^:/]*[:/]", tail) for tail in tails)


def _is_root(_: object, request: Request) -> bool:
    return request.principal.kind is PrincipalKind.AWS and str(request.principal.value).endswith(":root")


FAULTS = (
    Fault(
        "old version",
        "without Version 2012-10-17 a policy variable is plain text; the simulator fills it all the same",
        GUIDE + "reference_policies_variables.html",
        _asks(
            {"StringEquals": {"aws:SourceAccount": "${aws:username}"}},
            {"aws:SourceAccount": "ana", "aws:username": "ana"},
            version="2008-10-17",
        ),
        "ImplicitlyDenied",
        condition=lambda tested: _old_version(tested.patterns, tested.variables),
        resource=lambda targeted: _old_version(targeted.patterns, targeted.variables),
    ),
    Fault(
        "variable in an ARN operator",
        "an ARN pattern is split at the colon inside `${aws:...}`, which tells before the sixth component",
        GUIDE + "reference_policies_variables.html",
        _asks(
            {"ArnLike": {"aws:SourceArn": "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:orders"}},
            {"aws:SourceArn": "arn:aws:sqs:us-east-1:111122223333:orders", "aws:PrincipalAccount": "111122223333"},
        ),
        "Allowed",
        condition=lambda tested: (
            tested.meaning.family is Family.ARN
            and any(re.match(r"([^:$]*:){0,4}[^:$]*\$\{[^}]*:", pattern) for pattern in tested.patterns)
        ),
    ),
    Fault(
        "first ARN component",
        "an ARN operator checks each of the six components; the simulator leaves the first one out",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_ARN",
        _asks({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}, {"aws:SourceArn": "urn:aws:s3:::b"}),
        "ImplicitlyDenied",
        condition=_untyped_arn,
    ),
    Fault(
        "negated short ARN pattern",
        "ArnNotLike is the negation of ArnLike; the simulator says that a pattern of fewer than six components "
        "satisfies neither",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_ARN",
        _asks({"ArnNotLike": {"aws:SourceArn": "arn:aws:sqs"}}, {"aws:SourceArn": "arn:aws:s3:::b"}),
        "Allowed",
        condition=lambda tested: (
            tested.meaning.family is Family.ARN
            and tested.meaning.negated
            and any(pattern.count(":") < 5 for pattern in tested.patterns)
        ),
    ),
    Fault(
        "escape in an exact operator",
        "`${*}`, `${?}` and `${$}` are one character each; under exact operators the simulator takes them as written",
        GUIDE + "reference_policies_variables.html#policy-vars-specialchars",
        _asks({"StringEquals": {"aws:username": "a${*}"}}, {"aws:username": "a*"}),
        "Allowed",
        condition=lambda tested: (
            tested.meaning.family in (Family.STRING, Family.STRING_IGNORE_CASE)
            and any(re.search(r"\$\{[*?$]\}", pattern) for pattern in tested.patterns)
        ),
    ),
    Fault(
        "negation of a missing variable",
        "a negated operator matches against a variable without a value; the simulator says it does not",
        GUIDE + "reference_policies_variables.html#policy-vars-no-value",
        _asks({"StringNotEquals": {"aws:SourceAccount": "${aws:username}"}}, {"aws:SourceAccount": "ana"}),
        "Allowed",
        condition=lambda tested: tested.meaning.negated and _lacks_variable(tested),
    ),
    Fault(
        "every address",
        "a block of prefix length 0 holds every address of its family; for the simulator only its first",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _asks({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, {"aws:SourceIp": "203.0.113.7"}),
        "Allowed",
        condition=lambda tested: (
            tested.meaning.family is Family.IP and any(pattern.endswith("/0") for pattern in tested.patterns)
        ),
    ),
    Fault(
        "single address",
        "an address without a prefix length is a block of one; the simulator compares it as text, and never "
        "matches where the families differ, not even negated",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _asks({"IpAddress": {"aws:SourceIp": "2001:db8::7"}}, {"aws:SourceIp": "2001:DB8:0::7"}),
        "Allowed",
        condition=lambda tested: (
            tested.meaning.family is Family.IP and any("/" not in pattern for pattern in tested.patterns)
        ),
    ),
    Fault(
        "numeric date",
        "a date may be given in seconds since 1970 (and four digits are a year); the simulator takes "
        "every number for milliseconds",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_Date",
        _asks({"DateEquals": {"aws:CurrentTime": "1767225600"}}, {"aws:CurrentTime": "2026-01-01T00:00:00Z"}),
        "Allowed",
        condition=lambda tested: (
            tested.meaning.family is Family.DATE
            and any(written.isdigit() for written in (*tested.patterns, *tested.given))
        ),
    ),
    Fault(
        "case of a resource's beginning",
        "ARNs are compared with case; the simulator ignores it in the first five components",
        GUIDE + "reference_policies_elements_resource.html",
        _asks(resource="arn:aws:LAMBDA:us-east-1:111122223333:function:orders"),
        "ImplicitlyDenied",
        resource=_upper_head,
    ),
    Fault(
        "wildcard before the resource's name",
        "wildcards and variables may stand anywhere in the resource part; before its first `:` or `/` (even inside a "
        "variable) the simulator takes them for plain characters",
        GUIDE + "reference_policies_elements_resource.html",
        _asks(resource="arn:aws:lambda:us-east-1:111122223333:*:orders"),
        "Allowed",
        resource=_wild_product,
    ),
    Fault(
        "NotResource with a missing variable",
        "a resource with a variable without a value matches nothing, so NotResource leaves nothing out; the simulator "
        "lets the statement apply to nothing",
        GUIDE + "reference_policies_variables.html#policy-vars-no-value",
        _asks(not_resource="arn:aws:lambda:us-east-1:111122223333:function:${aws:username}"),
        "Allowed",
        resource=lambda targeted: targeted.statement.not_resource and _lacks_variable(targeted),
    ),
    Fault(
        "short NotResource",
        "NotResource is the complement of Resource; where an ARN has fewer than six components, the simulator lets "
        "a statement apply neither to what it matches nor to what it does not",
        GUIDE + "reference_policies_elements_notresource.html",
        _asks(not_resource="arn:aws:sqs:*"),
        "Allowed",
        resource=lambda targeted: (
            targeted.statement.not_resource and any(1 < pattern.count(":") + 1 < 6 for pattern in targeted.patterns)
        ),
    ),
    Fault(
        "account in NotPrincipal",
        "an account in NotPrincipal spares none of its users and roles, they must be named beside it; the simulator "
        "spares them all",
        GUIDE + "reference_policies_elements_notprincipal.html",
        _denies_all_but_bob(),
        "ExplicitlyDenied",
        principal=_names_their_account,
    ),
    Fault(
        "root user",
        "the root user of the resource's account needs no Allow, and one of another account only the resource's; the "
        "simulator has no such exemption",
        GUIDE + "reference_policies_evaluation-logic.html",
        Situation(requests=(Asked({"AWS": "arn:aws:iam::111122223333:root"}, "lambda:InvokeFunction", FUNCTION),)),
        "Allowed",
        principal=_is_root,
        decision=_is_root,
    ),
)


def fault_of_condition(condition: Condition, context: Context, variables: bool) -> str | None:
    """The fault that touches a condition, if one does."""
    tested = Tested(condition, context, variables)
    return next((fault.name for fault in FAULTS if fault.condition is not None and fault.condition(tested)), None)


def fault_of_resource(statement: Statement, request: Request, variables: bool) -> str | None:
    """The fault that touches a statement's resources, if one does."""
    targeted = Targeted(statement, request, variables)
    return next((fault.name for fault in FAULTS if fault.resource is not None and fault.resource(targeted)), None)


def fault_of_principal(statement: Statement, request: Request) -> str | None:
    """The fault that touches whom a statement names, if one does."""
    found = (fault for fault in FAULTS if fault.principal is not None and fault.principal(statement, request))
    return next((fault.name for fault in found), None)


def fault_of_decision(policies: Policies, request: Request) -> str | None:
    """The fault that touches how statements are combined, if one does."""
    found = (fault for fault in FAULTS if fault.decision is not None and fault.decision(policies, request))
    return next((fault.name for fault in found), None)
