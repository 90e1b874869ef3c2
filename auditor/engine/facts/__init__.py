"""From an estate to the facts that rules range over."""

from auditor.engine.facts.collect import collect

__all__ = ["collect"]
