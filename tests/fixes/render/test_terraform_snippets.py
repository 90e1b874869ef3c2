"""What a Terraform snippet says, and when there is none."""

from __future__ import annotations

import dataclasses
import re

import pytest
from msgspec.structs import replace

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Hook, LexGeneration
from auditor.estate.role import Attachment
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
)
from auditor.fixes.render import render
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, Hole, HoleType, text

from .estates import (
    GROUP,
    HERE,
    NAMES,
    WRITE,
    add_for_intent,
    bundle,
    classifieds,
    condition,
    fix,
    from_source,
    function,
    held,
    identity,
    intent_arn,
    invoke,
    lambda_role,
    role_policy,
    snippet,
)
from .estates import (
    terraform as terraform_estate,
)


def test_a_new_block_has_the_provider_of_the_block_it_is_about() -> None:
    """Without `provider`, Terraform makes a resource by the default provider: in another region,
    or in another account (Terraform language, the provider meta-argument)."""
    f, estate, remove = classifieds()
    west = replace(f, provider="aws.west")
    add = replace(add_for_intent(west, "CreatePost", "x"), callers=())
    inline = AddInlinePolicy(replace(lambda_role(), provider="aws.west"), "p", (WRITE,))
    for operation in (add, inline):
        written = snippet(fix(operation), dataclasses.replace(estate, functions=(west,)))
        assert written.count("  provider = aws.west\n\n") == 1
    assert "provider" not in snippet(fix(add_for_intent(f, "CreatePost", "x")), estate)
    assert remove.function == f


def test_at_the_root_a_provider_of_a_module_has_no_name() -> None:
    """Providers are named inside their module (Terraform language, providers within modules)."""
    inside = function(address='module.a["x"].aws_lambda_function.f', provider="aws.west")
    add = AddPermission(inside, invoke(inside, from_source(intent_arn("A"))), "x")
    assert render(fix(add), terraform_estate(inside)).terraform is None
    there = replace(inside, provider=None)
    add = AddPermission(there, invoke(there, from_source(intent_arn("A"))), "x")
    assert render(fix(add), terraform_estate(there)).terraform is not None
    elsewhere = function(where=text("eu-west-3:", ACCOUNT), address=there.address)
    add = AddPermission(elsewhere, invoke(elsewhere, from_source(intent_arn("A"))), "x")
    assert render(fix(add), terraform_estate(elsewhere)).terraform is None


def test_several_intents_are_one_block_and_wait_for_it():
    f, estate, remove = classifieds()
    intents = [add_for_intent(f, name, f"AllowLex-{name}", f"aws_lex_intent.{name.lower()}") for name in NAMES]
    written = snippet(fix(*intents, remove), estate)
    assert re.findall(r'^resource "(\w+)" "(\w+)"', written, re.MULTILINE) == [
        ("aws_lambda_permission", "allow_lex_intents"),
        *(("aws_lex_intent", name.lower()) for name in NAMES),
    ]
    assert written.count("depends_on = [aws_lambda_permission.allow_lex_intents]") == 4
    assert 'statement_id  = "AllowLex-${each.key}"' in written
    assert written.startswith("# Apply twice")
    assert "aws_lambda_permission.allow_lex (lambda.tf:50) removed" in written.replace("\n# ", " ")
    assert "create_before_destroy" not in written


def test_permissions_that_differ_in_more_than_the_intent_are_blocks_of_their_own():
    f, estate, _ = classifieds()
    first = add_for_intent(f, "CreatePost", "a-CreatePost")
    bound = invoke(
        f, from_source(intent_arn("ReadPost")), condition("StringEquals", "aws:SourceAccount", "111122223333")
    )
    second = replace(add_for_intent(f, "ReadPost", "a-ReadPost"), statement=bound)
    written = snippet(fix(first, second), estate)
    assert "for_each" not in written
    assert written.count('resource "aws_lambda_permission"') == 2


def test_one_permission_keeps_the_address_of_the_one_it_replaces():
    """So Terraform knows that the new one is made before the old one is destroyed."""
    f, estate, remove = classifieds()
    written = snippet(fix(add_for_intent(f, "CreatePost", "new-id"), remove), estate)
    assert 'resource "aws_lambda_permission" "allow_lex" {' in written
    assert "create_before_destroy = true" in written
    assert 'statement_id  = "new-id"' in written


