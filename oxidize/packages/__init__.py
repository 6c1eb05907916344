"""Packages from indexes: what pip_install() takes, the lock, and how uv is run."""
