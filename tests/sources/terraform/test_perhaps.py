"""What is not known is neither clean nor a finding: what hangs on it is undetermined."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.engine.fact import InvokeGrant, LogGrant, Reach, RoleGrant, Width
from auditor.engine.facts import collect
from auditor.estate.estate import Estate, Skipped
from auditor.estate.function import Function, LexGeneration
from auditor.iam.decide import Verdict
from auditor.needs import NeedKind, decide_need, derive, granting

Read = Callable[..., Estate]
ReadAll = Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]
ALLOW, DENY, OPEN = Verdict.ALLOW, Verdict.DENY, Verdict.UNDETERMINED
TRUST = """jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })"""
ROLE = f"""
variable "x" {{}}
variable "y" {{}}
resource "aws_iam_role" "r" {{
  name               = "r"
  assume_role_policy = {TRUST}
}}
"""
FUNCTION = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
}
"""
INTENT = """
resource "aws_lex_intent" "i" {
  name = "Order"
  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      message_version = "1.0"
      uri             = aws_lambda_function.f.arn
    }
  }
}
"""
GROUP = "arn:aws:logs:*:*:log-group:/aws/lambda/f:*"


def logs(arguments: str = "role = aws_iam_role.r.id", effect: str = '"Allow"', actions: str = "") -> str:
    """A policy that lets the role write the function's logs."""
    listed = actions or '["logs:CreateLogStream", "logs:PutLogEvents"]'
    return f"""
resource "aws_iam_role_policy" "p" {{
  {arguments}
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = {effect}, Action = {listed}, Resource = "{GROUP}" }}]
  }})
}}
"""


def permission(arguments: str = "function_name = aws_lambda_function.f.function_name", name: str = "p") -> str:
    """A permission for every intent of anyone's."""
    return f"""
resource "aws_lambda_permission" "{name}" {{
  {arguments}
  action    = "lambda:InvokeFunction"
  principal = "lex.amazonaws.com"
}}
"""


def verdicts(estate: Estate, kind: NeedKind, address: str = "aws_lambda_function.f") -> set[Verdict]:
    (function,) = (function for function in estate.functions if function.address == address)
    needs = [need for need in derive(function, estate) if need.kind is kind]
    assert needs
    return {decide_need(need, granting(need, estate)).verdict for need in needs}


def named(estate: Estate, name: str) -> Function:
    return next(function for function in estate.functions if str(function.name) == name)


def listed(estate: Estate) -> list[str]:
    return [entry.text for entry in estate.unresolved]


def test_an_effect_that_is_not_known_may_allow(read: Read) -> None:
    """It may be either, so the need is open, and so is what the statement opens."""
    estate = read(ROLE + FUNCTION + logs(effect="var.x"))
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    assert listed(estate) == ["${var.x}"]
    (question,) = [fact for fact in collect(estate) if fact.origin.address == "aws_iam_role_policy.p"]
    assert "whether a statement allows or denies is not known" in question.undetermined


def admins(estate: Estate) -> list[bool]:
    return [grant.admin for grant in collect(estate) if isinstance(grant, RoleGrant) and grant.width is Width.NONE]


def test_an_effect_that_is_not_known_may_deny(read: Read) -> None:
    estate = read(ROLE + FUNCTION + logs() + logs(effect="var.x").replace('"p"', '"q"'))
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    assert {fact.reach for fact in collect(estate) if isinstance(fact, LogGrant)} == {Reach.ELSEWHERE}


def test_an_effect_that_is_not_known_bears_on_its_own_actions_alone(read: Read) -> None:
    estate = read(ROLE + FUNCTION + logs(effect="var.x", actions='["s3:GetObject"]'))
    assert verdicts(estate, NeedKind.LOGS) == {DENY}


def test_an_administrator_is_told_beside_an_effect_that_is_not_known(read: Read) -> None:
    """A statement that may be a Deny does not switch the audit off."""
    everything = logs(actions='["*"]').replace(GROUP, "*").replace('"p"', '"q"')
    estate = read(ROLE + FUNCTION + everything + logs(effect="var.x", actions='["*"]').replace(GROUP, "*"))
    assert admins(estate) == [True]


