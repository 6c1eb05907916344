"""Tests of requirements, the lock and what uv is run for."""
