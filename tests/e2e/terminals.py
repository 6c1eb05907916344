"""Descriptions of terminals that tests make."""

from __future__ import annotations

import struct


def description(name: str, tabs: int = 8) -> bytes:
    """A terminal that can do nothing, as a compiled description; `tabs` is how far apart they
    are."""
    names = f"{name}|of a test".encode() + b"\0"
    names += b"\0" * (len(names) % 2)
    return struct.pack("<6h", 0o432, len(names), 0, 2, 0, 0) + names + struct.pack("<2h", -1, tabs)
