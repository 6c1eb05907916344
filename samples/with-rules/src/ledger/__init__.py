"""Adds amounts up."""
