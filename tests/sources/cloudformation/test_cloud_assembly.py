"""Cloud assemblies of the CDK and the output of Serverless are found in a folder by content.

Expectations: the CDK's cloud assembly schema.
"""

from __future__ import annotations

import json

from .conftest import ReadAll

TEMPLATE = json.dumps({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}}}})


def manifest(environment: str) -> str:
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": "A.template.json"},
    }
    other = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    return json.dumps({"version": "36.0.0", "artifacts": {"Tree": other, "A": stack}})


TREE = json.dumps(
    {"tree": {"attributes": {"aws:cdk:cloudformation:type": "AWS::Lambda::Function", "Resources": {}}}}, indent=1
)


def test_templates_of_an_assembly_are_read_with_their_environment(read_all: ReadAll) -> None:
    files = {"A.template.json": TEMPLATE, "manifest.json": manifest("aws://111122223333/eu-west-1"), "tree.json": TREE}
    reading = read_all({f"cdk.out/{name}": content for name, content in files.items()}, path="cdk.out")
    assert reading.skipped == ()
    assert reading.sources == ("cdk.out/A.template.json",)
    (estate,) = reading.estates
    assert (str(estate.account), str(estate.region)) == ("111122223333", "eu-west-1")


def test_an_unknown_environment_is_a_hole(read_all: ReadAll) -> None:
    files = {"A.template.json": TEMPLATE, "manifest.json": manifest("aws://unknown-account/unknown-region")}
    (estate,) = read_all(files, path=".").estates
    assert (str(estate.account), str(estate.region)) == ("${account}", "${region}")


def test_flags_win(read_all: ReadAll) -> None:
    files = {"A.template.json": TEMPLATE, "manifest.json": manifest("aws://111122223333/eu-west-1")}
    (estate,) = read_all(files, path=".", account="444455556666").estates
    assert (str(estate.account), str(estate.region)) == ("444455556666", "eu-west-1")


def test_a_broken_manifest_tells_nothing(read_all: ReadAll) -> None:
    (estate,) = read_all({"A.template.json": TEMPLATE, "manifest.json": "{"}, path=".").estates
    assert str(estate.account) == "${account}"


def test_the_output_of_serverless(read_all: ReadAll) -> None:
    """The state file beside the template holds it too, as a part of something else."""
    state = {"service": {"provider": {"compiledCloudFormationTemplate": json.loads(TEMPLATE)}}, "package": {}}
    files = {
        "cloudformation-template-update-stack.json": TEMPLATE,
        "serverless-state.json": json.dumps(state, indent=2),
    }
    reading = read_all({f".serverless/{name}": content for name, content in files.items()}, path=".serverless")
    assert reading.skipped == ()
    assert [estate.root for estate in reading.estates] == [".serverless/cloudformation-template-update-stack.json"[12:]]
