"""One function as a bundle: what the calls about it answer, put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import AbsentError, CallError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.invokers import read_invokers
from auditor.sources.aws.lex import Hooks
from auditor.sources.aws.policies import PolicyReader, join_policies
from auditor.sources.aws.roles import RoleReader
from auditor.sources.aws.session import Place
from auditor.sources.aws.settings import SettingsReader, versions_of
from auditor.sources.aws.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Described:
    """A function that was read: its bundle, and the revision of its policy by qualifier. `gaps` is
    what could not be looked at, which the bundle tells too."""

    bundle: Answer
    revisions: dict[str | None, str]
    gaps: Gaps


@dataclass(slots=True)
class Describer:
    """Reads the functions of one place. `roles` are those of the account, `hooks` those of the place."""

    place: Place
    roles: RoleReader
    hooks: Hooks
    surroundings: Surroundings
    unknown: frozenset[str] = frozenset()
    policies: PolicyReader = field(init=False)
    settings: SettingsReader = field(init=False)

    def __post_init__(self) -> None:
        self.policies = PolicyReader(self.place)
        self.settings = SettingsReader(self.place)

    def describe(self, configuration: Answer) -> Described:
        """The function with this configuration. Raises AbsentError where it is gone by now."""
        gaps = Gaps(unknown=set(self.unknown))
        name, arn = configuration["FunctionName"], configuration["FunctionArn"]
        hooks = self.hooks.get(arn, [])
        aliases = self._aliases(name, gaps)
        called = {hook["qualifier"] for hook in hooks if hook.get("qualifier", "$LATEST") != "$LATEST"}
        names = [alias["Name"] for alias in aliases]
        qualifiers = list(dict.fromkeys([*names, *versions_of(aliases), *sorted(called)]))
        policy, revisions = self._policy(name, qualifiers, gaps)
        function = self._configured(configuration, gaps)
        function |= self._url(name, names, gaps)
        function |= self._destinations(name, gaps)
        sources = self.surroundings.sources_of(arn, name, gaps)
        function |= {"event_sources": sources} if sources else {}
        bundle: Answer = {"function": function}
        if policy is not None:
            bundle["resource_policy"] = policy
        if configuration.get("Role"):
            bundle["role"] = self.roles.read(configuration["Role"], self.place, gaps)
        bundle["hooks"] = hooks
        bundle["invokers"] = read_invokers(policy, arn, self.place, gaps)
        return Described(_with_gaps(bundle, gaps), revisions, gaps)

    def _aliases(self, name: str, gaps: Gaps) -> list[Answer]:
        try:
            return self.settings.aliases(name)
        except AbsentError:
            raise
        except CallError as error:
            # A policy on an alias that is not known may let in whoever is not seen elsewhere.
            gaps.note(error, "resource_policy")
            return []

    def _policy(self, name: str, qualifiers: list[str], gaps: Gaps) -> tuple[Answer | None, dict[str | None, str]]:
        documents: list[Answer] = []
        revisions: dict[str | None, str] = {}
        for qualifier in (None, *qualifiers):
            try:
                document, revision = self.policies.read(name, qualifier)
            except CallError as error:
                gaps.note(error, "resource_policy")
                continue
            if document is not None:
                documents.append(document)
                revisions[qualifier] = revision
        return join_policies(documents), revisions

    def _configured(self, configuration: Answer, gaps: Gaps) -> Answer:
        group = (configuration.get("LoggingConfig") or {}).get(
            "LogGroup"
        ) or f"/aws/lambda/{configuration['FunctionName']}"
        managed = self.surroundings.has_group(group, gaps)
        found: Answer = {"name": configuration["FunctionName"], "arn": configuration["FunctionArn"]}
        found["log_group"] = {"name": group, **({} if managed is None else {"managed": managed})}
        optional: dict[str, Any] = {
            "runtime": configuration.get("Runtime"),
            "vpc": bool((configuration.get("VpcConfig") or {}).get("SubnetIds")),
            "tracing": (configuration.get("TracingConfig") or {}).get("Mode", "").lower(),
            "dead_letter": (configuration.get("DeadLetterConfig") or {}).get("TargetArn"),
            "file_systems": [system["Arn"] for system in configuration.get("FileSystemConfigs") or ()],
            "kms_key": configuration.get("KMSKeyArn"),
            "layers": [layer["Arn"] for layer in configuration.get("Layers") or ()],
        }
        return found | {key: value for key, value in optional.items() if value not in (None, "", [])}

    def _url(self, name: str, aliases: list[str], gaps: Gaps) -> Answer:
        """The function's URLs, the unqualified one first: one, or several of aliases."""
        listed = gaps.attempt(lambda: self.settings.urls(name, aliases)) or []
        urls = []
        for url in sorted(listed, key=lambda url: url["FunctionArn"]):
            qualifier = url["FunctionArn"].partition(f":function:{name}:")[2]
            urls.append({"auth": url["AuthType"], **({"qualifier": qualifier} if qualifier else {})})
        if not urls:
            return {}
        return {"url": urls[0]} if len(urls) == 1 else {"urls": urls}

    def _destinations(self, name: str, gaps: Gaps) -> Answer:
        found: Answer = {}
        for configured in gaps.attempt(lambda: self.settings.destinations(name)) or []:
            for key, word in (("OnSuccess", "on_success"), ("OnFailure", "on_failure")):
                target = (configured.get(key) or {}).get("Destination")
                if target:
                    found.setdefault(word, target)
        return {"destinations": found} if found else {}


def _with_gaps(bundle: Answer, gaps: Gaps) -> Answer:
    """The bundle with what is not known of it, and why."""
    if gaps.unknown:
        bundle["unknown"] = sorted(gaps.unknown)
    if gaps.skipped:
        bundle["skipped"] = skipped_entries(gaps)
    return bundle


def skipped_entries(gaps: Gaps) -> list[Answer]:
    """What could not be looked at, as a bundle writes it; the same once."""
    entries: list[Answer] = []
    for error in gaps.skipped:
        entry = {"arn": error.about, "permission": error.permission, "reason": error.reason, "help": error.help}
        if entry not in entries:
            entries.append(entry)
    return entries