@pytest.mark.parametrize("unknown", ["effect = var.x", 'principals {\n type = var.x\n identifiers = ["a.b"]\n}'])
def test_a_trust_policy_with_an_unknown_part(read: Read, unknown: str) -> None:
    """What is not known is not malformed."""
    service = 'principals {\n type = "Service"\n identifiers = ["lambda.amazonaws.com"]\n}'
    inside = f'actions = ["sts:AssumeRole"]\n{unknown}\n{"" if "principals" in unknown else service}'
    document = f'data "aws_iam_policy_document" "t" {{\nstatement {{\n{inside}\n}}\n}}\n'
    role = ROLE.replace(TRUST, "data.aws_iam_policy_document.t.json")
    estate = read(role + FUNCTION + logs() + document)
    assert verdicts(estate, NeedKind.ASSUME) == {OPEN}
    trust = estate.roles[0].trust
    assert trust is not None
    assert trust.defects == ()
    assert listed(estate) == ["${var.x}"]


def test_a_boundary_that_is_not_known_may_refuse_what_the_role_needs(read: Read) -> None:
    """What the role has in excess is told all the same."""
    role = ROLE.replace('"r"\n', '"r"\n  permissions_boundary = var.x\n', 1)
    estate = read(role + FUNCTION + logs())
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    assert [fact.reach for fact in collect(estate) if isinstance(fact, LogGrant)] == [Reach.ELSEWHERE]
    assert listed(estate) == ["${var.x}"]


@pytest.mark.parametrize("repeated", ["count = var.x", "for_each = var.x", "for_each = toset(concat([], var.x))"])
def test_a_policy_that_may_not_be_there(read: Read, repeated: str) -> None:
    """A need that nothing else serves is open. The excess is told: it is there when the policy is."""
    estate = read(ROLE + FUNCTION + logs(f"{repeated}\n role = aws_iam_role.r.id"))
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    assert [fact.reach for fact in collect(estate) if isinstance(fact, LogGrant)] == [Reach.ELSEWHERE]


def test_a_policy_whose_key_alone_is_not_known_is_there(read: Read) -> None:
    estate = read(ROLE + FUNCTION + logs("for_each = toset([var.x])\n role = aws_iam_role.r.id"))
    assert verdicts(estate, NeedKind.LOGS) == {ALLOW}


def test_an_attachment_that_may_not_be_there(read: Read) -> None:
    attachment = """
resource "aws_iam_role_policy_attachment" "a" {
  %s
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
"""
    estate = read(ROLE + FUNCTION + attachment % "count = var.x")
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    twice = attachment % "count = var.x" + (attachment % "").replace('"a"', '"b"')
    assert verdicts(read(ROLE + FUNCTION + twice), NeedKind.LOGS) == {ALLOW}


def test_a_deny_that_may_not_be_there_leaves_the_need_open(read: Read) -> None:
    denial = logs("count = var.x\n role = aws_iam_role.r.id", effect='"Deny"').replace('"p"', '"q"')
    estate = read(ROLE + FUNCTION + logs() + denial)
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}


def test_a_permission_that_may_not_be_there(read: Read) -> None:
    estate = read(ROLE + FUNCTION + INTENT + permission(f"count = var.x\n{FUNCTION_NAME}"))
    assert verdicts(estate, NeedKind.INVOKE) == {OPEN}
    assert [fact.reach for fact in collect(estate) if isinstance(fact, InvokeGrant)] == [Reach.ANY_ACCOUNT]


FUNCTION_NAME = "function_name = aws_lambda_function.f.function_name"


@pytest.mark.parametrize(
    ("of_function", "of_permission", "verdict"),
    [("var.x", "var.x", ALLOW), ("var.x", "var.y", OPEN), ("1", "var.y", OPEN), ("var.x", "1", ALLOW)],
)
def test_what_hangs_on_the_same_count_is_there_together(
    read: Read, of_function: str, of_permission: str, verdict: Verdict
) -> None:
    function = FUNCTION.replace("{\n", f"{{\n  count = {of_function}\n", 1)
    intent = INTENT.replace("aws_lambda_function.f.arn", "aws_lambda_function.f[0].arn")
    granted = permission(f"count = {of_permission}\nfunction_name = aws_lambda_function.f[0].function_name")
    estate = read(ROLE + function + intent + granted)
    address = "aws_lambda_function.f" + ("[0]" if of_function == "1" else "")
    assert verdicts(estate, NeedKind.INVOKE, address) == {verdict}


