"""The log group that a function writes where nothing names another."""

from __future__ import annotations

from auditor.iam.text import Text, text


def default_log_group(name: Text) -> Text:
    """The group of the function `name` (Lambda developer guide, "Sending Lambda function logs to
    CloudWatch Logs")."""
    return text("/aws/lambda/", name)
