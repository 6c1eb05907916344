"""Tests of oxidize.upkeep."""
