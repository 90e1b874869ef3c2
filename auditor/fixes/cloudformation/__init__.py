"""Fixes written into CloudFormation and SAM templates, where they belong."""
