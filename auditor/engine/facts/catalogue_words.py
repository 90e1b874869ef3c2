"""What the catalogue of actions has to say of a role: names that a name of the user's could be taken for."""

from __future__ import annotations

from functools import lru_cache

from auditor.engine.facts.fresh import ROLE, Home, fresh, is_open
from auditor.estate.role import Role
from auditor.iam.arn import arn
from auditor.iam.catalogue import action, matched_by
from auditor.iam.document import Effect, Statement
from auditor.iam.text import ACCOUNT, REGION, Text, text

_SOMEWHERE = Home(text("aws"), text(REGION), text(ACCOUNT))
_ANOTHER_ROLE = str(fresh(ROLE, _SOMEWHERE)).lower()


def catalogue_words(role: Role) -> str | None:
    """The words, in lower case, of the resources that the catalogue knows for what a role allows; None
    where that is the whole catalogue."""
    found: list[str] = []
    for held in role.policies:
        for statement in held.policy.statements if held.policy is not None else ():
            if statement.effect is Effect.ALLOW:
                words = _words(statement)
                if words is None:
                    return None
                found.append(words)
    return "\n".join(found)


def _words(statement: Statement) -> str | None:
    actions = tuple(pattern.text for pattern in statement.actions)
    if statement.not_action or any(_is_everything(pattern) for pattern in actions):
        # Only of the services of the ARNs that it names are the actions looked up.
        return None if statement.not_resource else _services(statement)
    if statement.not_resource or any(is_open(pattern.text) for pattern in statement.resources or ()):
        return _forms(actions)
    return "\n".join((_ANOTHER_ROLE, *(str(pattern).partition(":")[0].lower() for pattern in actions)))


def _is_everything(pattern: Text) -> bool:
    return pattern.literal is not None and pattern.literal.strip("*") == ""


def _services(statement: Statement) -> str:
    parsed = (arn(pattern.text) for pattern in statement.resources or ())
    return "\n".join(str(one.service).lower() for one in parsed if one is not None)


@lru_cache(maxsize=4096)
def _forms(actions: tuple[Text, ...]) -> str:
    """The services of action patterns, and the things that their actions act on, named as the
    program would name them."""
    found: dict[str, None] = {}
    for pattern in actions:
        for name in matched_by(pattern.literal) if pattern.literal is not None else ():
            found[name.partition(":")[0]] = None
            known = action(name)
            for acted in known.resources if known is not None else ():
                found.update((str(fresh(form, _SOMEWHERE)), None) for form in acted.forms)
    return "\n".join(found).lower()
