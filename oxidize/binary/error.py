"""The error of files in the formats of executables."""

from __future__ import annotations


class BinaryError(ValueError):
    """Not a file that oxidize can edit, or none of its own; the message says why."""
