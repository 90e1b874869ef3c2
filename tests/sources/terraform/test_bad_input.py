"""Bad input ends in a clear message or an unresolved entry, in little time and little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.estate.estate import Estate, Skipped

ReadAll = Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]
Files = dict[str, str]
MOST_MEGABYTES = 300
ROLE = """resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
}
"""


def policy(document: str, more: str = "") -> str:
    return f"""{ROLE}{more}
resource "aws_iam_role_policy" "p" {{
  name   = "p"
  role   = aws_iam_role.r.id
  policy = {document}
}}
"""


def repeated(arguments: str) -> Files:
    return {"main.tf": policy('"{}"').replace('"p" {', f'"p" {{\n  {arguments}')}


def chain(first: str, step: str, last: str) -> Files:
    """Sixty locals, each made of the one before."""
    rest = "".join(f"  a{i} = {step.replace('@', f'local.a{i - 1}')}\n" for i in range(1, 60))
    return {"main.tf": policy(last, f"locals {{\n  a0 = {first}\n{rest}}}\n")}


FAN = 'module "m" {\n  source = "./m"\n  count  = 100\n}\n'
DYNAMIC = """data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = range(1000)
    content {
      actions   = ["s3:*"]
      resources = ["*"]
      dynamic "condition" {
        for_each = range(1000)
        content {
          test     = "StringEquals"
          variable = "aws:${condition.value}"
          values   = [statement.value]
        }
      }
    }
  }
}
"""
COSTLY: dict[str, Files] = {
    "a million turns": repeated(
        'for_each = toset(flatten([for a in range(1000) : [for b in range(1000) : "${a}-${b}"]]))'
    ),
    "a million dynamic blocks": {"main.tf": policy("data.aws_iam_policy_document.d.json", DYNAMIC)},
    "a million modules": {"main.tf": ROLE + FAN, "m/main.tf": FAN, "m/m/main.tf": FAN, "m/m/m/main.tf": ROLE},
    "a hundred thousand brackets": {"main.tf": policy("[" * 100_000 + "]" * 100_000)},
}
PROGRAM = r"""
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from auditor.sources.options import ReadOptions
from auditor.sources.read import read
found = read(sys.argv[1:], ReadOptions())
told = [entry.reason for entry in found.skipped]
# What getrusage says of a child begins with what its parent had.
peak = re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())
print(json.dumps([int(peak[1]) / 1024, told]))
"""


@pytest.mark.parametrize("name", COSTLY)
def test_what_it_costs(name: str, write: Callable[[Files], Path]) -> None:
    """In megabytes, with the program's own start; it ends long before the processor time it may take."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells how much memory a process had at most")
    folder = write(COSTLY[name])
    shown = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True)
    megabytes, told = json.loads(shown.stdout)
    assert megabytes < MOST_MEGABYTES
    assert told


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (policy("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n"), "${local.a}"),
        (policy("local.a" + "[*]" * 50_000, "locals {\n  a = [1]\n}\n"), "${local.a[*][*]"),
        (policy("<<E\n" + "%{ if true }" * 5_000 + "x" + "%{ endif }" * 5_000 + "\nE"), "${%{ if true }"),
        (policy("!" * 5_000 + "true"), "${!!!"),
        (policy("1" + " + 1" * 5_000), "${1 + 1"),
        (policy('regex("(a+)+$", "' + "a" * 40 + 'b")'), "${regex("),
        (policy("jsonencode(range(1000000000))"), "${range(1000000000)}"),
        (policy("jsonencode(range(0, 1, 0.000000001))"), "${range(0, 1, 0.000000001)}"),
        (policy('"${pow(10, 1000000000)}"'), "${pow(10, 1000000000)}"),
        (
            repeated("for_each = var.u\n")["main.tf"] + 'variable "u" {}\n',
            "for_each of aws_iam_role_policy.p: ${var.u}",
        ),
        (chain("[1]", "[@, @]", "jsonencode(tolist(local.a59))")["main.tf"], "${tolist(local.a59)}"),
        (chain("[1]", "[@, @]", "jsonencode(jsondecode(jsonencode(local.a59)))")["main.tf"], "${jsondecode("),
    ],
)
def test_what_is_too_much_is_not_known(read_all: ReadAll, source: str, told: str) -> None:
    estate, skipped = read_all(source)
    assert estate is not None
    assert skipped == ()
    assert [entry.text[: len(told)] for entry in estate.unresolved] == [told]


def test_conditions_on_values_that_double(read_all: ReadAll) -> None:
    """Looking at both sides of each does not double the work each time."""
    estate, skipped = read_all(
        chain("{ x = 1 }", "true ? { l = @, r = @ } : { l = @, r = @ }", "jsonencode(local.a30)")
    )
    assert (estate is None, skipped) == (False, ())


def test_documents_that_double(read_all: ReadAll) -> None:
    """Each takes the one before twice; AWS takes no document of so many statements."""
    first = (
        'data "aws_iam_policy_document" "d0" {\n  statement {\n    actions = ["s3:*"]\n    resources = ["*"]\n  }\n}\n'
    )
    more = "".join(
        f'data "aws_iam_policy_document" "d{i}" {{\n  source_policy_documents = '
        f"[data.aws_iam_policy_document.d{i - 1}.json, data.aws_iam_policy_document.d{i - 1}.json]\n}}\n"
        for i in range(1, 40)
    )
    estate, skipped = read_all(policy("data.aws_iam_policy_document.d39.json", first + more))
    assert estate is not None
    assert skipped == ()
    (held,) = estate.roles[0].policies
    assert held.policy is not None
    assert held.policy.unread


def test_a_hundred_and_twenty_modules_inside_each_other(read_all: ReadAll) -> None:
    call = 'module "m" {\n  source = "./m"\n}\n'
    files = {"m/" * depth + "main.tf": call for depth in range(120)}
    estate, skipped = read_all({**files, "m/" * 120 + "main.tf": ROLE})
    assert estate is not None
    assert (len(estate.roles), skipped) == (1, ())


def test_three_hundred_permissions_of_functions_that_are_not_known(read_all: ReadAll) -> None:
    """Each may be on each of three hundred functions, which is one doubt."""
    block = """variable "n@" {}
resource "aws_lambda_function" "f@" {
  function_name = "f@"
  role          = "r"
}
resource "aws_lambda_permission" "p@" {
  function_name = var.n@
  action        = "lambda:InvokeFunction"
  principal     = "lex.amazonaws.com"
}
"""
    estate, _ = read_all("".join(block.replace("@", str(i)) for i in range(300)))
    assert estate is not None
    policies = [function.resource_policy for function in estate.functions if function.described]
    assert [len(found.unknown) for found in policies if found is not None] == [1] * 300


def test_a_syntax_error_is_told_by_line_and_column(read_all: ReadAll) -> None:
    broken = 'resource "aws_iam_role" "x" {\n  name = = "x"\n}\n'
    estate, skipped = read_all({"a.tf": ROLE, "b.tf": broken, "c.tf": ROLE.replace('"r"', '"s"')})
    assert estate is not None
    assert [(entry.origin.file, entry.origin.line, entry.origin.column) for entry in skipped] == [("b.tf", 2, 10)]
    assert [str(role.name) for role in estate.roles] == ["r", "s"]
