"""Carrying out repairs on the account: each call verified, and taken back where it does not hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from auditor.fixes.aws.calling import Call, CallRefused, call_of, make_room, perform, reverse
from auditor.fixes.aws.step import Repair, Step
from auditor.fixes.aws.target import Content, expected, read_target
from auditor.fixes.operation import DetachPolicy, RemovePermission
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.iam.frozen import Frozen
from auditor.sources.aws.errors import CallError
from auditor.sources.aws.session import Place

if TYPE_CHECKING:
    from boto3.session import Session

_PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each look at what was written: IAM and Lambda show a change a little later."""


_STOPPED = "it was interrupted"
_BROKEN_OFF = f"{_STOPPED} in the middle of a call, which may have been carried out; nothing was taken back"


class Result(Enum):
    """What became of a repair."""

    DONE = "done"
    LEFT = "left as it was"
    UNDONE = "taken back"
    HALF = "begun, and not finished"
    NOT_BEGUN = "not begun"


class Outcome(Frozen):
    """A repair, what became of it, and why it was not done: one clause."""

    repair: Repair
    result: Result
    why: str = ""


class NotAsExpectedError(Exception):
    """What stands there is not what should; the message is one clause."""


class StoppedError(Exception):
    """Somebody wants it to stop, and nothing was removed yet."""

    def __str__(self) -> str:
        return _STOPPED


class NotKnownError(Exception):
    """A call may have been carried out or not; the message is one clause."""


@dataclass(slots=True)
class _Progress:
    """How far a repair is: the calls that take its steps back, and whether something was removed that
    no call brings back. From then on what took its place is needed, and stays."""

    undo: list[tuple[Call, ...]] = field(default_factory=list)
    removed: bool = False


def _never() -> bool:
    return False


@dataclass(slots=True)
class Applier:
    """Carries out repairs in one account. `place_of` gives who asks in a region, `session` whoever
    makes the calls; `pause` waits.

    Once `stopped` tells so, a repair that has removed nothing is taken back, one that has is finished,
    and no other is begun.
    """

    place_of: Callable[[str], Place]
    session: Session
    pause: Callable[[float], None] = time.sleep
    stopped: Callable[[], bool] = _never

    def apply(self, repairs: Sequence[Repair]) -> list[Outcome]:
        """Carry out the repairs one after another. One that fails does not stop those that do not
        build on it; KeyboardInterrupt does, and what it left is told."""
        outcomes: list[Outcome] = []
        broken = False
        for repair in repairs:
            if broken or self.stopped():
                outcomes.append(Outcome(repair, Result.NOT_BEGUN, _STOPPED))
                continue
            try:
                outcomes.append(self._repair(repair))
            except KeyboardInterrupt:
                broken = True
                outcomes.append(Outcome(repair, Result.HALF, _BROKEN_OFF))
        return outcomes

    def _repair(self, repair: Repair) -> Outcome:
        done = _Progress()
        for step in repair.steps:
            if step.operation is None:
                continue
            try:
                self._heed(done)
                self._step(step, done)
            except NotKnownError as error:
                return Outcome(repair, Result.HALF, f"{error}; nothing was taken back")
            except (CallError, CallRefused, NotAsExpectedError, InexpressibleError, StoppedError) as error:
                why = error.reason if isinstance(error, CallError) else str(error)
                return self._give_up(repair, done, why)
            done.removed = done.removed or isinstance(step.operation, DetachPolicy)
        return Outcome(repair, Result.DONE)

    def _heed(self, done: _Progress) -> None:
        """Raise StoppedError where it is to stop and all that was done can be taken back."""
        if self.stopped() and not done.removed:
            raise StoppedError

    def _step(self, step: Step, done: _Progress) -> None:
        place = self.place_of(step.holder.function.region if step.holder is not None else "")
        old = read_target(step, place)
        if old.meaning != expected(step, step.before):
            raise NotAsExpectedError("it was changed since the audit")
        call = call_of(step.command, self.session)
        if step.holder is not None and old.revision:
            call = replace(call, given={**call.given, "RevisionId": old.revision})
        answer: dict[str, Any] = {}
        if call.operation == "CreatePolicyVersion":
            make_room(call, self.session, place.region)
            answer["_before"] = self._version_in_force(call)
        try:
            answer |= self._perform(call)
        except CallRefused as error:
            if error.certain or not self._was_done(step, place, old, str(error)):
                raise
            if call.operation == "CreatePolicyVersion":
                answer["PolicyVersion"] = {"VersionId": self._version_in_force(call)}
        done.undo.append(reverse(step, call, answer, old))
        done.removed = done.removed or isinstance(step.operation, RemovePermission)
        self._verify(step, place, done)

    def _was_done(self, step: Step, place: Place, old: Content, why: str) -> bool:
        """Whether a call without an answer was carried out, by what stands there now. Raises
        NotKnownError where that tells neither."""
        wanted = expected(step, step.after)
        found: Content | None = None
        for seconds in _PAUSES:
            self.pause(seconds)
            try:
                found = read_target(step, place)
            except CallError as error:
                raise NotKnownError(f"{why}; whether it was done is not known: {error.reason}") from error
            if found.meaning == wanted:
                return True
        if found is None or found.meaning != old.meaning:
            raise NotKnownError(f"{why}; and what stands there is neither what was nor what should be")
        return False

    def _version_in_force(self, call: Call) -> str:
        about = {"PolicyArn": call.given["PolicyArn"]}
        version: str = self._perform(Call("iam", "GetPolicy", about))["Policy"]["DefaultVersionId"]
        return version

    def _perform(self, call: Call) -> dict[str, Any]:
        return perform(call, self.session, self.place_of("").region)

    def _verify(self, step: Step, place: Place, done: _Progress) -> Content:
        wanted = expected(step, step.after)
        for seconds in _PAUSES:
            self.pause(seconds)
            found = read_target(step, place)
            if found.meaning == wanted:
                return found
            self._heed(done)
        raise NotAsExpectedError("what AWS gives back is not what was written")

    def _give_up(self, repair: Repair, done: _Progress, why: str) -> Outcome:
        if done.removed:
            return Outcome(repair, Result.HALF, f"{why}; what it added stays, since something was removed for it")
        if not any(done.undo):
            return Outcome(repair, Result.LEFT, why)
        for call in (call for calls in reversed(done.undo) for call in calls):
            try:
                self._perform(call)
            except CallRefused as error:
                return Outcome(repair, Result.HALF, f"{why}; and taking it back failed: {error}")
        return Outcome(repair, Result.UNDONE, why)
