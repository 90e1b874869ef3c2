"""Reading a selection: every function of it, described, one after another."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import TypeAlias

from auditor.sources.aws.asked_sources import SourceReader
from auditor.sources.aws.caller import WORKERS, Answer
from auditor.sources.aws.described import Described, Describer
from auditor.sources.aws.errors import AbsentError, CallError, FailedError
from auditor.sources.aws.functions import read_functions
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.lex import read_hooks
from auditor.sources.aws.roles import RoleReader
from auditor.sources.aws.selection import Selection, check_selection
from auditor.sources.aws.session import Accounts, Place
from auditor.sources.aws.surroundings import Surroundings, survey
from auditor.sources.aws.workers import Workers

_AHEAD = 3 * WORKERS
"""How many functions are under way or wait for their turn: what is held at once stays the same,
however many there are."""


def _never(_arn: str) -> bool:
    return False


Tell: TypeAlias = Callable[[str, int, int], None]
"""Takes what is being done, and how much of how much is done."""


def _silent(_doing: str, _done: int, _total: int) -> None:
    pass


@dataclass(slots=True)
class AccountReader:
    """Reads what a selection names. After the last function `gaps` holds what could not be looked
    at and belongs to no function; `counted` the calls by permission.

    `known` tells of a function, by its ARN, that it need not be read.
    """

    selection: Selection
    known: Callable[[str], bool] = _never
    progress: Tell = _silent
    gaps: Gaps = field(default_factory=Gaps)
    counted: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Described]:
        """The functions, place by place in the order in which AWS lists them. Raises UsageError."""
        check_selection(self.selection)
        accounts = Accounts(self.selection, self.counted)
        known: dict[str, tuple[RoleReader, SourceReader]] = {}
        absent: dict[str, AbsentError] = {}
        there: set[str] = set()
        workers = Workers(WORKERS)
        try:
            for place in accounts:
                listed = list(read_functions(place, self.selection, self.gaps, absent))
                there.update(configuration["FunctionName"] for configuration in listed)
                wanted = [found for found in listed if not self.known(found["FunctionArn"])]
                readers = known.setdefault(place.account, (RoleReader(), SourceReader()))
                yield from self._place(place, wanted, *readers, workers)
        finally:
            workers.shutdown(wait=False, cancel_futures=True)
        for error in (*accounts.failed, *(error for name, error in absent.items() if name not in there)):
            self.gaps.note(error)

    def _place(
        self, place: Place, listed: list[Answer], roles: RoleReader, sources: SourceReader, executor: Executor
    ) -> Iterator[Described]:
        where = f"{place.account} {place.region}"
        self.progress(f"reading the bots of {where}", 0, 0)
        around = Gaps()
        hooks = read_hooks(place, executor, around)
        surroundings = survey(place, executor) if self.selection.everything else Surroundings(place)
        around.join(surroundings.gaps)
        describer = Describer(place, roles, sources, hooks, surroundings, frozenset(around.unknown))
        self.gaps.skipped.extend(around.skipped)
        under_way: deque[tuple[str, Future[Described]]] = deque()
        for number, configuration in enumerate(listed):
            self.progress(f"reading {where}", number - len(under_way), len(listed))
            arn: str = configuration["FunctionArn"]
            under_way.append((arn, executor.submit(describer.describe, configuration)))
            if len(under_way) >= _AHEAD:
                yield from self._next(under_way)
        while under_way:
            self.progress(f"reading {where}", len(listed) - len(under_way), len(listed))
            yield from self._next(under_way)

    def _next(self, under_way: deque[tuple[str, Future[Described]]]) -> Iterator[Described]:
        arn, future = under_way.popleft()
        try:
            yield future.result()
        except AbsentError as error:
            reason = f"the function `{arn}` was deleted while it was read"
            self.gaps.note(FailedError(error.permission, arn, reason, "run the command again"))
        except CallError as error:
            self.gaps.note(error)
