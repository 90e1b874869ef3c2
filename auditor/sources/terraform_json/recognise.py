"""What the output of `terraform show -json` looks like from its first characters."""

from __future__ import annotations

import re

HEAD = 512
"""Bytes that tell."""

LARGEST = 100 * 1024 * 1024
"""The size in bytes up to which such a file is read: a plan of ten thousand functions."""

_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:'
    rb'format_version"\s*:\s*"[0-9.]+"\s*(?:,\s*"terraform_version"|\})'
    rb'|version"\s*:\s*[0-9]+\s*,\s*"terraform_version")'
)


def is_output(data: bytes) -> bool:
    """Whether a file begins as Terraform writes a plan, a state, or the state file itself."""
    return _HEAD.match(data[:HEAD]) is not None
