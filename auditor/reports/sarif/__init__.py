"""SARIF 2.1.0, within what code scanning services take."""
