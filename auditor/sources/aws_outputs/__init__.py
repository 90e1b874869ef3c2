"""Outputs of the AWS CLI, recognised by their shape."""

from auditor.sources.aws_outputs.shapes import is_aws_output, read_aws_output

__all__ = ["is_aws_output", "read_aws_output"]
