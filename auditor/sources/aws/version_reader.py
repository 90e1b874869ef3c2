"""The versions of a function that its callers reach, where they are configured otherwise than it is now."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.iam.frozen import Frozen
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.configured import configured
from auditor.sources.aws.errors import AbsentError, CallError, FailedError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.roles import RoleReader
from auditor.sources.aws.session import Place
from auditor.sources.aws.settings import SettingsReader
from auditor.sources.aws.surroundings import Surroundings
from auditor.sources.aws.versions import Routes, Settings


class VersionReader(Frozen):
    """Reads versions of one function; what it cannot read is noted in `gaps`."""

    place: Place
    roles: RoleReader
    surroundings: Surroundings
    settings: SettingsReader
    gaps: Gaps

    def read(
        self, function: Answer, now: Answer, used: Sequence[str], routes: Routes, settings: Settings
    ) -> tuple[list[Answer], list[str]]:
        """The versions among `used` as a bundle writes them, and those that are as the function is: its
        configuration is `function`, as AWS tells it, and `now`, as the bundle does."""
        others: list[Answer] = []
        same: list[str] = []
        roles = {function.get("Role")}
        for number in sorted(used, key=int):
            try:
                found = self.settings.version(function["FunctionName"], number)
            except AbsentError as error:
                self._tell_gone(number, routes, error)
                continue
            except CallError as error:
                self.gaps.note(error)
                others.append({"version": number, **settings.of([number], routes)})
                continue
            own = configured(found, self.surroundings, self.gaps)
            if (found.get("Role"), own) == (function.get("Role"), now):
                same.append(number)
                continue
            version = {"version": number, **own, **settings.of([number], routes)}
            others.append(version | self._role(found, roles))
            roles.add(found.get("Role"))
        return others, same

    def _tell_gone(self, number: str, routes: Routes, error: AbsentError) -> None:
        """A version that an alias leads to was there a moment ago; what else calls one may call in vain."""
        if number in routes.published():
            reason = f"`{error.about}` was deleted while it was read"
            self.gaps.note(FailedError(error.permission, error.about, reason, "run the command again"))

    def _role(self, version: Answer, told: set[str | None]) -> Answer:
        """The role of a version: of one that the bundle has described already, its ARN."""
        arn = version.get("Role")
        if arn is None:
            return {}
        if arn in told:
            return {"role": {"arn": arn}}
        missed = Gaps()
        role = self.roles.read(arn, self.place, missed)
        self.gaps.skipped.extend(missed.skipped)
        return {"role": role, **({"unknown": sorted(missed.unknown)} if missed.unknown else {})}
