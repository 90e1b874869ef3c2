"""Lists that are all a role may hold: Terraform takes away from the role what they leave out.

Source: the provider's documentation of `aws_iam_role_policies_exclusive` and
`aws_iam_role_policy_attachments_exclusive`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from auditor.estate.role import RolePolicy
from auditor.iam.text import Text
from auditor.sources.declared.perhaps import may_be


def kept(
    policies: Iterable[RolePolicy], listed: Sequence[Text], named: Callable[[RolePolicy], Text | None], address: str
) -> Iterator[RolePolicy]:
    """The policies, where a list at `address` decides which of them the role keeps. `named` gives
    what the list calls a policy, None for one that is none of its business."""
    for policy in policies:
        name = named(policy)
        if name is None or name in listed:
            yield policy
        elif any(may_be(entry, name) for entry in listed):
            yield replace(policy, uncertain=f"whether `{address}` lets the role keep `{name}` is not known")
        else:
            yield replace(policy, uncertain=f"`{address}` takes `{name}` away from the role")
