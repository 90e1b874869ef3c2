"""What was found in the sources, as frozen values."""
