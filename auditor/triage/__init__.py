"""What becomes of findings: the gate, and later waivers and the baseline."""
