"""The evaluator agrees with the real Terraform, where it is installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.language.syntax import parse_expression
from auditor.sources.terraform.reading import RootReading
from tests.sources.test_instance_key import KEYS

HERE = Path(__file__).parent
EXPRESSIONS = [line for line in (HERE / "expressions.txt").read_text().splitlines() if line]
VARIABLES = {"quoted": 'x"y', "untyped": "[1]", "listed": '["l", "m"]'}
Terraform = Callable[..., str]


def decode(shown: str) -> Any:
    """The value that the console prints as a quoted JSON text."""
    return json.loads(json.loads(shown))


def ours(value: Node) -> object:
    return json.loads(str(json_text(value)))


def test_expressions(terraform: Terraform, tmp_path: Path) -> None:
    """Each expression has the value that `terraform console` gives it."""
    question = f"jsonencode([{', '.join(f'jsonencode({text})' for text in EXPRESSIONS)}])\n"
    expected = decode(terraform(tmp_path, "console", input=question))
    reading = RootReading(tmp_path, ReadOptions(), tmp_path)
    actual = []
    for text in EXPRESSIONS:
        file, expression = parse_expression(text, Origin("console"))
        actual.append(str(json_text(reading.evaluator.value(expression, Frame(reading.root, file)))))
    assert dict(zip(EXPRESSIONS, expected, strict=True)) == dict(zip(EXPRESSIONS, actual, strict=True))


def test_locals(terraform: Terraform, tmp_path: Path) -> None:
    """Heredocs, template files, variables from all sources, override files, JSON syntax and
    modules give the values that Terraform gives."""
    folder = Path(shutil.copytree(HERE / "agreement", tmp_path / "agreement"))
    reading = RootReading(folder, ReadOptions(vars=MappingProxyType(VARIABLES)), folder)
    names = sorted(reading.root.configuration.locals)
    assert len(names) > 25
    terraform(folder, "init")
    question = f"jsonencode({{{', '.join(f'{name} = jsonencode(local.{name})' for name in names)}}})\n"
    options = [f"-var={name}={value}" for name, value in VARIABLES.items()]
    shown = terraform(folder, "console", *options, input=question)
    expected = {name: json.loads(text) for name, text in decode(shown).items()}
    assert expected == {name: ours(reading.root.local(name)) for name in names}


def test_addresses(terraform: Terraform, tmp_path: Path) -> None:
    """Keys of `for_each` stand in addresses as they do in a plan."""
    block = 'resource "terraform_data" "f" {\n  for_each = toset(jsondecode(file("${path.module}/keys.json")))\n}\n'
    module = 'module "m" {\n  source   = "./m"\n  for_each = toset(jsondecode(file("${path.module}/keys.json")))\n}\n'
    (tmp_path / "m").mkdir()
    (tmp_path / "main.tf").write_text(block + module)
    (tmp_path / "m" / "main.tf").write_text('resource "terraform_data" "f" {\n  for_each = toset(["x\\"y"])\n}\n')
    (tmp_path / "keys.json").write_text(json.dumps(list(KEYS)))
    terraform(tmp_path, "init")
    terraform(tmp_path, "plan", "-out=plan")
    planned = json.loads(terraform(tmp_path, "show", "-json", "plan"))["resource_changes"]
    reading = RootReading(tmp_path, ReadOptions(), tmp_path)
    ours = {instance.address for instance in reading.root.instances(MANAGED, "terraform_data")}
    assert ours == {change["address"] for change in planned}


def test_policy_documents(terraform: Terraform, tmp_path: Path) -> None:
    """`aws_iam_policy_document` gives the document that the AWS provider gives."""
    folder = Path(shutil.copytree(HERE / "documents", tmp_path / "documents"))
    terraform(folder, "init", "-no-color", provider=True)
    terraform(folder, "apply", "-no-color", "-auto-approve", provider=True)
    outputs = json.loads(terraform(folder, "output", "-json"))
    assert len(outputs) > 1
    reading = RootReading(folder, ReadOptions(), folder)
    for name, output in outputs.items():
        document = reading.root.resource("data", "aws_iam_policy_document", name).attribute("json")
        assert isinstance(document, Node)
        assert normal(json.loads(output["value"])) == normal(ours(document_of(document)))


def document_of(encoded: Node) -> Node:
    document = getattr(encoded, "document", None)
    assert isinstance(document, Node)
    return document


def normal(value: object) -> object:
    """A document without what has no meaning: the order of strings in a list, and whether one
    string stands in a list."""
    if isinstance(value, dict):
        return {key: normal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        items = [normal(item) for item in value]
        if len(items) == 1:
            return items[0]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value
