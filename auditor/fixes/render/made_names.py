"""Names of functions that a template makes of its parameters: a fix makes them of those too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.estate.estate import Estate
from auditor.iam.text import Hole, Text, text

_GROUP = re.compile(r"(?<=/aws/lambda/)([^:/]+)(?=:|$)")


def with_names(value: Text, names: Mapping[str, Text]) -> Text:
    """A text with the names of functions as the template makes them: what a parameter is today it may
    not be in another stack."""
    parts: list[str | Hole | Text] = []
    for part in value:
        if isinstance(part, Hole):
            parts.append(part)
            continue
        for number, piece in enumerate(_GROUP.split(part)):
            parts.append(names.get(piece, text(piece)) if number % 2 else piece)
    return text(*parts)


def made_names(estate: Estate) -> dict[str, Text]:
    """How the outermost template makes the names of its functions that it does not write as they are."""
    return dict(estate.wording.names)
