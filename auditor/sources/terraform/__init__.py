"""Terraform configurations, read from their source."""

from auditor.sources.terraform.language.syntax import SyntaxFile, parse_file
from auditor.sources.terraform.reader import called_modules, read_module

__all__ = ["SyntaxFile", "called_modules", "parse_file", "read_module"]
