"""What a plan tells of functions, roles and permissions, known and known only after apply."""

from __future__ import annotations

from auditor.estate.estate import Estate, SourceKind
from auditor.iam.text import ACCOUNT, Hole, HoleType, Text, text
from auditor.sources.options import ReadOptions
from auditor.sources.read import read
from tests.sources.terraform_json.conftest import ReadPlan
from tests.sources.terraform_json.plans import DEPLOYMENT, block, plan, resource

ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
PERMISSION = {"action": "lambda:InvokeFunction", "principal": "lexv2.amazonaws.com", "function_name": "f"}


def conditions(estate: Estate) -> list[tuple[str, Text]]:
    """Keys and values of all conditions on the first function."""
    policy = estate.functions[0].resource_policy
    assert policy is not None
    return [(str(c.key), value.text) for s in policy for c in s.conditions for value in c.values]


def function(**values: object) -> dict[str, object]:
    return resource("aws_lambda_function.f", {"function_name": "f", **values})


def test_a_real_plan_before_the_first_apply() -> None:
    """By hand from the configuration beside it: every ARN in it is unknown before apply."""
    (estate,) = read([DEPLOYMENT / "plan.json"]).estates
    assert (estate.kind, estate.account, estate.region) == (SourceKind.PLAN, text("111122223333"), text("eu-west-1"))
    assert {(f.address, str(f.arn), f.role) for f in estate.functions} == {
        (address, f"arn:aws:lambda:{region}:111122223333:function:{name}", role)
        for address, region, name, role in (
            ('aws_lambda_function.shop["north"]', "eu-west-1", "north", 'aws_iam_role.shop["north"]'),
            ('aws_lambda_function.shop["south"]', "eu-west-1", "south", 'aws_iam_role.shop["south"]'),
            ("aws_lambda_function.report", "us-west-2", "report", "aws_iam_role.report"),
            ("module.caller[0].aws_lambda_function.called", "eu-west-1", "called-0", "aws_iam_role.report"),
            ("module.caller[1].aws_lambda_function.called", "eu-west-1", "called-1", "aws_iam_role.report"),
        )
    }
    granted = {(f.address, statement.origin.address) for f in estate.functions for statement in f.resource_policy or ()}
    assert granted == {
        ('aws_lambda_function.shop["north"]', "aws_lambda_permission.order"),
        ('aws_lambda_function.shop["north"]', 'aws_lambda_permission.anyone["north"]'),
        ('aws_lambda_function.shop["south"]', 'aws_lambda_permission.anyone["south"]'),
        ("module.caller[0].aws_lambda_function.called", "module.caller[0].aws_lambda_permission.news"),
        ("module.caller[1].aws_lambda_function.called", "module.caller[1].aws_lambda_permission.news"),
        ("module.caller[1].aws_lambda_function.called", "aws_lambda_permission.bucket"),
    }
    assert {str(hook.source_arn) for f in estate.functions for hook in f.hooks} == {
        "arn:aws:lex:eu-west-1:111122223333:intent:Order:*"
    }


def test_statements_of_a_document_known_after_apply_are_read_one_by_one() -> None:
    """Only the resource that mentions the log group's ARN is not known."""
    (estate,) = read([DEPLOYMENT / "plan.json"]).estates
    role = estate.role('aws_iam_role.shop["north"]')
    assert role is not None
    (held,) = role.policies
    assert held.policy is not None
    assert [[str(action.text) for action in statement.actions] for statement in held.policy] == [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        ["s3:GetObject"],
    ]
    resources = [pattern.text for statement in held.policy for pattern in statement.resources or ()]
    assert resources == [
        text(Hole('data.aws_iam_policy_document.shop["north"].statement[0].resources[0]')),
        text("*"),
    ]


def test_a_document_wholly_known_after_apply_is_unknown_and_told() -> None:
    """`jsonencode` of something unknown: a plan holds nothing of it."""
    (estate,) = read([DEPLOYMENT / "plan.json"]).estates
    role = estate.role("aws_iam_role.report")
    assert role is not None
    encoded = next(held.policy for held in role.policies if held.name == text("report"))
    assert encoded is not None
    assert (encoded.statements, len(encoded.unknown)) == ((), 1)
    assert "${aws_iam_role_policy.report.policy}" in [entry.text for entry in estate.unresolved]


def test_secrets_are_shown_nowhere() -> None:
    (estate,) = read([DEPLOYMENT / "plan.json"]).estates
    assert "swordfish" in (DEPLOYMENT / "plan.json").read_text("utf-8")
    assert "swordfish" not in repr(estate)


def test_a_value_marked_sensitive_is_a_hole(read_plan: ReadPlan) -> None:
    permission = resource(
        "aws_lambda_permission.p", PERMISSION | {"source_arn": "secret"}, sensitive_values={"source_arn": True}
    )
    estate = read_plan(plan([function(), permission], []))
    assert conditions(estate) == [("AWS:SourceArn", text(Hole("aws_lambda_permission.p.source_arn")))]


