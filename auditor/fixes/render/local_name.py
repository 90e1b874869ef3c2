"""Names of new Terraform blocks."""

from __future__ import annotations

import re


def free_name(wanted: str, used: set[str], fallback: str) -> str:
    """A block name made of `wanted`, in snake case, that is not in `used`; it is added there."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wanted).lower()
    base = re.sub(r"[^a-z0-9]+", "_", words).strip("_") or fallback
    base = base if base[0].isalpha() else f"{fallback}_{base}"
    name, count = base, 1
    while name in used:
        count += 1
        name = f"{base}_{count}"
    used.add(name)
    return name
