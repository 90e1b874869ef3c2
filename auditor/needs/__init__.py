"""An estate in, what must be allowed out, each need with its evidence."""
