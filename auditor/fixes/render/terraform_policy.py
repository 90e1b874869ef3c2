"""Statements of role policies as HCL.

Sources: the AWS provider's documentation of aws_iam_policy_document (`&{...}` there is a policy
variable, and a principal of type `*` is written as `"*"`), of aws_iam_role_policy and aws_iam_role.
"""

from __future__ import annotations

from auditor.estate.estate import Estate
from auditor.estate.role import Attachment
from auditor.fixes.operation import AddInlinePolicy, Operation, ReplaceStatement, ReplaceTrust
from auditor.fixes.render.address import parse_address
from auditor.fixes.render.hcl import Attribute, Blank, Block, Call, Comment, Item, Object, Raw, Value
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.local_name import free_name
from auditor.fixes.render.remark import Remarks
from auditor.fixes.render.replacement import from_terraform
from auditor.fixes.render.resulting import leaves_nothing, require_trust
from auditor.fixes.render.terraform_scope import Scope, place_for
from auditor.iam.document import Pattern, PolicyKind, PrincipalPattern, Statement
from auditor.iam.node import Members, Node
from auditor.iam.request import PrincipalKind
from auditor.iam.statements import policy_of
from auditor.iam.text import Text, text
from auditor.iam.writing import policy_node, statement_node

_DOCUMENT = "data.aws_iam_policy_document."


def edit_items(
    operation: ReplaceStatement, operations: tuple[Operation, ...], estate: Estate, scopes: list[Scope]
) -> list[Item]:
    """The statements that take the place of another, in the form of the block that holds it."""
    if operation.policy.attachment is Attachment.AWS_MANAGED:
        raise InexpressibleError("a policy that AWS manages is not ours to edit")
    nothing_left = leaves_nothing(operations, operation)
    remark = Comment(Remarks(from_terraform(estate)).edit(operation, nothing_left))
    if nothing_left:
        return [remark]
    address = operation.statement.origin.address or operation.policy.address
    return [remark, *_statements(operation.by, address, estate, scopes)]


def trust_items(operation: ReplaceTrust, estate: Estate, scopes: list[Scope]) -> list[Item]:
    """The statements that take the place of another in a trust policy, or come beside it."""
    require_trust(operation)
    held = operation.role.trust.statements if operation.role.trust else ()
    beside = operation.statement or (held[0] if held else None)
    address = (beside.origin.address if beside else None) or operation.role.address
    remark = Comment(Remarks(from_terraform(estate)).trust(operation))
    if beside is not None:
        return [remark, *_statements(operation.by, address, estate, scopes)]
    scope = _scope(address, estate, scopes)
    document = policy_of(PolicyKind.TRUST, operation.by)
    return [remark, Attribute("assume_role_policy", _encoded(policy_node(document), scope))]


def inline_policy_items(operation: AddInlinePolicy, estate: Estate, scopes: list[Scope]) -> list[Item]:
    """A new `aws_iam_role_policy` block."""
    place = place_for(operation.role, "name", estate)
    scopes.append(place.scope)
    document = policy_of(PolicyKind.IDENTITY, operation.statements)
    body: list[Item] = [
        *place.meta_arguments,
        Attribute("name", place.scope.expression(text(operation.name))),
        Attribute("role", place.name),
        Attribute("policy", _encoded(policy_node(document), place.scope)),
    ]
    if place.depends_on:
        body += [Blank(), Attribute("depends_on", (Raw(place.depends_on),))]
    items: list[Item] = []
    if place.beside:
        items.append(Comment(f"Belongs inside {place.scope.module}, beside {place.beside}."))
    used = {parse_address(policy.address).name for policy in operation.role.policies if policy.address}
    name = free_name(operation.name, "policy", used)
    return [*items, Block(f'resource "aws_iam_role_policy" "{name}"', tuple(body))]


