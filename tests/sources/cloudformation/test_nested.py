"""Nested stacks are read with the template around them.

Expectations: the CloudFormation template reference, AWS::CloudFormation::Stack: parameters go in,
`Outputs.NAME` comes out; `aws cloudformation package` takes local paths relative to the template.
"""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Read, ReadAll, only

OUTER = """Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./parts/inner.yaml
      Parameters: {Name: !Sub 'f-${AWS::Region}'}
  P:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt Inner.Outputs.FunctionArn
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
"""
INNER = """Parameters: {Name: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref Name}}
Outputs:
  FunctionArn: {Value: !GetAtt F.Arn}
"""
FILES = {"template.yaml": OUTER, "parts/inner.yaml": INNER}


def test_parameters_go_in_and_outputs_come_out(read: Read) -> None:
    function = only(read(FILES).functions)
    assert (str(function.name), function.address) == ("f-${region}", "Inner/F")
    assert function.origin.file == "parts/inner.yaml"
    assert function.resource_policy is not None
    assert len(function.resource_policy.statements) == 1


def test_a_template_that_is_not_there_is_unresolved_by_name(read: Read) -> None:
    estate = read({"template.yaml": OUTER})
    assert "Inner: the template `./parts/inner.yaml`" in [entry.text for entry in estate.unresolved]
    estate = read({"template.yaml": OUTER.replace("./parts/inner.yaml", "https://s3.amazonaws.com/b/inner.yaml")})
    assert "Inner: the template `https://s3.amazonaws.com/b/inner.yaml`" in [e.text for e in estate.unresolved]


def test_what_is_handed_to_a_template_that_is_not_there_is_not_known(read: Read) -> None:
    """The nested stack may add a permission to the function that it gets."""
    text = OUTER.partition("  P:\n")[0].replace("!Sub 'f-${AWS::Region}'", "!GetAtt F.Arn")
    text += "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n"
    function = read({"template.yaml": text}).functions[0]
    assert function.resource_policy is not None
    assert [str(part.text) for part in function.resource_policy.unknown] == ["${Inner}"]


def test_what_two_nested_stacks_do_not_know_is_told_apart(read: Read) -> None:
    inner = INNER.replace("!Ref Name", "!Sub '${Free}'").replace("Name: {", "Free: {").replace("{Name", "{Free")
    outer = (
        "Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: i.yaml}}\n"
        "  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: i.yaml}}\n"
    )
    names = [str(f.name) for f in read({"template.yaml": outer, "i.yaml": inner}).functions]
    assert names == ["${A/Free}", "${B/Free}"]


def test_a_template_that_nests_itself_is_told(read_wrong: Callable[..., object]) -> None:
    _, told = read_wrong({"template.yaml": OUTER.replace("./parts/inner.yaml", "template.yaml")})  # type: ignore[misc] # a pair
    assert [reason for _, reason in told] == ["`Inner` nests its own template"]


def test_a_nested_template_outside_the_audited_root_is_not_read(read_all: ReadAll) -> None:
    outer = OUTER.replace("./parts/inner.yaml", "../parts/inner.yaml")
    reading = read_all({"a/template.yaml": outer, "parts/inner.yaml": INNER}, path="a/template.yaml")
    assert "Inner: the template `../parts/inner.yaml`" in [e.text for e in reading.estates[0].unresolved]


def test_a_broken_nested_template_is_told_and_the_rest_is_read(read_all: ReadAll) -> None:
    reading = read_all({**FILES, "parts/inner.yaml": "Resources: [\n"})
    assert [str(entry.origin) for entry in reading.skipped] == ["parts/inner.yaml:2:1"]
    assert len(reading.estates) == 1


def test_the_asset_of_a_cloud_assembly_is_the_nested_template(read: Read) -> None:
    """The CDK writes the file's name into the metadata; the URL names a bucket."""
    text = OUTER.replace(
        "    Properties:\n      TemplateURL: ./parts/inner.yaml",
        "    Metadata: {'aws:asset:path': inner.json}\n    Properties:\n      TemplateURL: !Sub 'https://s3.${AWS::Region}.amazonaws.com/x'",
    )
    function = only(read({"template.yaml": text, "inner.json": INNER}).functions)
    assert function.address == "Inner/F"


