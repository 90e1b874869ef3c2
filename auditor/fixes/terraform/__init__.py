"""Fixes written into Terraform source, where they belong."""
