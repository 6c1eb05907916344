"""Mapped files: the bytes of large inputs, without a copy."""

from __future__ import annotations

import mmap
from pathlib import Path


def mapped(path: Path) -> memoryview:
    """A file's contents, mapped as long as something refers to them."""
    with path.open("rb") as stream:
        # Nothing can be mapped of an empty file.
        if path.stat().st_size == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
