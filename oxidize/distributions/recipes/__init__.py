"""Recipes: how CPython and the libraries that it is linked with are built from their sources."""
