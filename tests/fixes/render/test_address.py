"""Terraform addresses, and what a module can refer to (Terraform language, "References")."""

from __future__ import annotations

import pytest

from auditor.fixes.render.address import parse_address, reference_in


@pytest.mark.parametrize(
    ("written", "module", "block", "name", "is_instance"),
    [
        ("aws_iam_role.r", "", "aws_iam_role.r", "r", False),
        ("aws_iam_role.r[0]", "", "aws_iam_role.r", "r", True),
        ('module.a["x.y"].module.b.aws_iam_role.r', 'module.a["x.y"].module.b', "aws_iam_role.r", "r", True),
        ("module.a.data.aws_iam_policy_document.d", "module.a", "data.aws_iam_policy_document.d", "d", False),
        (r'module.a["q\"r"].aws_iam_role.r["b\\c$${x}"]', r'module.a["q\"r"]', "aws_iam_role.r", "r", True),
        ("AllowLex", "", "AllowLex", "AllowLex", False),
    ],
)
def test_an_address_is_taken_apart(written, module, block, name, is_instance):
    found = parse_address(written)
    assert (found.module, found.block, found.name, found.is_instance) == (module, block, name, is_instance)


@pytest.mark.parametrize("written", ["module.a.module.b.x.y", 'module.a["k"].x.y', "module.a[0].module.b.x.y"])
def test_the_root_modules_call_is_the_first_without_its_key(written):
    assert parse_address(written).root_call == "module.a"


@pytest.mark.parametrize(
    ("module", "written", "expected"),
    [
        ("", "var.env", "var.env"),
        ("", "local.names[0]", "local.names[0]"),
        ("", "aws_lexv2models_bot.pizza.id", "aws_lexv2models_bot.pizza.id"),
        ("", 'aws_lexv2models_bot.all["a"].id', 'aws_lexv2models_bot.all["a"].id'),
        ("", "data.aws_ssm_parameter.p.value", "data.aws_ssm_parameter.p.value"),
        ("", "terraform.workspace", "terraform.workspace"),
        ("module.a", "module.a.var.env", "var.env"),
        ("", "module.a.bot_id", "module.a.bot_id"),
        ("module.a", "module.a.module.b.bot_id", "module.b.bot_id"),
        ("", "module.a.var.env", None),
        ("module.a", "var.env", None),
        ("module.b", "module.a.bot_id", None),
        ("", "each.value", None),
        ("", "self.arn", None),
        ("", "aws_iam_role.r", None),
        ("", "Stage", None),
        ("", "upper(var.x)", None),
        ("", 'var.x["${file("/etc/passwd")}"]', None),
        ("", 'var.x["a\n"]', None),
        ("", r'aws_lexv2models_bot.all["a\"b"].id', r'aws_lexv2models_bot.all["a\"b"].id'),
        ("", r'var.x["$${a}$"]', r'var.x["$${a}$"]'),
        ("", r'var.x["$$${a}"]', r'var.x["$$${a}"]'),
        ("", r'var.x["\\${a}"]', None),
        ("", r'var.x["a\"]', None),
        ("", "var.x\n}", None),
        ("", "", None),
    ],
)
def test_a_reference_is_written_as_its_module_sees_it(module, written, expected):
    assert reference_in(module, written) == expected
