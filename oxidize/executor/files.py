"""Reading, copying and replacing single files, all or nothing."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import sys
import time
from pathlib import Path

from oxidize.graph.digest import Digest

_CHUNK = 1 << 20
_DAY = 86_400
# FICLONE of linux/fs.h, _IOW(0x94, 9, int): shares blocks where the file system can (btrfs, xfs).
_FICLONE = 0x40049409


def hash_file(path: str | Path) -> Digest:
    """Digest of a file's content."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 (a third faster, for 100,000 files)
        first = file.read(_CHUNK)
        if len(first) < _CHUNK and not (rest := file.read(_CHUNK)):
            return Digest.of(first)
        hasher, size = hashlib.sha256(first), len(first)
        if len(first) < _CHUNK:
            hasher.update(rest)
            size += len(rest)
        buffer = memoryview(bytearray(_CHUNK))
        while got := file.readinto(buffer):
            hasher.update(buffer[:got])
            size += got
        return Digest(hasher.hexdigest(), size)


_TEMPORARY = re.compile(r"\.oxidize-[0-9a-f]{16}\.tmp")


def temporary_beside(path: Path) -> Path:
    """A new name in the same folder, so that a rename is atomic."""
    return path.with_name(f".oxidize-{secrets.token_hex(8)}.tmp")


def is_temporary(name: str) -> bool:
    """Whether `temporary_beside` makes such names."""
    return bool(_TEMPORARY.fullmatch(name))


def write_atomically(path: Path, data: bytes) -> None:
    """Readers see the old content or the new, never a part; makes parent folders."""
    temporary = temporary_beside(path)
    try:
        try:
            temporary.write_bytes(data)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException as error:
        remove_quietly(temporary)
        if isinstance(error, OSError):
            error.filename = str(path)  # of the temporary file, nobody knows
        raise


def copy_file(source: Path, destination: Path, mode: int) -> None:
    """Copies into a new file, as `copy_content` does."""
    with source.open("rb", buffering=0) as reader:
        copy_content(reader, destination, mode)


def copy_content(source: io.FileIO, destination: Path, mode: int, *, durable: bool = False) -> None:
    """Copies into a new file, sharing blocks where possible; `mode` is subject to the umask."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(destination, flags, mode)
    try:
        if not _clone(source.fileno(), descriptor):
            _copy(source.fileno(), descriptor)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clone(source: int, destination: int) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.ioctl(destination, _FICLONE, source)
    except OSError:
        return False
    return True


def can_clone(file: Path, other: Path) -> bool:
    """Whether a file's blocks can be shared with another one, which is made."""
    with file.open("rb") as reader, other.open("xb") as writer:
        return _clone(reader.fileno(), writer.fileno())


def _copy(source: int, destination: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # an old kernel, or two unlike file systems
            while os.copy_file_range(source, destination, 1 << 30):
                pass
    # The rest, from where the kernel left off: nothing, as a rule.
    while data := os.read(source, _CHUNK):
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(destination, rest) :]


def note_use(path: str) -> None:
    """Tells in a file's or folder's mtime that it is used: once a day, to spare the disk."""
    with contextlib.suppress(OSError):
        if is_old(path):
            os.utime(path)


def is_old(path: str) -> bool:
    """Whether a file or folder was last written more than a day ago. Raises OSError."""
    return time.time() - os.stat(path).st_mtime > _DAY  # noqa: PTH116 (hot)


def remove_quietly(path: Path) -> None:
    """Removes a file if it is there and may be removed."""
    with contextlib.suppress(OSError):
        path.unlink()
