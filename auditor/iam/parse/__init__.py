"""From a located JSON value to a policy document."""

from auditor.iam.parse.policy import parse_policy

__all__ = ["parse_policy"]
