"""The verifier: reads everything in a cache directory, and drops what isn't as it should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Literal

from attrs import frozen

from oxidize.executor.cache import ActionCache
from oxidize.executor.files import hash_file, is_temporary
from oxidize.executor.in_use import CacheUse
from oxidize.executor.sealed import read_sealed
from oxidize.executor.store import Store
from oxidize.graph.digest import Digest
from oxidize.upkeep.census import LISTS, children
from oxidize.upkeep.entries import entries_in, references

Why = Literal["content", "damaged", "incomplete", "foreign"]


@frozen
class Dropped:
    """One thing that was dropped, and why."""

    kind: str
    path: Path
    why: Why


@frozen
class Verified:
    """How many entries were looked at, how many bytes of contents were read, and what went."""

    entries: int
    size: int
    dropped: tuple[Dropped, ...]


class Verifier:
    """One verification."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries = 0
        self._size = 0

    def verify(self) -> Verified:
        """Does it. Raises OSError."""
        with closing(CacheUse(self._root)) as use:
            use.share()
            # Contents first: what loses one is incomplete.
            dropped = [*self._blobs(), *self._actions(), *self._lists()]
            for each in dropped:
                each.path.unlink(missing_ok=True)
        return Verified(self._entries, self._size, tuple(dropped))

    def _blobs(self) -> Iterator[Dropped]:
        files = list(entries_in(self._root / "blobs"))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            digests = list(pool.map(lambda file: _digest(file[1].path), files))
        for (name, file), digest in zip(files, digests, strict=True):
            if digest is None:
                continue
            self._entries += 1
            self._size += digest.size
            path = Path(file.path)
            if name is None:
                yield Dropped("blobs", path, "foreign")
            elif digest.hash != name:
                path.unlink(missing_ok=True)
                yield Dropped("blobs", path, "content")

    def _actions(self) -> Iterator[Dropped]:
        store, cache = Store(self._root), ActionCache(self._root / "actions")
        for name, file in entries_in(self._root / "actions"):
            path = Path(file.path)
            self._entries += 1
            if name is None:
                yield Dropped("actions", path, "foreign")
            elif path.exists() and references(store, cache, name) is None:
                whole = cache.get(name) is not None
                yield Dropped("actions", path, "incomplete" if whole else "damaged")

    def _lists(self) -> Iterator[Dropped]:
        for kind in (*LISTS, "outputs"):
            for path in children(self._root / kind):
                if path.is_file() and not is_temporary(path.name):
                    self._entries += 1
                    if read_sealed(path) is None:
                        yield Dropped(kind, path, "damaged")


def _digest(path: str) -> Digest | None:
    """None for what is gone meanwhile."""
    try:
        return hash_file(path)
    except FileNotFoundError:
        return None
