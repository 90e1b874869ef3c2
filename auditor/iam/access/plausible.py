"""Witnesses that look like requests a person knows: real actions, real-looking ARNs, no key too many.

Every change is tried: a request that no longer escapes is put back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, product
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.access.boundaries import TYPED
from auditor.iam.access.general import NewAccess
from auditor.iam.access.links import PAIRS, agree
from auditor.iam.access.parties import FOREIGN_ACCOUNT, OWN_ACCOUNT, is_anyone, settled
from auditor.iam.access.question import Question
from auditor.iam.arn import account_of
from auditor.iam.catalogue import actions_of, resources_of
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Pattern, Statement
from auditor.iam.keys import PRINCIPAL_ARN
from auditor.iam.operators import Family, meaning
from auditor.iam.request import ANONYMOUS, Context, Principal, PrincipalKind, Request
from auditor.iam.text import Text, text
from auditor.iam.warm import Warm

_REGION, _WORD = "us-east-1", "example"
_TELLING = (
    "lambda:InvokeFunction",
    "lambda:UpdateFunctionCode",
    "logs:PutLogEvents",
    "s3:GetObject",
    "dynamodb:GetItem",
    "sqs:SendMessage",
    "sns:Publish",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "sts:AssumeRole",
    "iam:CreateUser",
)
_MOST = 1500
"""Further actions of a service are not tried."""
_HOLE = re.compile(r"\$\{(\w+)\}")


def plausible(found: NewAccess) -> Request:
    """The request that was found, or a better-looking one that escapes too."""
    assert found.answer.request is not None, "only an escape has a request"
    assert found.question is not None, "an escape was asked for"
    assert found.answer.caller is not None, "someone asks"
    request = found.answer.request
    trial = _Trial(found.new, found.old, found.question, found.answer.caller)
    for change in (_with_fewer_keys, _with_real_action, _with_real_resource, _with_real_values, _with_known_caller):
        request = trial.first(change(request, trial), request)
    return request


class _Trial:
    """Whether requests escape."""

    def __init__(self, new: Policies, old: Policies, question: Question, caller: Principal) -> None:
        self.question = question.of(caller)
        self.caller = caller
        self.by_identity = new.resource is None
        self._new, self._old = Warm(new), Warm(old)

    def first(self, candidates: Iterable[Request], default: Request) -> Request:
        return next((request for request in candidates if self.escapes(request)), default)

    def escapes(self, request: Request) -> bool:
        if not self.question.resources.admits(request.resource):
            return False
        for key, values in request.context.items():
            domain = self.question.domain(key)
            if not domain.present or not all(domain.admits(value) for value in values):
                return False
        if not agree(request.context) or not self._is_caller(request):
            return False
        return self._new.decide(request).allowed and self._old.decide(request).denied

    def _is_caller(self, request: Request) -> bool:
        """Whether the principal is the one that the keys tell of."""
        told = request.context.get(PRINCIPAL_ARN)
        return not told or not is_anyone(self.caller) or request.principal.value == told[0]

    def allowing(self, request: Request) -> Iterator[Statement]:
        for decider in self._new.decide(request).statements:
            yield decider.statement


def _with_context(request: Request, context: dict[str, tuple[Text, ...]]) -> Request:
    return replace(request, context=MappingProxyType(dict(sorted(context.items()))))


def _with_fewer_keys(request: Request, trial: _Trial) -> Iterator[Request]:
    for key in request.context:
        fewer = _with_context(request, {name: held for name, held in request.context.items() if name != key})
        if trial.escapes(fewer):
            request = fewer
    yield request


def _with_real_action(request: Request, trial: _Trial) -> Iterator[Request]:
    services = [request.action.partition(":")[0].lower()]
    for statement in trial.allowing(request):
        for pattern in (*statement.actions, *(statement.resources or ())):
            parts = str(pattern.text).split(":")
            services.append(parts[2] if parts[0] == "arn" and len(parts) > 2 else parts[0].lower())
    named = [name for name in dict.fromkeys(services) if name.replace("-", "").isalnum()]
    same = [real for name in named for real in actions_of(name) if real.lower() == request.action.lower()]
    telling = [real for real in _TELLING if real.partition(":")[0] in named]
    others = [real for name in named for real in actions_of(name)][:_MOST]
    for real in dict.fromkeys((*same, *telling, *others, *_TELLING)):
        yield replace(request, action=real)


def _with_real_resource(request: Request, trial: _Trial) -> Iterator[Request]:
    """A resource that a statement spells out, one like its patterns, or one that the action takes."""
    patterns = [
        pattern.text
        for statement in trial.allowing(request)
        if not statement.not_resource
        for pattern in statement.resources or ()
    ]
    known = [_filled(form) for form in resources_of(request.action)]
    fitting = [like for pattern in patterns for like in _like(pattern)]
    for resource in dict.fromkeys((*fitting, *known)):
        if resource.literal != "*":
            yield replace(request, resource=resource)


def _filled(form: str) -> Text:
    words = {"Partition": "aws", "Region": _REGION, "Account": OWN_ACCOUNT}
    return text(_HOLE.sub(lambda hole: words.get(hole.group(1), _WORD), form))


def _like(pattern: Text) -> Iterator[Text]:
    """Texts like a pattern: first with nothing for `*`, where that leaves a name."""
    written = pattern.literal
    if written is None or "${" in written:
        return
    if "*" not in written and "?" not in written:
        yield pattern
        return
    parts = written.replace("?", "x").split(":", 5)
    if len(parts) < 6:
        return
    choices = [_LIKELY.get(place, (part,)) if part == "*" else (part,) for place, part in enumerate(parts[:5])]
    for word, *head in product(("", "-example", _WORD, "1"), *choices):
        resource = parts[5].replace("*", word)
        if resource[-1:].isalnum() and not _EMPTY_PART.search(resource):
            yield text(":".join((*head, resource)))


_LIKELY = {1: ("aws",), 3: (_REGION, "eu-west-1"), 4: (OWN_ACCOUNT, FOREIGN_ACCOUNT)}
"""What may stand for `*` in the components of an ARN."""
_EMPTY_PART = re.compile(r"^[:/-]|::|//|[:/]-")


def _with_real_values(request: Request, trial: _Trial) -> Iterator[Request]:
    for key, values in request.context.items():
        if len(values) != 1:
            continue
        for value in dict.fromkeys(chain.from_iterable(map(_like, _conditioned(key, trial.allowing(request))))):
            context = {**request.context, key: (value,)}
            account = account_of(value)
            for arn, tied in PAIRS:
                if key == arn and tied in context and account is not None:
                    context[tied] = (account,)
            likelier = replace(_with_context(request, context), principal=_settled(request, context, trial))
            if trial.escapes(likelier):
                request = likelier
                break
    yield request


def _settled(request: Request, context: Context, trial: _Trial) -> Principal:
    return settled(trial.caller, context) if is_anyone(trial.caller) else request.principal


def _is_textual(condition: Condition) -> bool:
    """Whether what a condition names is a pattern of the values themselves, as a block of addresses is not."""
    what = meaning(condition.operator)
    return what is not None and what.family not in (*TYPED, Family.NULL)


def _conditioned(key: str, statements: Iterable[Statement]) -> Iterator[Text]:
    patterns: Iterable[Pattern] = (
        value
        for statement in statements
        for condition in statement.conditions
        if str(condition.key).lower() == key and _is_textual(condition)
        for value in condition.values
    )
    for pattern in patterns:
        yield pattern.text


def _with_known_caller(request: Request, trial: _Trial) -> Iterator[Request]:
    """Anybody, where anybody can; in the account of the resource, where a document says nothing of
    callers."""
    principal = request.principal
    owner = account_of(request.resource)
    tied = any(key.startswith("aws:principal") for key in request.context)
    if trial.by_identity and is_anyone(principal) and owner is not None and owner.literal and not tied:
        yield replace(request, principal=Principal(PrincipalKind.AWS, text("arn:aws:iam::", owner, ":role/anyone")))
    tells = any(key.startswith("aws:principal") for key in request.context)
    if principal.kind is PrincipalKind.SERVICE and not tells and not _names(principal, trial.allowing(request)):
        yield replace(request, principal=ANONYMOUS)


def _names(principal: Principal, statements: Iterable[Statement]) -> bool:
    return any(
        pattern.kind is principal.kind and pattern.text == principal.value
        for statement in statements
        for pattern in statement.principals or ()
    )
