"""The collector: removes what wasn't used for longest, and what is of no use, while builds run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from attrs import define, field, frozen

from oxidize.executor.cache import ActionCache
from oxidize.executor.files import is_temporary
from oxidize.executor.in_use import CacheUse
from oxidize.executor.locks import sweep_locks
from oxidize.executor.scratch import Scratch
from oxidize.executor.store import Store
from oxidize.upkeep.aside import put_aside, remove_aside
from oxidize.upkeep.census import DEEP, LISTS, TOOLS, children, files_in, on_disk, total, usage_of
from oxidize.upkeep.choice import Blob, Item, Limits, choose
from oxidize.upkeep.entries import entries_in, references

_NONE = frozenset[str]()


@frozen
class Removed:
    """What went of a kind; `size` in bytes on the disk."""

    entries: int = 0
    size: int = 0


@frozen
class Collected:
    """What went, by kind, and the bytes that are left.

    `busy`: something stayed because a running command may use it.
    """

    removed: Mapping[str, Removed]
    size: int
    busy: bool


@define
class Collector:
    """One collection; `dry` only finds out what would go. What was used in the last `spared`
    seconds stays, as what running commands use does."""

    root: Path
    limits: Limits
    dry: bool = False
    spared: float = 0.0
    _removed: dict[str, Removed] = field(factory=dict)
    _busy: bool = False

    def collect(self) -> Collected:
        """Does it. Raises OSError."""
        with closing(CacheUse(self.root)) as use:
            use.share()
            spared = time.time_ns() - int(self.spared * 1_000_000_000)
            self._collect(use, min(use.since, spared) if self.spared else use.since)
        # Outside: it may take long, and nobody sees it any more.
        if not self.dry:
            remove_aside(self.root)
        left = total(self.root)
        if self.dry:
            left -= sum(removed.size for removed in self._removed.values())
        return Collected(self._removed, left, self._busy)

    def _collect(self, use: CacheUse, since: int) -> None:
        blobs = dict(self._blobs())
        items = [*self._actions(), *self._others()]
        measured = sum(item.size for item in items) + sum(blob.size for blob in blobs.values())
        rest = total(self.root) - measured
        kept = choose(items, blobs, rest, self.limits, since)
        gone = [item for item in items if item not in kept]
        self._remove_items([item for item in gone if not item.bound])
        made = _NONE.union(*(item.blobs for item in items))
        needed = _NONE.union(*(item.blobs for item in kept))
        # Listings of sources, which nothing made: --explain tells by them what changed.
        needed |= _NONE.union(*(item.read for item in kept)) - made
        self._remove_blobs(
            {name: each for name, each in blobs.items() if name not in needed}, since
        )
        if not self.dry:
            self._sweep(since)
        self._remove_bound([item for item in gone if item.bound], use)

    def _blobs(self) -> Iterator[tuple[str, Blob]]:
        for name, file in entries_in(self.root / "blobs"):
            with suppress(FileNotFoundError):
                status = file.stat(follow_symlinks=False)
                # ctime: an output that was renamed into the store has kept its own mtime.
                if name:
                    yield name, Blob(Path(file.path), on_disk(status), status.st_ctime_ns)

    def _actions(self) -> Iterator[Item]:
        store, cache = Store(self.root), ActionCache(self.root / "actions")
        for name, file in entries_in(self.root / "actions"):
            with suppress(FileNotFoundError):
                status = file.stat(follow_symlinks=False)
                found = references(store, cache, name) if name else None
                # What refers to what isn't there is of no use, however new it is.
                used = status.st_mtime_ns if found else 0
                made, read = (found.made, found.read) if found else (_NONE, _NONE)
                yield Item("actions", Path(file.path), used, on_disk(status), made, read)

    def _others(self) -> Iterator[Item]:
        for kind in LISTS:
            for path in children(self.root / kind):
                if not is_temporary(path.name):
                    usage = usage_of(path)
                    yield Item(kind, path, usage.newest, usage.size)
        for path in children(self.root / "libraries"):
            with suppress(FileNotFoundError):
                used = path.stat().st_mtime_ns
                yield Item("libraries", path, used, usage_of(path).size, bound=True)
        for path in children(self.root / TOOLS):
            usage = usage_of(path)
            yield Item(f"{TOOLS}/{path.name}", path, usage.newest, usage.size, bound=True)

    def _remove_bound(self, items: Sequence[Item], use: CacheUse) -> None:
        if not items:
            return
        if use.alone():
            if not self.dry:
                put_aside(self.root, [item.path for item in items])
            for item in items:
                self._count(item.kind, item.size)
        else:
            self._busy = True
        use.share()

    def _remove_items(self, items: Sequence[Item]) -> None:
        for item in items:
            with suppress(FileNotFoundError):
                # Someone may have used it since we looked.
                if item.used in (0, item.path.lstat().st_mtime_ns):
                    self._unlink(item.kind, item.path, item.size)

    def _remove_blobs(self, blobs: Mapping[str, Blob], since: int) -> None:
        for blob in blobs.values():
            with suppress(FileNotFoundError):
                # An action that runs may have put it there, and not said so yet.
                if blob.path.lstat().st_ctime_ns < since:
                    self._unlink("blobs", blob.path, blob.size)

    def _unlink(self, kind: str, path: Path, size: int) -> None:
        if not self.dry:
            path.unlink()
        self._count(kind, size)

    def _count(self, kind: str, size: int) -> None:
        before = self._removed.get(kind, Removed())
        self._removed[kind] = Removed(before.entries + 1, before.size + size)

    def _sweep(self, since: int) -> None:
        """Removes what killed processes left behind."""
        for kind in (*DEEP, *LISTS, "outputs", "packs"):
            for file in files_in(self.root / kind):
                with suppress(FileNotFoundError):
                    if is_temporary(file.name) and file.stat().st_ctime_ns < since:
                        Path(file.path).unlink()
        Scratch(self.root / "scratch").sweep()
        sweep_locks(self.root / "locks")
