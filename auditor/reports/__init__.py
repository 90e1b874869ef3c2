"""A report in, text in one format out: one file for each format."""
