"""The checks: see __main__."""
