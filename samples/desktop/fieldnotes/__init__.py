"""Field Notes: notes taken outdoors, as plain text."""

__version__ = "1.2.0"
