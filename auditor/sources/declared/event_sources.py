"""How an event source mapping gets at its source.

Source: the Lambda API's SourceAccessConfiguration: a type, and a URI whose meaning it gives.
"""

from __future__ import annotations

from auditor.iam.text import Text

VPC_SUBNET = "VPC_SUBNET"
_NO_SECRETS = frozenset((VPC_SUBNET, "VPC_SECURITY_GROUP", "VIRTUAL_HOST"))


def is_secret(kind: Text) -> bool:
    """Whether an access of this type names a secret of Secrets Manager."""
    return kind.literal is not None and kind.literal not in _NO_SECRETS
