"""The steps of a fix: what is called, in which order, and what each call changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function
from auditor.fixes.apply import apply
from auditor.fixes.fix import Fix
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.fixes.render.cli import commands_of
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.shell import Command, write_json
from auditor.iam.document import PolicyKind, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.statements import policy_of
from auditor.iam.text import text
from auditor.iam.writing import policy_node
from auditor.sources.arns import FunctionArn, function_arn

Revisions = Mapping["tuple[str, str | None]", str]
"""The revision of each resource policy as it was audited, by the function's ARN and the qualifier."""

PUT_POLICY = "aws lambda put-resource-policy"
DELETE_POLICY = "aws lambda delete-resource-policy"


class Held(Frozen):
    """The resource policy of a function, or of a version or alias of it."""

    arn: str
    qualifier: str | None

    @property
    def function(self) -> FunctionArn:
        parsed = function_arn(self.arn)
        assert parsed is not None, "a live function has a full ARN"
        return parsed

    @property
    def qualified(self) -> str:
        return self.arn if self.qualifier is None else f"{self.arn}:{self.qualifier}"


class Step(Frozen):
    """One call. `holder` is the resource policy that it changes, `adds` the id of the statement that
    it adds there. `operation` is what it carries out, None for a call that makes room; `before` are
    the operations that were carried out by then, `after` the same with its own."""

    command: Command
    operation: Operation | None
    before: tuple[Operation, ...]
    after: tuple[Operation, ...]
    holder: Held | None = None
    adds: str = ""


class Repair(Frozen):
    """A fix with its steps, and the comments that say what it mends and why."""

    fix: Fix
    steps: tuple[Step, ...]
    remarks: tuple[str, ...] = ()


def steps_of(fix: Fix, before: tuple[Operation, ...], *, whole_policies: bool) -> tuple[Step, ...]:
    """The steps of a fix, after the operations `before`.

    A statement that AddPermission cannot say is put with the whole document it stands in, where
    `whole_policies` says that AWS's clients can. Raises InexpressibleError where no call can say it.
    """
    try:
        return tuple(_calls(fix.operations, before))
    except InexpressibleError:
        permissions = all(isinstance(operation, (AddPermission, RemovePermission)) for operation in fix.operations)
        if not (whole_policies and permissions):
            raise
        return tuple(_documents(fix.operations, before))


def _calls(operations: tuple[Operation, ...], before: tuple[Operation, ...]) -> Iterator[Step]:
    done = before
    whole = (*before, *operations)
    for operation, commands in commands_of(operations, before):
        for command in commands[:-1]:
            yield Step(command, None, done, done)
        if isinstance(operation, (AddPermission, RemovePermission)):
            after = (*done, operation)
            holder = _holder(operation.function, commands[-1])
            adds = operation.statement_id if isinstance(operation, AddPermission) else ""
            yield Step(commands[-1], operation, done, after, holder, adds)
        else:
            # The command writes a whole document, with what later operations change in it.
            after = whole
            yield Step(commands[-1], operation, done, after)
        done = (*done, operation)


def _holder(function: Function, command: Command) -> Held:
    qualifier = dict(command.options).get("qualifier")
    return Held(str(function.arn), str(qualifier) if qualifier is not None else None)


def _documents(operations: tuple[Operation, ...], before: tuple[Operation, ...]) -> Iterator[Step]:
    """One call for each resource policy that changes: the whole of it takes the place of the old one,
    so that nothing is added or removed alone."""
    after = (*before, *operations)
    permissions = (o for o in operations if isinstance(o, (AddPermission, RemovePermission)))
    functions = {operation.function.key: operation.function for operation in permissions}
    for function in functions.values():
        old, new = divided(function, before), divided(function, after)
        for held in dict.fromkeys((*old, *new)):
            if _shown(old.get(held, ())) != _shown(new.get(held, ())):
                yield Step(_put(held, new.get(held, ())), operations[0], before, after, held)


def divided(function: Function, operations: Iterable[Operation]) -> dict[Held, tuple[Statement, ...]]:
    """The statements of each resource policy of a function, after the operations. Raises
    InexpressibleError where it is not known which of them holds a statement."""
    policy = function_after(function, operations).resource_policy
    if policy is None or policy.unknown:
        raise InexpressibleError("a policy of which a part is not known")
    found: dict[Held, tuple[Statement, ...]] = {}
    for statement in policy:
        resources = statement.resources or ()
        named = function_arn(resources[0].text.literal or "") if len(resources) == 1 else None
        if named is None or named.unqualified != str(function.arn) or "*" in (named.qualifier or ""):
            raise InexpressibleError("a statement that does not tell on which version or alias it is")
        held = Held(str(function.arn), named.qualifier)
        found[held] = (*found.get(held, ()), statement)
    return found


def function_after(function: Function, operations: Iterable[Operation]) -> Function:
    """The function after the operations."""
    return apply(Estate(SourceKind.DOCUMENT, functions=(function,)), operations).functions[0]


def _shown(statements: tuple[Statement, ...]) -> str:
    return str(write_json(policy_node(policy_of(PolicyKind.RESOURCE, statements))))


def _put(held: Held, statements: tuple[Statement, ...]) -> Command:
    region = ("region", text(held.function.region))
    about = ("resource-arn", text(held.qualified))
    if not statements:
        return Command(DELETE_POLICY, (about, region))
    document = write_json(policy_node(policy_of(PolicyKind.RESOURCE, statements)))
    if document.holes:
        raise InexpressibleError("a document of which a part is not known")
    return Command(PUT_POLICY, (about, region, ("policy", document)))


def with_option(command: Command, name: str, value: str) -> Command:
    return replace(command, options=(*command.options, (name, text(value))))
