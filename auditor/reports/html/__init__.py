"""The HTML report: one file for an audit or a review meeting, which loads nothing."""
