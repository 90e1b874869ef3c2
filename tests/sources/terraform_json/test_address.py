"""Addresses and references, as Terraform writes them."""

from __future__ import annotations

from auditor.sources.terraform_json.address import longest, module_of, modules_of, steps_of


def test_the_module_of_an_address_is_all_before_its_resource() -> None:
    assert module_of("aws_iam_role.r") == ""
    assert module_of('module.a["x.y"].module.b[2].aws_iam_role.r["module.c.z"]') == 'module.a["x.y"].module.b[2]'


def test_every_module_on_the_way_has_its_call_and_key() -> None:
    assert modules_of('module.a["x"].module.b[2].module.c') == [
        ('module.a["x"]', "a", "x"),
        ('module.a["x"].module.b[2]', "b", 2),
        ('module.a["x"].module.b[2].module.c', "c", None),
    ]


def test_a_reference_is_names_and_keys() -> None:
    assert steps_of('aws_x.y["a\\"b.c"].arn') == ("aws_x", "y", ('a"b.c',), "arn")
    assert steps_of("module.m[0].out") == ("module", "m", 0, "out")
    assert steps_of("no reference!") == ()


def test_references_that_lead_up_to_another_one_are_dropped() -> None:
    """Terraform lists `a.b.arn` and `a.b` for one reference."""
    references = ['aws_x.y["a"].arn', 'aws_x.y["a"]', "aws_x.y", "each.key"]
    assert longest(references) == [("aws_x", "y", ("a",), "arn"), ("each", "key")]
