"""A program that says what it sees: each check is a function of probe.checks."""
