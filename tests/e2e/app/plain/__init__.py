"""A package without data."""
