"""Bytes or AWS in, an estate out: one folder or file for each kind of source."""
