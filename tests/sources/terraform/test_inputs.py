"""Where variables take their values from, and what their types make of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.estate.estate import Estate, Skipped
from auditor.sources.options import ReadOptions
from auditor.sources.terraform import read_module

Read = Callable[..., Estate]
USER = 'resource "aws_lambda_function" "f" {\n  function_name = var.name\n  role = "r"\n}\n'
DECLARED = 'variable "name" {\n  default = "default"\n}\n' + USER
FILES = {
    "terraform.tfvars": 'name = "tfvars"\n',
    "terraform.tfvars.json": '{"name": "tfvars-json"}',
    "a.auto.tfvars": 'name = "auto-a"\n',
    "b.auto.tfvars.json": '{"name": "auto-b"}',
}


def name_of(estate: Estate) -> str:
    return str(estate.functions[0].name)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], "default"),
        (["terraform.tfvars"], "tfvars"),
        (["terraform.tfvars", "terraform.tfvars.json"], "tfvars-json"),
        (["terraform.tfvars", "a.auto.tfvars"], "auto-a"),
        (["b.auto.tfvars.json", "a.auto.tfvars"], "auto-b"),
    ],
)
def test_later_files_win(read: Read, files: list[str], expected: str) -> None:
    assert name_of(read({"main.tf": DECLARED, **{name: FILES[name] for name in files}})) == expected


def test_options_win_over_files(read: Read) -> None:
    assert name_of(read({"main.tf": DECLARED, **FILES}, vars={"name": "option"})) == "option"


def test_a_file_of_the_options_wins_over_found_files(write: Callable[..., Path]) -> None:
    folder = write({"main.tf": DECLARED, "prod.tfvars": 'name = "prod"\n', **FILES})
    estate, _ = read_module(folder, ReadOptions(var_files=(folder / "prod.tfvars",)), folder)
    assert estate is not None
    assert name_of(estate) == "prod"


def test_an_option_for_a_list_is_an_expression(read: Read) -> None:
    source = USER.replace("var.name", "var.name[1]") + 'variable "name" {\n  type = list(string)\n}\n'
    assert name_of(read(source, vars={"name": '["a", "b"]'})) == "b"


def test_an_option_that_is_no_expression_is_told(
    read_all: Callable[..., tuple[Estate | None, tuple[Skipped, ...]]],
) -> None:
    source = USER.replace("var.name", "var.name[1]") + 'variable "name" {\n  type = list(string)\n}\n'
    estate, skipped = read_all(source, vars={"name": '["a"'})
    assert estate is not None
    assert name_of(estate) == "${var.name[1]}"
    assert [entry.reason for entry in skipped] == ['`--var name`: `["a"` is no expression']


def test_a_broken_file_of_values_is_told(read_all: Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]) -> None:
    estate, skipped = read_all({"main.tf": DECLARED, "terraform.tfvars": "name = \n"})
    assert estate is not None
    assert name_of(estate) == "default"
    assert [(entry.origin.file, entry.origin.line) for entry in skipped] == [("terraform.tfvars", 1)]


def test_a_value_that_does_not_fit_its_type_is_a_hole(read: Read) -> None:
    source = USER.replace("var.name", "var.name.x") + 'variable "name" {\n  type = object({ x = string })\n}\n'
    assert name_of(read({"main.tf": source, "terraform.tfvars": "name = { y = 1 }\n"})) == "${var.name.x}"


def test_the_tfvars_of_a_module_s_folder_are_not_its_own(read: Read) -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n}\n',
        "m/main.tf": DECLARED,
        "m/terraform.tfvars": 'name = "wrong"\n',
    }
    assert name_of(read(files)) == "default"
