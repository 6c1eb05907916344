"""digestd: writes a SHA-256 beside each file that is put into a folder."""

__version__ = "1.2.0"