def test_a_module_that_may_not_be_there(read: Read) -> None:
    """Inside it everything is there together; what it puts on others may not be."""
    inside = 'variable "role" {}\n' + logs("role = var.role")
    call = 'module "m" {\n  source = "./m"\n  count  = var.x\n  role   = aws_iam_role.r.id\n}\n'
    assert verdicts(read({"main.tf": ROLE + FUNCTION + call, "m/main.tf": inside}), NeedKind.LOGS) == {OPEN}
    whole = {"main.tf": 'variable "x" {}\nmodule "n" {\n source = "./n"\n count = var.x\n}\n'}
    estate = read({**whole, "n/main.tf": ROLE + FUNCTION + logs()})
    assert verdicts(estate, NeedKind.LOGS, "module.n.aws_lambda_function.f") == {ALLOW}


def test_a_permission_of_a_function_that_is_not_known_may_be_any_ones(read: Read) -> None:
    estate = read(ROLE + FUNCTION + INTENT + permission("function_name = var.x"))
    assert verdicts(estate, NeedKind.INVOKE) == {OPEN}
    assert [(str(f.name), f.described) for f in estate.functions] == [("f", True), ("${var.x}", False)]
    grants = [fact for fact in collect(estate) if isinstance(fact, InvokeGrant)]
    assert [(str(g.function.name), g.reach) for g in grants if g.function] == [("${var.x}", Reach.ANY_ACCOUNT)]
    assert listed(estate) == ["${var.x}"]


@pytest.mark.parametrize(("name", "verdict"), [("${var.x}-hook", DENY), ("other", DENY), ("${var.x}", OPEN)])
def test_a_permission_whose_name_cannot_be_the_function_s(read: Read, name: str, verdict: Verdict) -> None:
    estate = read(ROLE + FUNCTION + INTENT + permission(f'function_name = "{name}"'))
    assert verdicts(estate, NeedKind.INVOKE) == {verdict}


def test_a_function_whose_own_name_is_not_known_may_be_the_one_that_is_named(read: Read) -> None:
    function = FUNCTION.replace('"f"\n', "var.x\n")
    estate = read(ROLE + function + INTENT + permission('function_name = "other"'))
    assert verdicts(estate, NeedKind.INVOKE) == {OPEN}


def test_of_a_function_that_is_named_alone_it_is_not_known_what_calls_it(read: Read) -> None:
    """A bot of another configuration may."""
    estate = read(ROLE + FUNCTION + INTENT + permission('function_name = "other"'))
    assert named(estate, "f").hooks_known == {LexGeneration.V1}
    assert named(estate, "other").hooks_known == frozenset()


def test_a_hook_of_a_function_that_is_not_known_may_be_any_ones(read: Read) -> None:
    uri = '"arn:aws:lambda:us-east-1:111122223333:function:${var.x}"'
    estate = read(ROLE + FUNCTION + INTENT.replace("aws_lambda_function.f.arn", uri))
    assert named(estate, "f").hooks_known == frozenset()


@pytest.mark.parametrize("holder", ["role = var.x", 'role = "${var.x}"', 'role = "r${var.x}"'])
def test_a_policy_of_a_role_that_is_not_known_may_be_any_ones(read: Read, holder: str) -> None:
    estate = read(ROLE + FUNCTION + logs(holder))
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}


@pytest.mark.parametrize("holder", ['role = "${var.x}-reader"', 'role = "s${var.x}"', 'role = "other"'])
def test_a_policy_of_a_role_that_cannot_be_this_one(read: Read, holder: str) -> None:
    assert verdicts(read(ROLE + FUNCTION + logs(holder)), NeedKind.LOGS) == {DENY}


def test_an_attachment_to_a_role_that_is_not_known(read: Read) -> None:
    attachment = """
resource "aws_iam_role_policy_attachment" "a" {
  role       = var.x
  policy_arn = "arn:aws:iam::aws:policy/service-role/%s"
}
"""
    estate = read(ROLE + FUNCTION + attachment % "AWSLambdaBasicExecutionRole")
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    estate = read(ROLE + FUNCTION + attachment % "AWSLambdaRole")
    assert verdicts(estate, NeedKind.LOGS) == {DENY}, "it invokes functions and writes no logs"


