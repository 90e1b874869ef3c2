"""Bundles: what `collect` writes and a person can write by hand."""

from auditor.sources.bundle.reader import read_bundle

__all__ = ["read_bundle"]
