"""oxidize: ships a Python application as one native executable."""

__version__ = "0.1.0"
