"""Places as SARIF writes them."""

from __future__ import annotations

from urllib.parse import quote

from auditor.iam.origin import Origin
from auditor.reports.look import Place
from auditor.reports.request import Json

_ROOT = "%SRCROOT%"


def write_artifact(file: str, place: Place) -> dict[str, Json]:
    return {"uri": quote(place(file), safe="/"), "uriBaseId": _ROOT}


def write_location(origin: Origin, place: Place, message: str = "") -> dict[str, Json]:
    """A location; of what has no file, such as a function of an account, a name stands for it."""
    file = origin.file or (origin.arn or origin.address or "unknown").replace(":", "/")
    physical: dict[str, Json] = {"artifactLocation": write_artifact(file, place), "region": _region(origin)}
    written: dict[str, Json] = {"physicalLocation": physical}
    name = origin.address or origin.arn
    if name:
        written["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    if message:
        written["message"] = {"text": message}
    return written


def _region(origin: Origin) -> dict[str, Json]:
    """All four sides: services ask for them. A place without a span begins and ends at one."""
    line, column = origin.line or 1, origin.column or 1
    end_line = max(origin.end_line or line, line)
    end_column = origin.end_column or column
    if end_line == line:
        end_column = max(end_column, column)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
