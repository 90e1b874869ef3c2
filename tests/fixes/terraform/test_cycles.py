"""Cycles are found where the real Terraform finds them, and nowhere else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from auditor.fixes.terraform.cycles import find_cycle
from auditor.fixes.terraform.tree import Tree

ECHO = """\
variable "given" {
  default = null
}
resource "terraform_data" "first" {
  input = var.given
}
resource "terraform_data" "second" {}
output "of_first" {
  value = terraform_data.first.output
}
output "of_second" {
  value = terraform_data.second.output
}
"""
CYCLES = {
    "two blocks": """
        resource "terraform_data" "a" { input = terraform_data.b.id }
        resource "terraform_data" "b" { input = terraform_data.a.id }
    """,
    "depends_on against a reference": """
        resource "terraform_data" "a" { input = terraform_data.b.id }
        resource "terraform_data" "b" { depends_on = [terraform_data.a] }
    """,
    "through a local": """
        locals { x = "${terraform_data.a.id}!" }
        resource "terraform_data" "a" { input = terraform_data.b.id }
        resource "terraform_data" "b" { input = { deep = [local.x] } }
    """,
    "through a variable and an output": """
        module "m" {
          source = "./m"
          given  = terraform_data.a.id
        }
        resource "terraform_data" "a" { input = module.m.of_first }
    """,
    "a module waits for what reads one output of it": """
        module "m" {
          source     = "./m"
          depends_on = [terraform_data.a]
        }
        resource "terraform_data" "a" { input = module.m.of_second }
    """,
    "depends_on a whole module": """
        module "m" {
          source = "./m"
          given  = terraform_data.a.id
        }
        resource "terraform_data" "a" { depends_on = [module.m] }
    """,
    "modules that wait for each other": """
        module "m" {
          source     = "./m"
          depends_on = [module.n]
        }
        module "n" {
          source = "./m"
          given  = module.m.of_second
        }
    """,
    "the count of a module": """
        module "m" {
          source = "./m"
          count  = terraform_data.a.input == null ? 0 : 1
        }
        resource "terraform_data" "a" { input = module.m[*].of_second }
    """,
    "inside a nested block": """
        resource "terraform_data" "a" {
          lifecycle { replace_triggered_by = [terraform_data.b] }
        }
        resource "terraform_data" "b" { input = terraform_data.a.id }
    """,
    "inside a template and a condition": """
        resource "terraform_data" "a" { input = true ? "x" : "%{ if terraform_data.b.id == "" }y%{ endif }" }
        resource "terraform_data" "b" { input = [for k in [terraform_data.a.id] : k] }
    """,
}
NONE = {
    "a chain": """
        resource "terraform_data" "a" { input = terraform_data.b.id }
        resource "terraform_data" "b" { input = terraform_data.c.id }
        resource "terraform_data" "c" {}
    """,
    "another output of the module": """
        module "m" {
          source = "./m"
          given  = terraform_data.a.id
        }
        resource "terraform_data" "a" { input = module.m.of_second }
    """,
    "two modules that exchange outputs": """
        module "m" {
          source = "./m"
          given  = module.n.of_second
        }
        module "n" {
          source = "./m"
          given  = module.m.of_second
        }
    """,
    "a local that is named like a block": """
        locals { a = terraform_data.a.id }
        resource "terraform_data" "a" {}
        resource "terraform_data" "b" {
          input      = local.a
          depends_on = [terraform_data.a]
        }
    """,
    "an instance of its own kind": """
        resource "terraform_data" "a" {
          count = 2
          input = count.index
        }
    """,
}


@pytest.mark.parametrize("name", [*CYCLES, *NONE])
def test_a_cycle_is_one_where_terraform_says_so(name: str, terraform_program: str, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(ECHO)
    (tmp_path / "main.tf").write_text({**CYCLES, **NONE}[name])

    def terraform(*arguments: str) -> str:
        command = [terraform_program, f"-chdir={tmp_path}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    terraform("init", "-input=false")
    told = json.loads(terraform("validate", "-json"))["diagnostics"]
    wrong = [diagnostic["summary"] for diagnostic in told if diagnostic["severity"] == "error"]
    assert [summary.split(":")[0] for summary in wrong] == (["Cycle"] if name in CYCLES else [])
    assert bool(find_cycle(Tree(tmp_path))) == (name in CYCLES)


def test_the_blocks_of_a_cycle_are_told_in_order(tmp_path: Path) -> None:
    """Each waits for the next, the last for the first."""
    (tmp_path / "main.tf").write_text(CYCLES["through a local"])
    names = [name for _, name in find_cycle(Tree(tmp_path))]
    first = names.index("local.x")
    assert [*names[first:], *names[:first]] == ["local.x", "terraform_data.a", "terraform_data.b"]


def test_a_module_that_is_not_here_may_wait_for_all_it_is_given(tmp_path: Path) -> None:
    """What is in a fetched module is not known: its output may come from its argument."""
    source = """
        module "m" {
          source = "registry.example.com/team/bot/aws"
          given  = terraform_data.a.id
        }
        resource "terraform_data" "a" { input = module.m.anything }
    """
    (tmp_path / "main.tf").write_text(source)
    assert find_cycle(Tree(tmp_path)) != ()


def test_a_module_that_calls_itself_comes_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "m" { source = "./" }\nresource "terraform_data" "a" {}\n')
    assert find_cycle(Tree(tmp_path)) == ()
