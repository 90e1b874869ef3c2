"""CloudFormation templates, and what becomes one, to estates."""
