"""Fixes of a live account: as a script to read and run, or carried out one by one."""
