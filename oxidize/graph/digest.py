"""The digest: how the store and the cache name bytes (Remote Execution API v2's form)."""

from __future__ import annotations

import hashlib

from attrs import frozen


@frozen(order=True)
class Digest:
    """Lower-case hexadecimal sha256 of some bytes, and their number."""

    hash: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> Digest:
        """Digest of bytes in memory."""
        return cls(hashlib.sha256(data).hexdigest(), len(data))

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Inverse of `str`: "HASH/SIZE". Raises ValueError for anything else."""
        hash_, slash, size = text.partition("/")
        if not slash or len(hash_) != 64 or not set(hash_) <= set("0123456789abcdef"):
            raise ValueError(f"not a digest: {text!r}")
        return cls(hash_, int(size))

    def __str__(self) -> str:
        return f"{self.hash}/{self.size}"