def test_what_a_nested_stack_hangs_on_its_resources_hang_on(read: Read) -> None:
    text = OUTER.replace("Stack\n", "Stack\n    Condition: C\n").replace(
        "Lambda::Permission\n", "Lambda::Permission\n    Condition: C\n"
    )
    text += "Parameters: {A: {Type: String}}\nConditions: {C: !Equals [!Ref A, x]}\n"
    function = only(read({**FILES, "template.yaml": text}).functions)
    assert function.resource_policy is not None
    assert [statement.uncertain for statement in function.resource_policy.statements] == [""]
    assert read({**FILES, "template.yaml": text}, vars={"A": "y"}).functions == ()


EXPORTING = """Resources:
  Given: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gives.yaml}}
  Taken:
    Type: AWS::CloudFormation::Stack
    DependsOn: Given
    Properties: {TemplateURL: takes.yaml}
"""
GIVES = """Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Handler: i.h}}
Outputs:
  Arn: {Value: !GetAtt F.Arn, Export: {Name: Hook}}
"""
TAKES = """Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !ImportValue Hook
      Action: lambda:InvokeFunction
      Principal: lexv2.amazonaws.com
"""
SIBLINGS = {"template.yaml": EXPORTING, "gives.yaml": GIVES, "takes.yaml": TAKES}


def test_a_nested_stack_imports_what_the_one_beside_it_exports(read: Read) -> None:
    estate = read(SIBLINGS)
    function = only(estate.functions)
    assert (function.address, function.described) == ("Given/F", True)
    assert function.resource_policy is not None
    assert [statement.origin.address for statement in function.resource_policy] == ["Taken/P"]
    assert estate.unresolved == ()


def test_the_outer_stack_imports_what_a_nested_one_exports(read: Read) -> None:
    outer = EXPORTING.partition("  Taken:")[0] + TAKES.removeprefix("Resources:\n")
    function = only(read({**SIBLINGS, "template.yaml": outer}).functions)
    assert function.resource_policy is not None
    assert len(function.resource_policy.statements) == 1


def test_a_name_that_the_estate_exports_is_not_looked_for_elsewhere(read_all: ReadAll) -> None:
    """A name is exported once in an account and region, so that another template goes elsewhere."""
    other = GIVES.replace("Handler: i.h", "FunctionName: other")
    reading = read_all({**{f"a/{name}": content for name, content in SIBLINGS.items()}, "other.yaml": other}, path=".")
    (estate,) = (estate for estate in reading.estates if estate.origin.file == "a/template.yaml")
    assert [function.address for function in estate.functions] == ["Given/F"]


def test_a_stack_does_not_import_what_it_exports_itself(read: Read) -> None:
    """Stacks are made as a whole: nobody exports the name when it is looked for."""
    own = GIVES.replace("Outputs:", TAKES.removeprefix("Resources:\n") + "Outputs:")
    assert "${Fn::ImportValue Hook}" in [entry.text for entry in read({"template.yaml": own}).unresolved]


def test_two_nested_stacks_that_export_one_name_are_told(read: Read) -> None:
    outer = EXPORTING + "  More: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: more.yaml}}\n"
    files = {**SIBLINGS, "template.yaml": outer, "more.yaml": GIVES.replace("i.h", "j.h")}
    told = [entry.text for entry in read(files).unresolved]
    assert "${Fn::ImportValue Hook: exported by gives.yaml and by more.yaml}" in told


def test_nested_stacks_that_import_in_a_circle_come_to_an_end(read: Read) -> None:
    one = "Resources: {T: {Type: AWS::SNS::Topic}}\n"
    gives = one + "Outputs:\n  A: {Value: !ImportValue Second, Export: {Name: Hook}}\n"
    takes = TAKES + "Outputs:\n  A: {Value: !ImportValue Hook, Export: {Name: Second}}\n"
    told = read({**SIBLINGS, "gives.yaml": gives, "takes.yaml": takes}).unresolved
    assert [entry.text for entry in told] == ["${Fn::ImportValue Hook}"]
