"""Whether one part of a statement matches one part of a request: yes, no, or undetermined."""