def test_an_instance_of_a_block_is_not_replaced_in_place():
    f, estate, remove = classifieds()
    place = replace(remove.statement.origin, address='aws_lambda_permission.allow_lex["a"]')
    keyed = RemovePermission(f, replace(remove.statement, origin=place))
    written = snippet(fix(add_for_intent(f, "CreatePost", "new-id"), keyed), estate)
    assert 'resource "aws_lambda_permission" "new_id" {' in written
    assert written.startswith("# Apply twice")


def test_a_new_block_takes_no_name_that_is_in_use():
    f, estate, _ = classifieds()
    written = snippet(fix(replace(add_for_intent(f, "CreatePost", "allow-lex"), callers=())), estate)
    assert 'resource "aws_lambda_permission" "allow_lex_2" {' in written


def test_a_permission_stands_beside_its_function_inside_the_module():
    f = function(address="module.bot.aws_lambda_function.f", origin=Origin("bot/main.tf", 1))
    env = Hole("module.bot.var.env")
    arn = text("arn:aws:s3:::", env, "-uploads")
    add = AddPermission(f, invoke(f, from_source(arn), principal="s3.amazonaws.com"), "s3")
    written = snippet(fix(add), terraform_estate(f))
    assert written.startswith("# Belongs inside module.bot, beside module.bot.aws_lambda_function.f.\n")
    assert "function_name = aws_lambda_function.f.function_name\n" in written
    assert 'source_arn    = "arn:aws:s3:::${var.env}-uploads"\n' in written


@pytest.mark.parametrize(
    ("address", "others"),
    [
        ('module.bot["a"].aws_lambda_function.f', ()),
        ("module.a.aws_lambda_function.f", ("module.b.aws_lambda_function.f",)),
    ],
    ids=["for_each", "called twice"],
)
def test_a_module_that_stands_for_several_is_left_alone(address, others):
    """A block inside it would open the other instances' functions too."""
    f = function("one", address=address, origin=Origin("bot/main.tf", 1))
    rest = [function("two", address=other, origin=Origin("bot/main.tf", 1)) for other in others]
    add = AddPermission(f, invoke(f, from_source("arn:aws:s3:::b"), principal="s3.amazonaws.com"), "s3")
    written = snippet(fix(add), terraform_estate(f, *rest))
    call = "module.bot" if "bot" in address else "module.a"
    assert 'function_name = "one"\n' in written
    assert f"depends_on = [{call}]\n" in written


def test_intents_in_other_modules_wait_by_their_module_call():
    f, estate, _ = classifieds()
    add = add_for_intent(f, "CreatePost", "x", "module.bot.aws_lex_intent.create")
    assert (
        'module "bot" {\n  # ... the arguments that are there ...\n  depends_on = [aws_lambda_permission.x]\n}'
        in snippet(fix(add), estate)
    )
    inner = function(address="module.fn.aws_lambda_function.f")
    add = add_for_intent(inner, "CreatePost", "x", "aws_lex_intent.create")
    assert "depends_on = [module.fn]\n" in snippet(fix(add), terraform_estate(inner))


def test_the_log_group_is_named_through_its_block_only_where_the_whole_name_is_its_own():
    _, estate, _ = classifieds()
    resources = (GROUP, text(GROUP, ":*"), text(GROUP, "-other:*"))
    written = snippet(fix(AddInlinePolicy(lambda_role(), "p", (identity("logs:*", *resources),))), estate)
    assert written.count("aws_cloudwatch_log_group.g.arn") == 2
    assert ":log-group:/aws/lambda/classifieds_lambda-other:*" in written


def test_what_is_left_of_an_emptied_policy_is_said():
    holder, policy, statement = held(identity("logs:*", "*"), "data.aws_iam_policy_document.logs")
    written = snippet(fix(ReplaceStatement(holder, policy, statement, ())), terraform_estate(roles=(holder,)))
    assert written == "# Remove aws_iam_policy.logs and what attaches it: nothing is left in it."


