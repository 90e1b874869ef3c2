"""Names of new Terraform blocks."""

from __future__ import annotations

import re
from collections.abc import Callable


def free_name(wanted: str, fallback: str, taken: set[str], is_used: Callable[[str], bool] | None = None) -> str:
    """A block name made of `wanted`, in snake case, neither in `taken` nor used; it is then taken."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wanted).lower()
    base = re.sub(r"[^a-z0-9]+", "_", words).strip("_") or fallback
    base = base if base[0].isalpha() else f"{fallback}_{base}"
    name, count = base, 1
    while name in taken or (is_used is not None and is_used(name)):
        count += 1
        name = f"{base}_{count}"
    taken.add(name)
    return name
