"""Tests, mirroring oxidize/."""