def test_null_and_an_empty_text_are_absence(read_plan: ReadPlan) -> None:
    """The provider writes an empty text for an argument that is not there."""
    values = PERMISSION | {"source_arn": None, "source_account": "", "qualifier": ""}
    estate = read_plan(plan([function(), resource("aws_lambda_permission.p", values)], []))
    assert conditions(estate) == []
    (statement,) = estate.functions[0].resource_policy or ()
    assert [pattern.text for pattern in statement.resources or ()] == [estate.functions[0].arn]


def test_what_is_computed_and_not_configured_is_no_argument(read_plan: ReadPlan) -> None:
    """`source_account` here is known only after apply and stands in no block: the provider's default."""
    blocks = [block("aws_lambda_permission.p", function_name="f", source_arn=["local.arn"])]
    unknown = {"aws_lambda_permission.p": {"source_arn": True, "source_account": True}}
    estate = read_plan(plan([function(), resource("aws_lambda_permission.p", PERMISSION)], blocks, unknown))
    assert conditions(estate) == [("AWS:SourceArn", text(Hole("aws_lambda_permission.p.source_arn")))]


def test_what_is_configured_and_not_in_the_values_is_not_known(read_plan: ReadPlan) -> None:
    """Planned values leave out what is known only after apply."""
    blocks = [block("aws_lambda_permission.p", source_arn=["random_id.x.hex", "random_id.x"])]
    estate = read_plan(plan([function(), resource("aws_lambda_permission.p", PERMISSION)], blocks))
    assert conditions(estate) == [("AWS:SourceArn", text(Hole("aws_lambda_permission.p.source_arn")))]


def test_a_text_around_an_arn_is_not_guessed(read_plan: ReadPlan) -> None:
    """`source_arn` refers to the intent: with or without `:*` behind it, the plan does not tell."""
    intent = resource("aws_lex_intent.i", {"name": "Order"})
    blocks = [block("aws_lambda_permission.p", source_arn=["aws_lex_intent.i.arn", "aws_lex_intent.i"])]
    unknown = {"aws_lambda_permission.p": {"source_arn": True}}
    estate = read_plan(plan([function(), intent, resource("aws_lambda_permission.p", PERMISSION)], blocks, unknown))
    assert conditions(estate) == [("AWS:SourceArn", text(Hole("aws_lambda_permission.p.source_arn")))]


def test_the_known_account_and_region_of_the_plan_hold(read_plan: ReadPlan) -> None:
    """Where neither a provider nor an ARN tells, both are holes; flags fill them."""
    estate = read_plan(plan([function()], []))
    assert estate.functions[0].arn == text(
        "arn:aws:lambda:", Hole("region", HoleType.REGION), ":", ACCOUNT, ":function:f"
    )
    told = read_plan(plan([function()], []), account="111122223333", region="eu-west-1")
    assert told.functions[0].arn == text("arn:aws:lambda:eu-west-1:111122223333:function:f")


def test_an_existing_function_has_the_arn_that_the_plan_tells(read_plan: ReadPlan) -> None:
    arn = "arn:aws:lambda:sa-east-1:444455556666:function:f"
    estate = read_plan(plan([function(arn=arn)], []))
    assert estate.functions[0].arn == text(arn)
    assert (estate.account, estate.region) == (text("444455556666"), text("sa-east-1"))


def test_a_policy_has_its_place_in_the_file(read_plan: ReadPlan) -> None:
    role = resource("aws_iam_role.r", {"name": "r"})
    inline = resource("aws_iam_role_policy.p", {"name": "p", "role": "r", "policy": ALLOW})
    content = plan([role, inline], [])
    estate = read_plan(content)
    (held,) = estate.roles[0].policies
    assert held.policy is not None
    (statement,) = held.policy
    origin = statement.origin
    line = open("plan.json").read().splitlines()[(origin.line or 0) - 1]  # noqa: SIM115 - a test's own small file
    shown = line[(origin.column or 0) - 1 : (origin.end_column or 0) - 1]
    assert (shown, origin.address) == (
        r"{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}",
        "aws_iam_role_policy.p",
    )


def test_a_policy_that_a_data_source_made_is_placed_there(read_plan: ReadPlan) -> None:
    """As in the source, so that both name the same finding alike."""
    document = resource("data.aws_iam_policy_document.d", {"json": ALLOW.replace(",", ",\n ")})
    role = resource("aws_iam_role.r", {"name": "r"})
    inline = resource("aws_iam_role_policy.p", {"name": "p", "role": "r", "policy": ALLOW})
    blocks = [
        block("aws_iam_role_policy.p", policy=["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"])
    ]
    prior = {"prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [document]}}}}
    estate = read_plan(plan([role, inline], blocks, **prior))
    (held,) = estate.roles[0].policies
    assert held.policy is not None
    assert [statement.origin.address for statement in held.policy] == ["data.aws_iam_policy_document.d"]


def test_flags_reach_a_plan() -> None:
    (estate,) = read([DEPLOYMENT / "plan.json"], ReadOptions(account="999900001111")).estates
    assert estate.account == text("999900001111")