def _scope(address: str | None, estate: Estate, scopes: list[Scope]) -> Scope:
    """The module of the block at `address`. Raises InexpressibleError where that block stands for
    several: what is right for one of them may take access from the others."""
    if address is None or not from_terraform(estate):
        scope = Scope(estate)
    else:
        parsed = parse_address(address)
        if parsed.is_instance:
            raise InexpressibleError(f"`{address}` shares its block with others")
        scope = Scope(estate, parsed.module)
    scopes.append(scope)
    return scope


def _statements(
    statements: tuple[Statement, ...], address: str | None, estate: Estate, scopes: list[Scope]
) -> list[Item]:
    scope = _scope(address, estate, scopes)
    if not statements:
        return []
    if address is not None and parse_address(address).rest.startswith(_DOCUMENT):
        items: list[Item] = []
        for statement in statements:
            items += [*([Blank()] if items else []), statement_block(statement, scope)]
        return items
    return [Attribute("Statement", tuple(written_node(statement_node(statement), scope) for statement in statements))]


def _encoded(document: Node, scope: Scope) -> Call:
    return Call("jsonencode", written_node(document, scope))


def written_node(node: Node, scope: Scope) -> Value:
    """A node as an expression. Raises InexpressibleError."""
    value = node.value
    if isinstance(value, Text):
        return scope.expression(value)
    if isinstance(value, tuple):
        return tuple(written_node(item, scope) for item in value)
    if isinstance(value, Members):
        return Object(tuple(Attribute(scope.key(member.key), written_node(member.value, scope)) for member in value))
    return scope.expression(text(str(value)))


def statement_block(statement: Statement, scope: Scope) -> Block:
    """A `statement` block of an aws_iam_policy_document. Raises InexpressibleError."""
    negated = {True: "not_", False: ""}
    body: list[Item] = []
    if statement.sid:
        body.append(Attribute("sid", documented(statement.sid, scope)))
    body.append(Attribute("effect", scope.expression(text(statement.effect.value))))
    body.append(Attribute(f"{negated[statement.not_action]}actions", _list(statement.actions, scope)))
    if statement.resources is not None:
        body.append(Attribute(f"{negated[statement.not_resource]}resources", _list(statement.resources, scope)))
    for kind, principals in _by_type(statement.principals or ()).items():
        head = f"{negated[statement.not_principal]}principals"
        identifiers = Attribute("identifiers", tuple(documented(p.text, scope) for p in principals))
        body += [Blank(), Block(head, (Attribute("type", Raw(f'"{kind}"')), identifiers))]
    for condition in statement.conditions:
        if not condition.values or not condition.operator.name:
            raise InexpressibleError("a condition that is not known")
        test = Attribute("test", scope.expression(text(str(condition.operator))))
        variable = Attribute("variable", documented(condition.key, scope))
        values = Attribute("values", _list(condition.values, scope))
        body += [Blank(), Block("condition", (test, variable, values))]
    return Block("statement", tuple(body))


def _by_type(principals: tuple[PrincipalPattern, ...]) -> dict[str, list[PrincipalPattern]]:
    """Principals by the type that the block gives them; everyone is `*` where it stands alone."""
    grouped: dict[str, list[PrincipalPattern]] = {}
    for principal in principals:
        beside = principal.kind is PrincipalKind.ANYONE and len(principals) > 1
        kind = PrincipalKind.AWS if beside else principal.kind
        grouped.setdefault(kind.value, []).append(principal)
    return grouped


def _list(patterns: tuple[Pattern, ...], scope: Scope) -> Value:
    return tuple(documented(pattern.text, scope) for pattern in patterns)


def documented(value: Text, scope: Scope) -> Raw:
    """A text of an aws_iam_policy_document. Raises InexpressibleError."""
    if any(isinstance(part, str) and "&{" in part for part in value):
        raise InexpressibleError("the data source reads `&{` as the start of a policy variable")
    return scope.expression(value)
