"""What is set on a function besides its configuration: its URLs, its destinations, its aliases, its versions."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from auditor.sources.arns import function_arn
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.configured import kept
from auditor.sources.aws.errors import AbsentError, FailedError, UnavailableError
from auditor.sources.aws.operations import GET_FUNCTION, GET_URL, LIST_ALIASES, LIST_INVOKE_CONFIGS, LIST_URLS
from auditor.sources.aws.session import Place
from auditor.sources.aws.versions import routes_of


class SettingsReader:
    """Reads settings in one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._urls_one_by_one = False

    def aliases(self, name: str) -> list[Answer]:
        """The aliases of a function. Raises CallError, AbsentError where the function is gone."""
        listed = list(self._place.caller.items(LIST_ALIASES, self._arn(name), FunctionName=name))
        wrong = next((version for version in routes_of(listed).published() if not version.isdecimal()), None)
        if wrong is not None:
            reason = f"`{LIST_ALIASES.permission}` gives `{wrong}` for a version of `{self._arn(name)}`"
            raise FailedError(LIST_ALIASES.permission, self._arn(name), reason, "look for a proxy on the way there")
        return listed

    def urls(self, name: str, qualifiers: list[str]) -> list[Answer]:
        """The function URLs; asked one by one where the endpoint does not list them. Raises CallError."""
        if not self._urls_one_by_one:
            try:
                return list(self._place.caller.items(LIST_URLS, self._arn(name), FunctionName=name))
            except UnavailableError:
                with self._lock:
                    self._urls_one_by_one = True
        return list(self._each_url(name, qualifiers))

    def _each_url(self, name: str, qualifiers: list[str]) -> Iterator[Answer]:
        for qualifier in (None, *qualifiers):
            given = {"Qualifier": qualifier} if qualifier else {}
            try:
                yield self._place.caller.ask(GET_URL, self._arn(name, qualifier), FunctionName=name, **given)
            except AbsentError:
                continue

    def destinations(self, name: str) -> list[tuple[str | None, Answer]]:
        """Where the outcome of asynchronous calls goes, by qualifier, as a bundle writes it. Raises
        CallError."""
        found = []
        for listed in self._place.caller.items(LIST_INVOKE_CONFIGS, self._arn(name), FunctionName=name):
            targets = {
                word: ((listed.get("DestinationConfig") or {}).get(key) or {}).get("Destination")
                for key, word in (("OnSuccess", "on_success"), ("OnFailure", "on_failure"))
            }
            if any(targets.values()):
                on = function_arn(listed.get("FunctionArn", ""))
                told = {word: target for word, target in targets.items() if target}
                found.append((on.qualifier if on is not None else None, told))
        return found

    def version(self, name: str, number: str) -> Answer:
        """How a version is configured. Raises CallError, AbsentError where it is gone."""
        about = self._arn(name, number)
        return kept(self._place.caller.ask(GET_FUNCTION, about, FunctionName=name, Qualifier=number))

    def _arn(self, name: str, qualifier: str | None = None) -> str:
        return self._place.arn("lambda", f"function:{name}" + (f":{qualifier}" if qualifier else ""))
