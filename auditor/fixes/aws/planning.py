"""From proved fixes to repairs, in the order in which they are carried out."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.fixes.aws.step import Repair, steps_of
from auditor.fixes.fix import Fix
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.iam.arn import account_of
from auditor.iam.frozen import Frozen


class Planned(Frozen):
    """The repairs, and the fixes that no call of AWS's can say."""

    repairs: tuple[Repair, ...]
    left: tuple[Fix, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that the repairs change."""
        operations = (operation for repair in self.repairs for operation in repair.fix.operations)
        return tuple(dict.fromkeys(_account(operation) for operation in operations))


def plan_repairs(fixes: Iterable[tuple[Fix, tuple[str, ...]]], *, whole_policies: bool) -> Planned:
    """The steps of each fix, with its remarks, built on those before it. `whole_policies` says whether
    AWS's clients know PutResourcePolicy."""
    done: tuple[Operation, ...] = ()
    repairs: list[Repair] = []
    left: list[Fix] = []
    for fix, remarks in fixes:
        try:
            steps = steps_of(fix, done, whole_policies=whole_policies)
        except InexpressibleError:
            left.append(fix)
            continue
        repairs.append(Repair(fix, steps, remarks))
        done = (*done, *fix.operations)
    return Planned(tuple(repairs), tuple(left))


def _account(operation: Operation) -> str:
    changed = operation.function if isinstance(operation, (AddPermission, RemovePermission)) else operation.role
    return str(account_of(changed.arn))
