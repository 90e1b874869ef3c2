"""What configurations declare, in whatever language, made into functions and roles."""
