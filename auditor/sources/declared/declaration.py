"""A block or resource that declares something, and whether it is there."""

from __future__ import annotations

from typing import Protocol

from auditor.iam.origin import Origin
from auditor.sources.home import Home


class Declaration(Protocol):
    """A Terraform resource, a resource of a template. `conditions` are what decides whether it is
    there at all and is not known; two under the same ones are there together."""

    @property
    def address(self) -> str: ...

    @property
    def origin(self) -> Origin: ...

    @property
    def home(self) -> Home: ...

    @property
    def conditions(self) -> frozenset[str]: ...


def doubt(declaration: Declaration, holder: Declaration | None, more: frozenset[str] = frozenset()) -> str:
    """Why a declaration, or a part of it under `more` conditions, may not be there where `holder`
    (None: something that surely is) is, as a clause; empty where it is there too: what they both
    hang on plays no part."""
    shared = holder.conditions if holder is not None else frozenset()
    if declaration.conditions | more <= shared:
        return ""
    if declaration.conditions <= shared:
        return doubt_about_part(declaration.address)
    return f"whether `{declaration.address}` is there is not known"


def doubt_about_part(address: str) -> str:
    """Why a part of what is declared at an address may not be there, as a clause."""
    return f"whether this part of `{address}` is there is not known"
