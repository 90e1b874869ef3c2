"""What becomes of findings: the configuration, waivers, the baseline, and the gate."""
