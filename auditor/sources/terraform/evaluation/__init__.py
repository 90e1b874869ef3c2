"""Expressions to values, symbolically: what is not known becomes a hole."""
