"""Writes a delivery into its folder, and removes what an earlier one left there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from oxidize.errors import ActionError, Diagnostic, EnvironmentProblem
from oxidize.executor.delivery import Item
from oxidize.executor.filecache import FileCache
from oxidize.executor.files import hash_file, is_temporary, remove_quietly
from oxidize.executor.locks import exclusively
from oxidize.executor.sealed import read_sealed, write_sealed
from oxidize.executor.store import Store
from oxidize.signature import Signature, signature_of, wait_until_settled

_WRITERS = 16


class Materializer:
    """Leaves right files alone, replaces others atomically; files are independent copies."""

    def __init__(self, store: Store, files: FileCache) -> None:
        self._store = store
        self._files = files
        self.delivered: dict[str, Signature | None] = {}
        """Files that are right, as they were then; None if a change might not show."""

    def write(self, items: Sequence[Item], folder: Path, *, prune: bool) -> int:
        """Makes the folder hold these files; how many had to be written. Raises Lost.

        `prune` removes what an earlier call with it wrote there and this one doesn't.
        """
        if prune:
            self._prune(items, folder)
        stale = self.stale(items, folder)
        if stale:
            with self._alone(stale, folder):
                self._write_all(stale, folder)
        self._remember(stale, folder)
        if prune:
            # What another build leaves in the folder is known from its record only.
            record = str(self._record(folder))
            self.delivered[record] = _settled_signature(record)
        return len(stale)

    def stale(self, items: Iterable[Item], folder: Path) -> list[Item]:
        """Those that `write` would write."""
        return [item for item in items if not self._right(item, _place(item, folder))]

    def left_over(self, items: Iterable[Item], folder: Path) -> list[str]:
        """The paths of what `write` with `prune` would remove."""
        before = _read_record(self._record(folder))
        gone = before.keys() - {item.path for item in items}
        # What someone has edited meanwhile isn't ours any more.
        return [path for path in sorted(gone) if _is(folder / path, before[path])]

    @contextmanager
    def _alone(self, items: Sequence[Item], folder: Path) -> Iterator[None]:
        """Keeps other builds from writing these, and removes what killed ones left."""
        with contextlib.ExitStack() as stack:
            # With a cache that can't be written, nobody keeps others from anything.
            with contextlib.suppress(EnvironmentProblem):
                lock = self._store.folder / "locks" / f"outputs-{_name(folder)}"
                stack.enter_context(exclusively(lock))
                _remove_torn({(folder / item.path).parent for item in items})
            yield

    def _prune(self, items: Sequence[Item], folder: Path) -> None:
        _remove(self.left_over(items, folder), folder)
        record = self._record(folder)
        now = {item.path: item.digest.hash for item in items}
        if now != _read_record(record):
            with contextlib.suppress(OSError):
                write_sealed(record, json.dumps(now).encode())

    def _right(self, item: Item, path: str) -> bool:
        try:
            status = os.lstat(path)
            signature = signature_of(status)
            right = (
                stat.S_ISREG(status.st_mode)
                and status.st_size == item.digest.size
                and bool(status.st_mode & stat.S_IXUSR) == item.executable
                and self._files.file(path, signature) == item.digest
            )
        except OSError:
            return False
        if right:
            self.delivered[path] = signature
        return right

    def _write_all(self, items: Sequence[Item], folder: Path) -> None:
        if len(items) == 1:
            self._write_one(items[0], folder / items[0].path)
            return
        # Imported late: most targets are one file.
        from concurrent.futures import ThreadPoolExecutor

        # Not for the processor's sake: disks make many files durable in the time of a few.
        with ThreadPoolExecutor(_WRITERS) as pool:
            for _ in pool.map(lambda item: self._write_one(item, folder / item.path), items):
                pass

    def _write_one(self, item: Item, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            raise EnvironmentProblem(
                Diagnostic(
                    "OX0704",
                    f"a folder is where an output belongs: {path}",
                    help="move or remove the folder",
                )
            )
        if item.origin and self._store.put_file(Path(item.origin)) != item.digest:
            raise ActionError(
                Diagnostic("OX0406", f"{item.origin} changed while it was being built")
            )
        self._store.copy_out(item.digest, path, executable=item.executable, durable=True)

    def _remember(self, written: Sequence[Item], folder: Path) -> None:
        """Spares the next build from reading what was just written.

        Within one tick of the clock nobody could tell our write from another one; after that, an
        edit shows in the signature.
        """
        for item in reversed(written):
            path = _place(item, folder)
            self.delivered[path] = signature = _settled_signature(path)
            if signature:
                self._files.remember(path, signature, item.digest)

    def _record(self, folder: Path) -> Path:
        return self._store.folder / "outputs" / _name(folder)


def _settled_signature(path: str) -> Signature | None:
    """The signature of what is there now, if each change from now on makes another one."""
    try:
        signature = signature_of(os.lstat(path))
        safe = wait_until_settled(signature) and signature_of(os.lstat(path)) == signature
    except OSError:
        return None
    return signature if safe else None


def _name(folder: Path) -> str:
    """What that folder is called in the store."""
    return hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:32]


def _remove_torn(folders: Iterable[Path]) -> None:
    """Removes what killed builds were about to rename; no other build writes there now."""
    for folder in folders:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for path in folder.iterdir():
                if is_temporary(path.name):
                    remove_quietly(path)


def _place(item: Item, folder: Path) -> str:
    # Not a Path, of which very many cost seconds.
    return f"{folder}/{item.path}"


def _is(path: Path, hash_: str) -> bool:
    with contextlib.suppress(OSError):
        return not path.is_symlink() and hash_file(path).hash == hash_
    return False


def _remove(paths: Iterable[str], folder: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            (folder / path).unlink()
            _remove_empty((folder / path).parent, folder)


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top:
        folder.rmdir()
        folder = folder.parent


def _read_record(path: Path) -> dict[str, str]:
    payload = read_sealed(path)
    return json.loads(payload) if payload else {}
