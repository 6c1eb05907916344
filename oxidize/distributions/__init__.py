"""Distributions: where a CPython to embed comes from, and how it is described."""
