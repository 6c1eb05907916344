"""Upkeep of the cache directory: what lies in it, what may go, and whether it is sound."""