@pytest.mark.parametrize("attribute", ["invoke_arn", "qualified_invoke_arn"])
def test_api_gateway_s_address_of_a_function_is_that_function(read_all: ReadAll, attribute: str) -> None:
    """Lex takes a function's ARN alone (lex-models, LambdaARN), so the mistake is told."""
    intent = INTENT.replace("aws_lambda_function.f.arn", f"aws_lambda_function.f.{attribute}")
    estate, skipped = read_all(ROLE + FUNCTION + intent)
    assert estate is not None
    assert [(str(f.name), len(f.hooks)) for f in estate.functions] == [("f", 1)]
    (told,) = skipped
    assert "Lex refuses it" in told.reason
    assert told.origin.line == INTENT_LINE
    assert told.help == "write the function's `arn`, not its `invoke_arn`"


INTENT_LINE = (ROLE + FUNCTION + INTENT).splitlines().index("      uri             = aws_lambda_function.f.arn") + 1


def test_a_qualified_arn_is_the_function_s_with_its_version(read: Read) -> None:
    intent = INTENT.replace("aws_lambda_function.f.arn", "aws_lambda_function.f.qualified_arn")
    (function,) = read(ROLE + FUNCTION + intent).functions
    assert [str(hook.qualifier) for hook in function.hooks] == ["${aws_lambda_function.f.version}"]


def test_a_module_outside_the_audited_root_is_named(read: Read) -> None:
    estate = read({"in/main.tf": 'module "up" {\n  source = "../.."\n}\n'}, module="in")
    (entry,) = estate.unresolved
    assert entry.text == "module.up: `../..` is outside the audited root, which `--root` sets"
    assert (entry.origin.file, entry.origin.line) == ("in/main.tf", 1)


@pytest.mark.parametrize("text", ["${var.x}${var.y}", '{\\"Version\\": \\"2012-10-17\\", ${var.x}}', "${var.x}]"])
def test_a_policy_of_unknown_pieces_is_not_malformed(read: Read, text: str) -> None:
    policy = logs().partition("  policy =")[0] + f'  policy = "{text}"\n}}\n'
    estate = read(ROLE + FUNCTION + policy)
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    (held,) = estate.roles[0].policies
    assert held.policy is not None
    assert held.policy.defects == ()


def test_a_policy_with_holes_in_its_strings_alone_can_be_malformed(read: Read) -> None:
    text = '{\\"Version\\": \\"2012-10-17\\", \\"Id\\": \\"${var.x}\\",}'
    policy = logs().partition("  policy =")[0] + f'  policy = "{text}"\n}}\n'
    (held,) = read(ROLE + FUNCTION + policy).roles[0].policies
    assert held.policy is not None
    assert len(held.policy.defects) == 1


def dynamic(content: str) -> str:
    """The role's policy that lets it write its logs, with one more statement under an unknown condition."""
    return f"""
data "aws_iam_policy_document" "d" {{
  statement {{
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["{GROUP}"]
  }}
  dynamic "statement" {{
    for_each = var.x ? [1] : []
    content {{
      {content}
    }}
  }}
}}
resource "aws_iam_role_policy" "p" {{
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.d.json
}}
"""


DENIAL = """effect    = "Deny"
      actions   = ["logs:*"]
      resources = ["*"]"""


def test_a_dynamic_statement_that_may_be_there_may_deny(read: Read) -> None:
    assert verdicts(read(ROLE + FUNCTION + dynamic(DENIAL)), NeedKind.LOGS) == {OPEN}


def test_a_dynamic_statement_that_may_deny_something_else_bears_on_no_need(read: Read) -> None:
    estate = read(ROLE + FUNCTION + dynamic(DENIAL.replace("logs:*", "s3:*")))
    assert verdicts(estate, NeedKind.LOGS) == {ALLOW}


def test_what_a_dynamic_statement_opens_is_told(read: Read) -> None:
    estate = read(ROLE + FUNCTION + dynamic('actions = ["*"]\nresources = ["*"]'))
    assert (verdicts(estate, NeedKind.LOGS), admins(estate)) == ({ALLOW}, [False, True])


