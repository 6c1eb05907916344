"""Greets, in the languages of its data file."""
