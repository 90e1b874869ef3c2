"""The statements of both sides, each with quick tests of its conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Statement
from auditor.iam.match.condition import match_condition
from auditor.iam.match.direct import Test, direct_test
from auditor.iam.request import Context
from auditor.iam.truth import Truth, all_of, truth


@dataclass(frozen=True, slots=True)
class Tested:
    """A statement of either side: its bit, whether it is of the new side, its document's use
    of policy variables, whether that side has boundaries. `tests` are the direct ones of its
    conditions, in their order."""

    bit: int
    statement: Statement
    variables: bool
    new: bool
    bounded: bool = False
    tests: tuple[Test | None, ...] = field(default=(), compare=False)

    def hold(self, context: Context, keys: Collection[str]) -> Truth:
        """Whether the statement's conditions on these keys hold. A condition whose key is not known
        is left to the final decision: it rules nothing out here."""
        return all_of(
            _holds(condition, test, context, self.variables)
            for condition, test in self._tests()
            if key_of(condition) in keys
        )

    def cost(self, keys: Collection[str]) -> int:
        """The steps that this takes."""
        asked = [pair for pair in self._tests() if key_of(pair[0]) in keys]
        return sum(1 if test is not None else 1 + _A_MATCH * len(condition.values) for condition, test in asked)

    def _tests(self) -> Iterator[tuple[Condition, Test | None]]:
        tests = self.tests or (None,) * len(self.statement.conditions)
        return zip(self.statement.conditions, tests, strict=True)


_A_MATCH = 3
"""The steps in which a value is matched with one pattern."""


def tested(new: Policies, old: Policies) -> tuple[Tested, ...]:
    """All statements of both sides, numbered."""
    sides = [(True, new, *held) for held in new.statements()] + [(False, old, *held) for held in old.statements()]
    return tuple(
        Tested(
            bit,
            statement,
            policy.variables,
            is_new,
            bool(side.boundaries),
            tuple(direct_test(condition, policy.variables) for condition in statement.conditions),
        )
        for bit, (is_new, side, policy, statement) in enumerate(sides)
    )


def _holds(condition: Condition, test: Test | None, context: Context, variables: bool) -> Truth:
    if test is not None:
        given = context.get(key_of(condition) or "", ())
        literal = given[0].literal if len(given) == 1 else None
        answer = test(literal) if literal is not None else None
        if answer is not None:
            return truth(answer)
    return match_condition(condition, context, variables)


def conditions_on(statements: Sequence[Tested], key: str) -> list[tuple[Condition, bool]]:
    """The conditions on a key in lower case, each with whether its document has policy variables."""
    return [(c, t.variables) for t in statements for c in t.statement.conditions if key_of(c) == key]


def key_of(condition: Condition) -> str | None:
    """The key of a condition in lower case; None where it is not known."""
    literal = condition.key.literal
    return literal.lower() if literal is not None else None
