"""Execution roles with all their policies: a few one by one, many in one pass over the account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from auditor.sources.arns import role_arn
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import AbsentError, CallError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.once import Once
from auditor.sources.aws.operations import (
    GET_INLINE,
    GET_MANAGED,
    GET_ROLE,
    GET_VERSION,
    LIST_ALL_ROLES,
    LIST_ATTACHED,
    LIST_INLINE,
)
from auditor.sources.aws.session import Place

FEW = 10
"""Up to so many roles are read one by one. One role takes about six calls, and a page of the pass
holds about a hundred entries, so the pass is the shorter way from about here on."""


class RoleReader:
    """Reads the roles of one account; each role and policy once, whoever asks for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._roles = Once["tuple[Answer, Gaps]"]()
        self._documents = Once[Any]()
        self._single = 0
        self._pass: _Pass | None = None
        self._refused = False

    def read(self, arn: str, place: Place, gaps: Gaps) -> Answer:
        """The role as a bundle writes it. What could not be read of it is noted in `gaps`."""
        role, missed = self._roles.get(arn, lambda: self._read(arn, place))
        gaps.join(missed)
        return role

    def _read(self, arn: str, place: Place) -> tuple[Answer, Gaps]:
        gaps = Gaps()
        with self._lock:
            self._single += 1
            if self._single > FEW and self._pass is None and not self._refused:
                try:
                    self._pass = _read_all(place)
                except CallError:
                    self._refused = True
            known = self._pass
        if known is not None and arn in known.roles:
            return _from_pass(known.roles[arn], known, gaps, lambda policy: self._document(policy, place)), gaps
        return self._one_by_one(arn, place, gaps), gaps

    def _one_by_one(self, arn: str, place: Place, gaps: Gaps) -> Answer:
        parsed = role_arn(arn)
        if parsed is None or parsed.account != place.account:
            return {"arn": arn}
        ask, items = place.caller.ask, place.caller.items
        given = {"RoleName": parsed.name}
        found: Answer = {"arn": arn}
        try:
            described = ask(GET_ROLE, arn, **given)["Role"]
            found["trust_policy"] = described.get("AssumeRolePolicyDocument")
            self._add_boundary(found, described, place, gaps)
        except AbsentError:
            return {"arn": arn, "exists": False}
        except CallError as error:
            gaps.note(error, "boundary")
        policies: list[Answer] = []
        try:
            for name in items(LIST_INLINE, arn, **given):
                document = ask(GET_INLINE, arn, **given, PolicyName=name)["PolicyDocument"]
                policies.append({"name": name, "document": document})
            for attached in items(LIST_ATTACHED, arn, **given):
                policies.append(self._managed(attached, place, gaps))
        except CallError as error:
            gaps.note(error, "policies")
        found["policies"] = policies
        return found

    def _add_boundary(self, found: Answer, described: Answer, place: Place, gaps: Gaps) -> None:
        arn = (described.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        if arn is None:
            return
        document = gaps.attempt(lambda: self._document(arn, place), "boundary")
        if document is not None:
            found["boundary"] = document

    def _managed(self, attached: Answer, place: Place, gaps: Gaps) -> Answer:
        arn = attached["PolicyArn"]
        document = gaps.attempt(lambda: self._document(arn, place))
        return {"name": attached["PolicyName"], "arn": arn, **({"document": document} if document else {})}

    def _document(self, arn: str, place: Place) -> Any:
        """The document of a managed policy, as it is in force. Raises CallError."""

        def read() -> Any:
            version = place.caller.ask(GET_MANAGED, arn, PolicyArn=arn)["Policy"]["DefaultVersionId"]
            return place.caller.ask(GET_VERSION, arn, PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]

        return self._documents.get(arn, read)


@dataclass(slots=True)
class _Pass:
    """The roles of an account as IAM lists them, and the documents of its managed policies."""

    roles: dict[str, Answer] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)


def _read_all(place: Place) -> _Pass:
    """Raises CallError."""
    found = _Pass()
    about = f"arn:{place.partition}:iam::{place.account}:root"
    kinds = ["Role", "LocalManagedPolicy", "AWSManagedPolicy"]
    for page in place.caller.pages(LIST_ALL_ROLES, about, Filter=kinds):
        for role in page.get("RoleDetailList") or ():
            found.roles[role["Arn"]] = role
        for policy in page.get("Policies") or ():
            for version in policy.get("PolicyVersionList") or ():
                if version.get("IsDefaultVersion"):
                    found.documents[policy["Arn"]] = version["Document"]
    return found


def _from_pass(role: Answer, known: _Pass, gaps: Gaps, read: Callable[[str], Any]) -> Answer:
    def managed(name: str, arn: str) -> Answer:
        document = known.documents.get(arn) or gaps.attempt(lambda: read(arn))
        return {"name": name, "arn": arn, **({"document": document} if document else {})}

    inline = [{"name": p["PolicyName"], "document": p["PolicyDocument"]} for p in role.get("RolePolicyList") or ()]
    attached = [managed(p["PolicyName"], p["PolicyArn"]) for p in role.get("AttachedManagedPolicies") or ()]
    boundary = (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    found: Answer = {"arn": role["Arn"], "trust_policy": role.get("AssumeRolePolicyDocument")}
    found["policies"] = inline + attached
    if boundary is not None:
        document = known.documents.get(boundary) or gaps.attempt(lambda: read(boundary), "boundary")
        if document is not None:
            found["boundary"] = document
    return found
