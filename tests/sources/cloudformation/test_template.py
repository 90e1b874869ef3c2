"""Templates are read in every form that CloudFormation takes, and know where their parts stand.

Expectations: the CloudFormation user guide, "Template formats" and the short forms of intrinsic
functions.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.estate.estate import Estate
from auditor.iam.node import Members, Node, Plain
from auditor.sources.cloudformation.template import parse_template
from auditor.sources.source import decode

from .conftest import Read, ReadAll, only


def plain(node: Node) -> Plain:
    if isinstance(node.value, Members):
        return {str(member.key): plain(member.value) for member in node.value}
    if isinstance(node.value, tuple):
        return [plain(item) for item in node.value]
    return str(node.value) if node.text is not None else node.value  # type: ignore[return-value] # a plain value


def parsed(content: str, name: str = "template.yaml") -> Plain:
    return plain(parse_template(decode(content.encode(), name)))


def test_short_forms_stand_for_long_ones() -> None:
    short = "{a: !Ref X, b: !GetAtt X.Arn, c: !Sub '${X}', d: !If [C, 1, 2], e: !Condition C, f: !Join ['', [!Ref X]]}"
    assert parsed(short) == {
        "a": {"Ref": "X"},
        "b": {"Fn::GetAtt": "X.Arn"},
        "c": {"Fn::Sub": "${X}"},
        "d": {"Fn::If": ["C", 1, 2]},
        "e": {"Condition": "C"},
        "f": {"Fn::Join": ["", [{"Ref": "X"}]]},
    }


def test_a_single_value_behind_a_tag_is_a_text() -> None:
    assert parsed("{a: !Ref 123, b: !Ref yes, c: !Sub null}") == {
        "a": {"Ref": "123"},
        "b": {"Ref": "yes"},
        "c": {"Fn::Sub": "null"},
    }


def test_block_texts_and_objects_behind_tags() -> None:
    assert parsed("a: !Sub |\n  one\n  ${X}\nb: !Transform\n  Name: M\n") == {
        "a": {"Fn::Sub": "one\n${X}\n"},
        "b": {"Fn::Transform": {"Name": "M"}},
    }


def test_json_may_have_tabs_and_trailing_commas() -> None:
    assert parsed('{\n\t"a": [1, 2,],\n\t"b": {"c": "d",},\n}\n', "template.json") == {"a": [1, 2], "b": {"c": "d"}}


def test_yaml_in_braces_is_read_too() -> None:
    assert parsed("{Resources: {F: !Ref X}}") == {"Resources": {"F": {"Ref": "X"}}}


def test_a_file_called_template_may_be_json_or_yaml(read: Read) -> None:
    content = '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}}},}'
    assert str(only(read(content, path="stack.template").functions).name) == "f"


def test_json_and_yaml_have_the_same_places(read: Read) -> None:
    content = (
        '{"Resources": {\n'
        '\t"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}},\n'
        '\t"P": {"Type": "AWS::Lambda::Permission",\n'
        '\t\t"Properties": {\n'
        '\t\t\t"FunctionName": {"Ref": "F"},\n'
        '\t\t\t"Action": "lambda:InvokeFunction",\n'
        '\t\t\t"Principal": "s3.amazonaws.com"}}}}\n'
    )
    function = only(read(content, path="template.json").functions)
    assert (str(function.origin), function.origin.address) == ("template.json:2:2", "F")
    assert function.resource_policy is not None
    (statement,) = function.resource_policy.statements
    assert (str(statement.origin), statement.origin.address) == ("template.json:3:2", "P")
    assert str(statement.actions[0].origin) == "template.json:6:4"
    assert str((statement.principals or ())[0].origin) == "template.json:7:4"


def test_broken_yaml_is_told_with_its_place(read_all: ReadAll) -> None:
    reading = read_all("Resources:\n  F:\n    Type: 'AWS::Lambda::Function\n")
    assert [str(entry.origin) for entry in reading.skipped] == ["template.yaml:4:1"]
    reading = read_all('{"Resources": {"F": {"Type": "AWS::Lambda::Function"}', path="template.json")
    assert [str(entry.origin) for entry in reading.skipped] == ["template.json:1:54"]


def test_an_unknown_tag_is_told_where_it_matters(read_all: ReadAll) -> None:
    reading = read_all("Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: !Which x\n")
    assert [(str(entry.origin), entry.reason) for entry in reading.skipped] == [
        ("template.yaml:5:16", "unknown tag `!Which`")
    ]
    assert [function.address for function in reading.estates[0].functions] == ["F"]


def test_a_key_that_stands_twice_is_told_wherever_it_does(read_all: ReadAll) -> None:
    """The last one is read, as YAML and JSON readers do."""
    function = "    Type: AWS::Lambda::Function\n"
    reading = read_all(
        f"Resources:\n  F:\n{function}{function}    Properties:\n      FunctionName: a\n      FunctionName: b\n"
    )
    assert [(str(entry.origin), entry.reason) for entry in reading.skipped] == [
        ("template.yaml:4:5", "`Type` is declared twice; read is this one"),
        ("template.yaml:7:7", "`FunctionName` is declared twice; read is this one"),
    ]
    assert [str(function.name) for function in reading.estates[0].functions] == ["b"]


def test_a_template_may_begin_with_a_byte_order_mark(read: Read) -> None:
    """The first line is then no other than without it."""
    text = "\ufeffResources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub f}}\n"
    assert [str(function.name) for function in read(text).functions] == ["f"]


def test_another_document_of_the_file_is_told(read_wrong: Callable[..., tuple[Estate, list[tuple[str, str]]]]) -> None:
    """A template is one document (cfn-lint E0000)."""
    text = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n---\nResources: {}\n"
    estate, skipped = read_wrong(text)
    assert len(estate.functions) == 1
    assert skipped == [("template.yaml:4:1", "a template is one document, and this is another one, which is not read")]
    assert read_wrong(text.partition("Resources: {}")[0])[1] == []
