"""Hand-made values for the reports: no reader and no rule has a part in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from auditor.engine.fact import Caller, Generation, InvokeGrant, LogGrant, Reach
from auditor.engine.finding import Finding, Witness
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.engine.loading import load_rules
from auditor.estate.estate import Estate, Reading, Skipped, SourceKind, Unresolved
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.fixes.fix import Fix, Proof, RenderedFix, Safety, Written
from auditor.iam.document import Effect, Statement
from auditor.iam.origin import Origin
from auditor.iam.request import Request, aws, context, service
from auditor.iam.text import text
from auditor.needs.need import Need, NeedKind
from auditor.reports.report import AuditedFunction, DecidedNeed, Entry, Report, Undetermined
from auditor.triage.notice import Notice
from auditor.triage.suppression import Suppression

FUNCTION_ARN = "arn:aws:lambda:us-east-1:111122223333:function:classifieds_lambda"
ROLE_ARN = "arn:aws:iam::111122223333:role/classifieds"
MAIN_TF = [
    'resource "aws_lambda_permission" "allow_lex" {',
    '  action        = "lambda:InvokeFunction"',
    "  function_name = aws_lambda_function.classifieds.function_name",
    '  principal     = "lex.amazonaws.com"',
    "}",
    "",
    'data "aws_iam_policy_document" "logs" {',
    '  statement { resources = ["*"] }',
    "}",
]


@pytest.fixture
def function() -> Function:
    return Function(
        name=text("classifieds_lambda"),
        arn=text(FUNCTION_ARN),
        address="aws_lambda_function.classifieds",
        origin=Origin("main.tf", 12, 1, 20, 2, "aws_lambda_function.classifieds"),
    )


@pytest.fixture
def estate(function: Function) -> Estate:
    return Estate(SourceKind.TERRAFORM, root="infra", functions=(function,))


@pytest.fixture
def statement() -> Statement:
    return Statement(Effect.ALLOW, ())


@pytest.fixture
def invoke(estate: Estate, function: Function, statement: Statement) -> Finding:
    """Any account's Lex bot can invoke the function."""
    request = Request(
        service("lex.amazonaws.com"),
        "lambda:InvokeFunction",
        text(FUNCTION_ARN),
        context(
            {
                "aws:SourceArn": "arn:aws:lex:us-east-1:444455556666:intent:Anything:1",
                "aws:SourceAccount": "444455556666",
            }
        ),
    )
    origin = Origin("main.tf", 1, 1, 5, 2, "aws_lambda_permission.allow_lex")
    fact = InvokeGrant(
        estate=estate,
        origin=origin,
        witness=request,
        function=function,
        statement=statement,
        caller=Caller.SERVICE,
        service="lex.amazonaws.com",
        lex=True,
        generation=Generation.V1,
        reach=Reach.ANY_ACCOUNT,
        crossed=False,
        never_matches=False,
        why_never="",
        callers_known=True,
    )
    return Finding(
        rule="lex-invoke-unscoped",
        kind=Kind.EXCESS,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message="any AWS account's Lex bot can invoke `classifieds_lambda` through lex.amazonaws.com",
        origin=origin,
        fact=fact,
        witness=Witness(request, allowed=True),
        fingerprint="1f6c0a",
    )


@pytest.fixture
def logs(estate: Estate, function: Function, statement: Statement) -> Finding:
    """The role can write another function's log streams."""
    stream = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/other-function:log-stream:x"
    request = Request(aws(ROLE_ARN), "logs:PutLogEvents", text(stream))
    origin = Origin("main.tf", 8, 15, 8, 32, "data.aws_iam_policy_document.logs")
    fact = LogGrant(
        estate=estate,
        origin=origin,
        witness=request,
        function=function,
        role=Role("aws_iam_role.classifieds", text("classifieds"), text(ROLE_ARN), text("/")),
        statement=statement,
        policy=RolePolicy(text("logs"), Attachment.MANAGED, None),
        reach=Reach.ANY_GROUP,
        aws_managed=False,
        creates_managed_group=False,
        beyond_writing=(),
    )
    return Finding(
        rule="logs-wildcard",
        kind=Kind.EXCESS,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        message="the role of `classifieds_lambda` may write every log group",
        origin=origin,
        fact=fact,
        related=(Origin("main.tf", 12, 1, 20, 2, "aws_lambda_function.classifieds"),),
        witness=Witness(request, allowed=True),
        fingerprint="77ab12",
    )


@pytest.fixture
def fix() -> RenderedFix:
    return RenderedFix(
        Fix(
            "allow only the intent CreatePost",
            Safety.SAFE,
            proof=Proof(witness="deny", needs_kept=2, new_access=False),
        ),
        Written(
            terraform='resource "aws_lambda_permission" "lex" {\n  principal = "lex.amazonaws.com"\n}\n',
            cli=("aws lambda add-permission --function-name classifieds_lambda",),
        ),
    )


@pytest.fixture
def report(estate: Estate, function: Function, invoke: Finding, logs: Finding, fix: RenderedFix) -> Report:
    """Two findings, one need of each decision, and one of each thing not looked at."""
    request = Request(service("lex.amazonaws.com"), "lambda:InvokeFunction", text(FUNCTION_ARN))
    need = Need(NeedKind.INVOKE, function, request, (Origin("main.tf", 30, 11, 30, 20, "aws_lex_intent.create"),))
    return Report(
        reading=Reading((estate,), sources=("main.tf",)),
        functions=(AuditedFunction(function, tuple(DecidedNeed(need, d) for d in ("allow", "deny", "undetermined"))),),
        entries=(Entry(invoke, (fix,)), Entry(logs)),
        statements=5,
        skipped=(Skipped(Origin("broken.tf", 3, 4), "the block `resource` is never closed", "add the missing `}`"),),
        unresolved=(Unresolved(Origin("main.tf", 14, 9), "${var.env}"),),
        undetermined=(Undetermined(Origin("main.tf", 30, 11), request, "the account is not known", function),),
    )


@pytest.fixture
def source() -> Callable[[str], list[str] | None]:
    return {"main.tf": MAIN_TF}.get


NASTY = "<b>&\"'`$(x)|*_[a](javascript:b)@all #1 %0A::error::x ]]> \x1b[31m\x00 \u202e =1+1"
"""A name that AWS would forbid, with what each format could take for its own."""


@pytest.fixture
def nasty(report: Report, invoke: Finding, function: Function) -> Report:
    """A report in which everything that somebody else wrote is nasty."""
    name = text(NASTY)
    origin = Origin(f"{NASTY}\n.tf", 1, 1, 5, 2, NASTY)
    called = replace(function, name=name, origin=origin)
    fact = replace(invoke.fact, function=called, origin=origin)
    finding = replace(invoke, message=f"={NASTY}\n::error::y", origin=origin, fact=fact, related=(origin,))
    need = Need(NeedKind.INVOKE, called, fact.witness or Request(service("x"), "y", name), (origin,))
    return replace(
        report,
        functions=(AuditedFunction(called, (DecidedNeed(need, "deny"),)),),
        entries=(Entry(finding, suppressed=Suppression("waiver", NASTY)), Entry(replace(finding, fingerprint="x"))),
        skipped=(Skipped(origin, NASTY, NASTY),),
        unresolved=(Unresolved(origin, NASTY),),
        undetermined=(Undetermined(origin, None, NASTY),),
        notices=(Notice(NASTY, origin, NASTY),),
        show_suppressed=True,
        rules=load_rules(),
    )
