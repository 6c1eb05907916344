"""The tree: a folder as a sorted list of (path, digest, executable)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePosixPath

from attrs import frozen

from oxidize.graph.digest import Digest


@frozen(order=True)
class TreeEntry:
    """One file of a tree; `path` is relative, `/`-separated and has no `..`."""

    path: str
    digest: Digest
    executable: bool = False


@frozen
class Tree:
    """Files only, sorted by path, each path once; empty folders don't exist."""

    entries: tuple[TreeEntry, ...]

    @classmethod
    def of(cls, entries: Iterable[TreeEntry]) -> Tree:
        """Sorts. Raises ValueError for a path twice, absolute, empty or with `..`."""
        ordered = tuple(sorted(entries))
        last = None
        for entry in ordered:
            if entry.path == last:
                raise ValueError(f"path twice in a tree: {entry.path}")
            last = entry.path
            parts = PurePosixPath(entry.path).parts
            if not parts or parts[0] == "/" or ".." in parts:
                raise ValueError(f"not a path inside a tree: {entry.path!r}")
        return cls(ordered)

    def encode(self) -> bytes:
        """Canonical bytes, whose digest is the tree's."""
        rows = [[e.path, e.digest.hash, e.digest.size, e.executable] for e in self.entries]
        return json.dumps(rows, separators=(",", ":"), ensure_ascii=True).encode()

    @classmethod
    def decode(cls, data: bytes) -> Tree:
        """Inverse of `encode`. Raises ValueError for damaged bytes."""
        try:
            return cls.of(TreeEntry(p, Digest(h, s), x) for p, h, s, x in json.loads(data))
        except (TypeError, UnicodeDecodeError) as error:
            raise ValueError(f"damaged tree: {error}") from error

    @property
    def digest(self) -> Digest:
        """Digest of the canonical bytes."""
        return Digest.of(self.encode())
