"""Completion of shells: scripts that are written from the verbs' parsers."""
