"""The cache folder: where it is, what is in it, and what its disk can do."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from oxidize.cli.doctor.row import Row
from oxidize.executor.files import can_clone
from oxidize.executor.location import cache_folder
from oxidize.executor.locks import try_lock
from oxidize.upkeep.census import on_disk

_SECTION = "cache"
_MOVE = "name another folder: OXIDIZE_CACHE_DIR"
# What a first build leaves there, with the compiler's own libraries: bytes.
_NEEDED = 1_000_000_000
# A rough answer will do: seconds.
_PATIENCE = 1.0


def cache(environ: Mapping[str, str]) -> Iterator[Row]:
    """Rows of the folder, of room on its disk, and of what its file system can do."""
    folder = cache_folder(environ)
    there = _nearest(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".oxidize-doctor-", dir=there) as name:
            yield Row(_SECTION, "folder", "ok", f"{folder}, {_size(folder)}")
            yield _room(there)
            yield from _abilities(Path(name))
    except OSError as error:
        message = f"{folder} can't be written: {error.strerror or error}"
        yield Row(_SECTION, "folder", "problem", message, _MOVE)


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that it will be made in."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _size(folder: Path) -> str:
    if not folder.exists():
        return "not there yet"
    total, deadline, pending = 0, time.monotonic() + _PATIENCE, [str(folder)]
    while pending and time.monotonic() < deadline:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        with suppress(FileNotFoundError):  # a build has removed it
                            total += on_disk(entry.stat(follow_symlinks=False))
        except OSError:
            continue
    return f"{'more than ' if pending else ''}{_megabytes(total)}"


def _room(folder: Path) -> Row:
    free = shutil.disk_usage(folder).free
    text = f"{_megabytes(free)} free"
    if free >= _NEEDED:
        return Row(_SECTION, "disk", "ok", text)
    help = f"a first build takes up to {_megabytes(_NEEDED)}: make room, or {_MOVE}"
    return Row(_SECTION, "disk", "warning", text, help)


def _abilities(folder: Path) -> Iterator[Row]:
    """What is tried out in a folder of our own."""
    lock = try_lock(folder / "lock")
    if lock:
        lock.release()
        yield Row(_SECTION, "locks", "ok", "builds at the same time share work")
    else:
        yield Row(_SECTION, "locks", "problem", "files can't be locked", _MOVE)
    file = folder / "file"
    file.write_bytes(b"content")
    if can_clone(file, folder / "clone"):
        yield Row(_SECTION, "copies", "ok", "copies share blocks, and take no room")
    else:
        yield Row(
            _SECTION, "copies", "note", "copies take room: the file system can't share blocks"
        )


def _megabytes(number: int) -> str:
    return f"{number / 1e6:,.0f} MB"
