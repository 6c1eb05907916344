"""Tests of easy mode."""
