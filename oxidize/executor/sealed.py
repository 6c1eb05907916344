"""Small files that carry their own checksum: a damaged one reads as none."""

from __future__ import annotations

import hashlib
from pathlib import Path

from oxidize.executor.files import remove_quietly, write_atomically


def _seal(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode() + b"\n"


def write_sealed(path: Path, payload: bytes) -> None:
    """Replaces the file atomically.

    Not fsynced: after a power cut the file is old, new or damaged, and damage is noticed.
    """
    write_atomically(path, _seal(payload) + payload)


def read_sealed(path: Path) -> bytes | None:
    """The payload; None where there is no file or, after removing it, a damaged one."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    seal, payload = data[:65], data[65:]
    if seal != _seal(payload):
        remove_quietly(path)
        return None
    return payload
