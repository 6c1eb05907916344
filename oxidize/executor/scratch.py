"""Scratch folders of running actions, and the removal of what killed processes left."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import threading
from pathlib import Path

from oxidize.executor.locks import FileLock, try_lock
from oxidize.executor.problems import disk_errors

LOCK_SUFFIX = ".lock"


class Scratch:
    """A private folder below the store's folder, so that outputs can be renamed into the store.

    It is locked as long as its process lives; the next process that needs scratch space removes
    what isn't. A failed action's folder stays until then, so that its command can be repeated.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._mutex = threading.Lock()
        self._own: Path | None = None
        self._lock: FileLock | None = None
        self._kept = False

    def new(self) -> Path:
        """A new, empty folder."""
        with self._mutex, disk_errors(self._folder):
            if self._own is None:
                self.sweep()
                self._own = self._claim()
            path = self._own / str(next(self._numbers))
            path.mkdir()
            return path

    def discard(self, path: Path) -> None:
        """Removes a folder that `new` made."""
        remove_tree(path)

    def keep(self) -> None:
        """Lets what is there now stay when the build ends."""
        self._kept = True

    def close(self) -> None:
        """Removes everything that wasn't kept."""
        if self._own is not None and not self._kept:
            remove_tree(self._own)
        if self._lock is not None:
            self._lock.release()
        self._own = self._lock = None

    def _claim(self) -> Path:
        while True:
            name = secrets.token_hex(8)
            # First the lock, so that the folder is never seen without.
            if lock := try_lock(self._lock_of(name)):
                self._lock = lock
                own = self._folder / name
                own.mkdir()
                return own

    def _lock_of(self, name: str) -> Path:
        return self._folder / f"{name}{LOCK_SUFFIX}"

    def sweep(self) -> None:
        """Removes what processes left that are gone. Raises OSError."""
        if not self._folder.is_dir():
            return
        # Also locks without a folder, of processes that were killed in between.
        for name in {entry.name.removesuffix(LOCK_SUFFIX) for entry in self._folder.iterdir()}:
            if lock := try_lock(self._lock_of(name)):
                remove_tree(self._folder / name)
                lock.release()


def remove_tree(path: Path) -> None:
    """Removes a folder as far as possible, also what an action made read-only."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        for parent, _, _ in os.walk(path):
            with contextlib.suppress(OSError):
                Path(parent).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