def test_no_name_in_a_remark_becomes_code():
    statement = replace(identity("logs:*", "*"), sid=text('x\nresource "a" "b" {}'))
    holder, policy, old = held(statement, "data.aws_iam_policy_document.logs")
    more = replace(policy, policy=policy.policy.with_statements((old, old)))
    written = snippet(fix(ReplaceStatement(holder, more, old, ())), terraform_estate())
    assert all(line.startswith("# ") for line in written.splitlines())


def test_a_refused_reference_to_the_intent_is_not_printed():
    """It would make a cycle with the depends_on that the intent needs."""
    f, estate, _ = classifieds()
    hole = Hole("aws_lex_intent.create.name", HoleType.NAME)
    statement = invoke(f, from_source(text("arn:aws:lex:", HERE, ":intent:", hole, ":*")))
    hook = Hook(LexGeneration.V1, intent_arn("x"), text(hole), intent=text(hole))
    assert render(fix(AddPermission(f, statement, "x", (hook,))), estate).terraform is None


@pytest.mark.parametrize(
    "hole",
    ["each.key", "count.index", "length(var.x)", "module.bot.var.env", "Stage", 'aws_x_y.z["${file("a")}"].id', ""],
)
def test_a_hole_that_is_no_reference_of_the_root_module_has_no_terraform(hole):
    f, estate, _ = classifieds()
    statement = invoke(f, from_source(text("arn:aws:s3:::", Hole(hole))), principal="s3.amazonaws.com")
    assert render(fix(AddPermission(f, statement, "x")), estate).terraform is None


def test_references_mean_nothing_outside_terraform():
    f = function()
    statement = invoke(f, from_source(text("arn:aws:s3:::", Hole("var.env"))), principal="s3.amazonaws.com")
    assert render(fix(AddPermission(f, statement, "x")), bundle(f)).terraform is None


def test_a_block_that_stands_for_several_is_not_edited():
    holder, policy, old = held(identity("logs:*", "*"), 'data.aws_iam_policy_document.logs["a"]')
    operation = ReplaceStatement(holder, policy, old, (WRITE,))
    assert render(fix(operation), terraform_estate(roles=(holder,))).terraform is None


def test_the_data_source_cannot_say_its_own_variable_syntax_as_text():
    """`&{` there is the start of a policy variable; jsonencode has no such rule."""
    literal = identity("s3:GetObject", "arn:aws:s3:::b/&{x}")
    for block, expected in (("data.aws_iam_policy_document.x", False), ("aws_iam_policy.x", True)):
        holder, policy, old = held(identity("s3:*", "*"), block)
        rendered = render(fix(ReplaceStatement(holder, policy, old, (literal,))), terraform_estate())
        assert (rendered.terraform is not None) is expected


def test_advice_has_no_renderings():
    rendered = render(fix(), Estate(SourceKind.TERRAFORM))
    assert (rendered.terraform, rendered.cloudformation, rendered.cli) == (None, None, ())


def test_a_policy_is_detached_after_what_replaces_it():
    """Terraform may detach first: the two blocks do not depend on one another."""
    place = Origin("iam.tf", 9, address="aws_iam_role_policy_attachment.logs")
    arn = text("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    basic = role_policy("basic", identity("logs:*", "*"), attachment=Attachment.AWS_MANAGED, arn=arn, origin=place)
    holder = lambda_role(basic)
    both = fix(AddInlinePolicy(holder, "own-logs", (WRITE,)), DetachPolicy(holder, basic))
    remark = re.sub(r"(?<!\n)\n# ", " ", snippet(both, terraform_estate()))
    assert f"# In a second deployment, so that access has no gap: detach {arn} from aws_iam_role.r:" in remark
    assert " remove aws_iam_role_policy_attachment.logs (iam.tf:9)." in remark
    alone = snippet(fix(DetachPolicy(holder, basic)), terraform_estate())
    assert alone.startswith(f"# Detach {arn} from aws_iam_role.r:")


def test_statements_of_what_aws_manages_are_not_edited():
    basic = role_policy("basic", identity("logs:*", "*"), attachment=Attachment.AWS_MANAGED, arn=text("arn:aws:x"))
    holder = lambda_role(basic)
    rendered = render(fix(ReplaceStatement(holder, basic, basic.policy.statements[0], (WRITE,))), terraform_estate())
    assert (rendered.terraform, rendered.cloudformation, rendered.cli) == (None, None, ())
