"""The measurements: each row is one command that prints our figure, the reference of the same run, and their ratio."""
