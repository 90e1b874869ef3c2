"""Calls of modules: local ones, fetched ones, and those that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from auditor.estate.estate import Estate, Skipped
from auditor.sources.options import ReadOptions
from auditor.sources.terraform import called_modules, read_module

Read = Callable[..., Estate]
ReadAll = Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]
FUNCTION = """variable "name" {
  default = "default"
}
resource "aws_lambda_function" "f" {
  function_name = var.name
  role          = "r"
}
output "arn" {
  value = aws_lambda_function.f.arn
}
"""


def call(name: str, source: str, more: str = "") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  {more}\n}}\n'


def names(estate: Estate | None) -> list[str]:
    assert estate is not None
    return [str(function.name) for function in estate.functions]


def test_arguments_defaults_and_outputs(read: Read) -> None:
    files = {
        "main.tf": call("a", "./m", 'name = "given"')
        + call("b", "./m")
        + 'resource "aws_lambda_permission" "p" {\n  action = "lambda:InvokeFunction"\n'
        + '  function_name = module.a.arn\n  principal = "lex.amazonaws.com"\n}\n',
        "m/main.tf": FUNCTION,
    }
    estate = read(files)
    assert names(estate) == ["given", "default"]
    assert [len(list(function.resource_policy or ())) for function in estate.functions] == [1, 0]


def test_modules_inside_modules(read: Read) -> None:
    files = {
        "main.tf": call("a", "./a"),
        "a/main.tf": call("b", "../b", 'name = "from-${path.module}"'),
        "b/main.tf": FUNCTION,
    }
    estate = read(files)
    assert [(function.address, str(function.name)) for function in estate.functions] == [
        ("module.a.module.b.aws_lambda_function.f", "from-a")
    ]


def test_a_fetched_module(read: Read) -> None:
    manifest = {
        "Modules": [{"Key": "", "Dir": "."}, {"Key": "a", "Source": "acme/x/aws", "Dir": ".terraform/modules/a"}]
    }
    files = {
        "main.tf": call("a", "acme/x/aws", 'name = "fetched"'),
        ".terraform/modules/modules.json": json.dumps(manifest),
        ".terraform/modules/a/main.tf": FUNCTION,
    }
    assert names(read(files)) == ["fetched"]


def test_a_module_that_is_not_there_is_told_by_name(read: Read) -> None:
    estate = read(call("a", "acme/x/aws") + call("b", "./nowhere") + 'resource "aws_lex_bot" "x" {\n  name = "B"\n}\n')
    assert [entry.text for entry in estate.unresolved] == ["module.a", "module.b"]


def test_a_module_outside_the_root_is_not_read(write: Callable[..., Path]) -> None:
    folder = write({"app/main.tf": call("a", "../m"), "m/main.tf": FUNCTION})
    estate, _ = read_module(folder / "app", ReadOptions(), folder / "app")
    assert estate is not None
    assert estate.functions == ()
    (entry,) = estate.unresolved
    assert entry.text == "module.a: `../m` is outside the audited root, which `--root` sets"


def test_a_module_that_calls_itself(read_all: ReadAll) -> None:
    files = {"main.tf": FUNCTION + call("a", "./a"), "a/main.tf": call("back", "../")}
    estate, skipped = read_all(files)
    assert names(estate) == ["default"]
    assert [(entry.origin.file, entry.reason) for entry in skipped] == [("a/main.tf", "`module.back` calls itself")]


def test_an_error_in_a_module_is_told_once(read_all: ReadAll) -> None:
    files = {"main.tf": call("a", "./m") + call("b", "./m"), "m/main.tf": FUNCTION + "locals {\n  x = \n}\n"}
    estate, skipped = read_all(files)
    assert names(estate) == ["default", "default"]
    assert [(entry.origin.file, entry.origin.line) for entry in skipped] == [("m/main.tf", 12)]


def test_too_many_module_instances(read_all: ReadAll) -> None:
    estate, skipped = read_all({"main.tf": call("a", "./m", "count = 3000"), "m/main.tf": 'variable "x" {}\n'})
    assert estate is not None
    assert ["more than 2,000 module instances" in entry.reason for entry in skipped] == [True]


def test_which_folders_a_folder_calls(write: Callable[..., Path]) -> None:
    """Local ones only, links resolved."""
    folder = write({"app/main.tf": call("a", "../m") + call("b", "acme/x/aws"), "m/main.tf": FUNCTION})
    (folder / "link").symlink_to(folder / "app")
    assert called_modules(folder / "link") == {(folder / "m").resolve()}
    assert called_modules(folder / "m") == set()
    assert called_modules(folder / "nowhere") == set()


def test_the_root_of_an_estate_is_relative(write: Callable[..., Path]) -> None:
    folder = write({"a/b/main.tf": FUNCTION, "main.tf": FUNCTION})
    nested, _ = read_module(folder / "a/b", ReadOptions(), folder)
    outer, _ = read_module(folder, ReadOptions(), folder)
    assert nested is not None
    assert outer is not None
    assert (nested.root, outer.root) == ("a/b", "")
    assert nested.functions[0].origin.file == "a/b/main.tf"
