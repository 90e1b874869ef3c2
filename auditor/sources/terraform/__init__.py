"""Terraform configurations, read from their source."""

from auditor.sources.terraform.reader import called_modules, read_module
from auditor.sources.terraform.syntax import SyntaxFile, parse_file

__all__ = ["SyntaxFile", "called_modules", "parse_file", "read_module"]
