"""Names that are nothing are told with their place, wherever in a template they stand.

Expectations: the CloudFormation user guide: every `Ref` and `Fn::GetAtt` of a resource's properties
and of an output names a parameter or resource of the template, whether or not its condition holds.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate

Wrong = Callable[..., tuple[Estate, list[tuple[str, str]]]]
FUNCTION = "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n"
TABLE = "  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: "
NOTHING = "is neither a parameter nor a resource of this template"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("!Ref Gone", f"`Gone` {NOTHING}"),
        ("!GetAtt Gone.Arn", "`Gone` is no resource of this template"),
        ("!GetAtt [Gone, Arn]", "`Gone` is no resource of this template"),
        ("!Sub 'a-${Gone}'", f"`Gone` {NOTHING}"),
        ("!Sub 'a-${Gone.Arn}'", "`Gone` is no resource of this template"),
        ("!Nonsense a", "unknown tag `!Nonsense`"),
        ("!Join ['', [a, !Ref Gone]]", f"`Gone` {NOTHING}"),
        ("!If [Never, !Ref Gone, a]", f"`Gone` {NOTHING}"),
    ],
)
def test_a_resource_that_is_not_audited_names_nothing(read_wrong: Wrong, value: str, reason: str) -> None:
    text = "Conditions: {Never: !Equals [a, b]}\nResources:\n" + FUNCTION + TABLE + value + "\n"
    estate, told = read_wrong(text)
    assert [(place.rpartition(":")[0], why) for place, why in told] == [("template.yaml:7", reason)]
    assert [function.address for function in estate.functions] == ["F"]


def test_an_output_names_nothing(read_wrong: Wrong) -> None:
    text = "Resources:\n" + FUNCTION + "Outputs:\n  O:\n    Value: !Ref Gone\n"
    assert read_wrong(text)[1] == [("template.yaml:5:12", f"`Gone` {NOTHING}")]


def test_a_resource_whose_condition_fails_names_nothing(read_wrong: Wrong) -> None:
    text = (
        "Conditions: {Never: !Equals [a, b]}\nResources:\n"
        + FUNCTION
        + (TABLE.replace("    Prop", "    Condition: Never\n    Prop") + "!Ref Gone\n")
    )
    assert [why for _, why in read_wrong(text)[1]] == [f"`Gone` {NOTHING}"]


@pytest.mark.parametrize(
    "value",
    [
        "!Ref F",
        "!Ref AWS::StackName",
        "!Sub '${F}-${AWS::Region}-${!Literal}'",
        "!Sub ['${X}', {X: !Ref F}]",
        "!GetAtt F.Arn",
        "!ImportValue other",
    ],
)
def test_what_is_something_is_not_told(read_wrong: Wrong, value: str) -> None:
    assert read_wrong("Resources:\n" + FUNCTION + TABLE + value + "\n")[1] == []


def test_nothing_is_told_of_names_that_a_macro_may_make(read_wrong: Wrong) -> None:
    text = "Transform: Own\nResources:\n" + FUNCTION + TABLE + "!Ref Gone\n"
    assert read_wrong(text)[1] == []


def test_the_variable_of_a_loop_is_something(read_wrong: Wrong) -> None:
    text = (
        "Transform: AWS::LanguageExtensions\nResources:\n"
        + FUNCTION
        + (
            "  Fn::ForEach::Tables:\n    - Name\n    - [A, B]\n    - T${Name}:\n        Type: AWS::DynamoDB::Table\n"
            "        Properties: {TableName: !Ref Name}\n"
        )
    )
    assert read_wrong(text)[1] == []
