"""Locks between processes: a locked file, which the system unlocks when its holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oxidize.executor.problems import disk_errors

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """A lock that is held; made by `try_lock` and `wait_for_lock`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def release(self) -> None:
        """Gives the lock up and removes its file."""
        # While the file is still locked, or a new holder's file would be removed. (Windows
        # refuses to; there the file stays.)
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def try_lock(path: Path) -> FileLock | None:
    """The lock, unless someone has it. Raises OSError where nothing can be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if _lock(descriptor) and _still_there(path, descriptor):
        return FileLock(path, descriptor)
    os.close(descriptor)
    return None


def _still_there(path: Path, descriptor: int) -> bool:
    """Whether the locked file wasn't removed, by its last holder, before we locked it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def sweep_locks(folder: Path) -> None:
    """Removes the files of locks that nobody holds: their holders were killed. Raises OSError."""
    if folder.is_dir():
        for path in folder.iterdir():
            if lock := try_lock(path):
                lock.release()


def wait_for_lock(path: Path, stop: threading.Event) -> FileLock | None:
    """The lock, when whoever has it is done; none when told to stop meanwhile."""
    pause = 0.005
    while not stop.is_set():
        if lock := try_lock(path):
            return lock
        # Polling, since a thread that blocks in the kernel can't be stopped by Ctrl-C.
        stop.wait(pause)
        pause = min(pause * 1.5, 0.1)
    return None


@contextmanager
def exclusively(path: Path, *, cache: bool = True) -> Iterator[None]:
    """One process at a time, by a lock at that path; others wait. Raises EnvironmentProblem, which
    says whether it is the cache that is at fault."""
    with disk_errors(path.parent, cache=cache):
        held = wait_for_lock(path, threading.Event())
    assert held is not None
    try:
        yield
    finally:
        held.release()
