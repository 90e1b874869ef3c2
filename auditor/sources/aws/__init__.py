"""Live accounts: read with the fewest calls and the least rights, and told as bundles."""
