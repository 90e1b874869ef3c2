"""Things of a kind that nobody names: what a grant on a few resources does not reach."""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.iam.catalogue import Action, Level, action, matched_by, takes_resource
from auditor.iam.document import Effect, Pattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.match.statement import match_resources
from auditor.iam.text import Text, text

ROLE = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
"""The form of the ARN of a role."""
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_MEANINGLESS = frozenset(("name", "id", "arn", "identifier"))


class Home(Frozen):
    """Where the things of a role are, as far as that is known."""

    partition: Text
    region: Text
    account: Text


class Wide(Frozen):
    """An action, and a resource that nobody names on which a statement allows it."""

    action: Action
    resource: Text


@lru_cache(maxsize=8192)
def fresh(template: str, home: Home) -> Text:
    """An ARN of the form `template`, with names that nobody would have written down."""
    places = {"Partition": home.partition, "Region": home.region, "Account": home.account}
    pieces = _VARIABLE.split(template)
    return text(*(places.get(piece, _another(piece)) if n % 2 else piece for n, piece in enumerate(pieces)))


def _another(variable: str) -> str:
    words = [word.lower() for word in _WORD.findall(variable)]
    telling = [word for word in words if word not in _MEANINGLESS]
    return "-".join(("another", *(telling or ["thing"])))


@lru_cache(maxsize=4096)
def wide_actions(actions: tuple[Text, ...], resources: tuple[Text, ...], negated: bool, home: Home) -> tuple[Wide, ...]:
    """The actions of the catalogue that take a resource and that these patterns surely allow on one
    that nobody names, the most dangerous first. Of the kinds of resources that an action requires it
    must be every one, else any; with `negated` the resource patterns are those of NotResource."""
    if not negated and not any(is_open(resource) for resource in resources):
        return ()
    statement = Statement(Effect.ALLOW, (), tuple(Pattern(resource) for resource in resources), not_resource=negated)
    found: dict[str, Wide] = {}
    reached: dict[str, bool] = {}
    for pattern in actions:
        for name in matched_by(pattern.literal) if pattern.literal is not None else ():
            known = action(name)
            if known is not None and name not in found and takes_resource(known):
                arn = _reached(known, statement, home, reached)
                if arn is not None:
                    found[name] = Wide(known, fresh(arn, home))
    return tuple(sorted(found.values(), key=lambda wide: (wide.action.level.rank, wide.action.name)))


def is_open(resource: Text) -> bool:
    """Whether a resource pattern may match what it does not name."""
    return any(sign in str(resource) for sign in "*?$")


def _reached(known: Action, statement: Statement, home: Home, reached: dict[str, bool]) -> str | None:
    for acted in known.resources:
        if acted.arn not in reached:
            answer = match_resources(statement, fresh(acted.arn, home), {}, variables=True)
            reached[acted.arn] = answer.yes
    required = [acted.arn for acted in known.resources if acted.required]
    if required:
        return required[0] if all(reached[arn] for arn in required) else None
    return next((acted.arn for acted in known.resources if reached[acted.arn]), None)


def only_looks(known: Action) -> bool:
    """Whether an action lists or describes, and reads no content."""
    name = known.name.partition(":")[2]
    return known.level is Level.LIST or (known.level is Level.READ and name.startswith(("Describe", "List")))
