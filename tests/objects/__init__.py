"""Tests of the objects that build files see."""
