"""One function as a bundle: what the calls about it answer, put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.iam.frozen import Frozen
from auditor.sources.aws.asked_sources import SourceReader
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.configured import configured
from auditor.sources.aws.errors import AbsentError, CallError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.invokers import read_invokers
from auditor.sources.aws.lex import Hooks
from auditor.sources.aws.policies import PolicyReader, join_policies
from auditor.sources.aws.roles import RoleReader
from auditor.sources.aws.session import Place
from auditor.sources.aws.settings import SettingsReader
from auditor.sources.aws.surroundings import Surroundings
from auditor.sources.aws.version_reader import VersionReader
from auditor.sources.aws.versions import LATEST, Settings, routes_of


class Described(Frozen):
    """A function that was read: its bundle, and the revision of its policy by qualifier. `gaps` is
    what could not be looked at, which the bundle tells too."""

    bundle: Answer
    revisions: dict[str | None, str]
    gaps: Gaps


@dataclass(slots=True)
class Held:
    """The resource policies of a function by qualifier: which were asked for, what they say, and
    their revisions."""

    asked: set[str | None] = field(default_factory=set)
    documents: list[Answer] = field(default_factory=list)
    revisions: dict[str | None, str] = field(default_factory=dict)

    @property
    def document(self) -> Answer | None:
        return join_policies(self.documents)

    def lacks(self, qualifier: str) -> bool:
        """Whether the policy of this version was not asked for."""
        return qualifier.isdecimal() and qualifier not in self.asked

    def add(self, other: Held) -> None:
        self.asked |= other.asked
        self.documents += other.documents
        self.revisions |= other.revisions


@dataclass(slots=True)
class Describer:
    """Reads the functions of one place. `roles` and `sources` are those of the account, `hooks` those
    of the place."""

    place: Place
    roles: RoleReader
    sources: SourceReader
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
        names = [alias["Name"] for alias in aliases]
        routes = routes_of(aliases)
        settings = Settings(
            self.surroundings.sources_of(arn, name, gaps), gaps.attempt(lambda: self.settings.destinations(name)) or []
        )
        called = sorted({hook["qualifier"] for hook in hooks if hook.get("qualifier", LATEST) != LATEST})
        held = self._policies(name, [None, *names, *routes.published(), *called], gaps)
        invokers = read_invokers(held.document, arn, self.place, self.sources, gaps)
        while more := [q for q in (invoker.get("qualifier", LATEST) for invoker in invokers) if held.lacks(q)]:
            # A rule may call a version that nothing else leads to, and that has a policy of its own.
            held.add(self._policies(name, more, gaps))
            invokers = read_invokers(held.document, arn, self.place, self.sources, gaps)
        now = configured(configuration, self.surroundings, gaps)
        used = routes.published([*settings.qualifiers, *called, *(i.get("qualifier") for i in invokers)])
        reader = VersionReader(self.place, self.roles, self.surroundings, self.settings, gaps)
        others, same = reader.read(configuration, now, used, routes, settings)
        function = {"name": name, "arn": arn, **now, **self._url(name, names, gaps)}
        bundle: Answer = {"function": function | settings.of([LATEST, *same], routes)}
        if held.document is not None:
            bundle["resource_policy"] = held.document
        if configuration.get("Role"):
            bundle["role"] = self.roles.read(configuration["Role"], self.place, gaps)
        if others:
            bundle["versions"] = others
        bundle["hooks"] = hooks
        bundle["invokers"] = invokers
        return Described(_with_gaps(bundle, gaps), held.revisions, gaps)

    def _aliases(self, name: str, gaps: Gaps) -> list[Answer]:
        try:
            return self.settings.aliases(name)
        except AbsentError:
            raise
        except CallError as error:
            # A policy on an alias that is not known may let in whoever is not seen elsewhere.
            gaps.note(error, "resource_policy")
            return []

    def _policies(self, name: str, qualifiers: Iterable[str | None], gaps: Gaps) -> Held:
        held = Held()
        for qualifier in dict.fromkeys(qualifiers):
            held.asked.add(qualifier)
            try:
                document, revision = self.policies.read(name, qualifier)
            except CallError as error:
                gaps.note(error, "resource_policy")
                continue
            if document is not None:
                held.documents.append(document)
                held.revisions[qualifier] = revision
        return held

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
