"""Fixes: planned as operations on an estate, proved on it, rendered in several languages."""