def test_a_dynamic_statement_serves_no_need_for_sure(read: Read) -> None:
    perhaps = dynamic(f'actions = ["logs:*"]\nresources = ["{GROUP}"]')
    estate = read(ROLE + FUNCTION + perhaps.replace('"logs:CreateLogStream", "logs:PutLogEvents"', '"s3:GetObject"'))
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}


EXTRA = """
resource "aws_iam_role_policy" "extra" {
  role   = aws_iam_role.r.id
  policy = %s
}
"""
ATTACHED = """
resource "aws_iam_role_policy_attachment" "a" {
  role       = %s
  policy_arn = %s
}
"""
EVERYTHING = """
resource "aws_iam_policy" "all" {
  name   = "all"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
"""
STATEMENT = '{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::b/k" }'
SOURCED = """
data "aws_iam_policy_document" "d" {
  source_policy_documents = [var.x]
}
"""


@pytest.mark.parametrize(
    "extra",
    [
        EXTRA % "var.x",
        EXTRA % f'jsonencode({{ Version = "2012-10-17", Statement = concat([{STATEMENT}], var.x) }})',
        EXTRA % "data.aws_iam_policy_document.d.json" + SOURCED,
        EXTRA % "data.aws_iam_policy_document.d.json" + SOURCED.replace("source", "override"),
        ATTACHED % ("aws_iam_role.r.name", "var.x"),
        ATTACHED % ("aws_iam_role.r.name", '"arn:aws:iam::aws:policy/NoSuchPolicy"'),
        ATTACHED % ("var.x", "aws_iam_policy.all.arn") + EVERYTHING,
    ],
)
def test_what_nothing_tells_of_a_role_is_an_open_question(read: Read, extra: str) -> None:
    """The need that the readable part serves stays allowed; that the role may do more is said once."""
    estate = read(ROLE + FUNCTION + logs() + extra)
    assert verdicts(estate, NeedKind.LOGS) == {ALLOW}
    (question,) = [fact for fact in collect(estate) if "what else role `r` may do" in fact.undetermined]
    assert question.function == estate.functions[0]


def test_several_unknown_policies_of_a_role_are_one_question(read: Read) -> None:
    estate = read(ROLE + FUNCTION + logs() + EXTRA % "var.x" + ATTACHED % ("aws_iam_role.r.name", "var.y"))
    questions = [fact.undetermined for fact in collect(estate) if fact.undetermined]
    assert questions == [
        "what else role `r` may do is not known: `${var.x}` has no known value; and 1 more part of its policies"
    ]


def test_a_role_that_is_known_has_no_open_question(read: Read) -> None:
    assert [fact for fact in collect(read(ROLE + FUNCTION + logs())) if fact.undetermined] == []


def test_a_boundary_that_is_not_known_is_not_told_twice(read: Read) -> None:
    bounded = "permissions_boundary = var.x\n  assume_role_policy"
    estate = read(ROLE.replace("assume_role_policy", bounded) + FUNCTION + logs())
    assert verdicts(estate, NeedKind.LOGS) == {OPEN}
    assert not [fact for fact in collect(estate) if "what else" in fact.undetermined]


def test_an_empty_qualifier_is_none(read: Read) -> None:
    """The provider takes an empty text for an argument that is not given."""
    estate = read(ROLE + FUNCTION + permission('qualifier = ""\n function_name = aws_lambda_function.f.arn'))
    policy = named(estate, "f").resource_policy
    assert policy is not None
    assert [str(pattern.text).split(":")[-1] for pattern in policy.statements[0].resources or ()] == ["f"]


def test_an_unknown_resource_policy_is_an_open_question(read: Read) -> None:
    """Nobody knows who else may invoke the function: the document may allow or deny anyone."""
    document = """
resource "aws_lambda_resource_policy" "p" {
  resource_arn = aws_lambda_function.f.arn
  policy       = var.x
}
"""
    estate = read(ROLE + FUNCTION + logs() + document)
    (question,) = [fact for fact in collect(estate) if "who else may invoke" in fact.undetermined]
    assert question.function == estate.functions[0]
    assert question.origin.file is not None
