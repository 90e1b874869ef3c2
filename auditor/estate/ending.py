"""ARNs of which only the end is not known before deployment.

AWS makes up the end of some ARNs: the id of a target group, of a secret, of a table's stream. Such an
end has no name of its own in Terraform or CloudFormation: only the whole ARN has one. So its hole is
named after the ARN that it ends, and who writes the ARN names the ARN.
"""

from __future__ import annotations

from auditor.iam.text import Hole, Text, text

_END = "the end of "
_WILD = ("*", "?")


def ending(whole: str) -> str:
    """How the hole is called that ends the ARN which `whole` gives."""
    return _END + whole


def by_reference(value: Text) -> Text:
    """A text that begins with such an ARN, with one hole in its place, called as a source calls it."""
    for index, part in enumerate(value.parts):
        if isinstance(part, Hole) and part.name.startswith(_END):
            before = text(*value.parts[:index])
            if before.startswith("arn:") and not any(char in str(before) for char in _WILD):
                return text(Hole(part.name.removeprefix(_END)), *value.parts[index + 1 :])
    return value
