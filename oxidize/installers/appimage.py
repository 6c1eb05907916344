"""AppImages of type 2: a program that runs what a squashfs image behind it holds."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import BinaryIO

MACHINES = ("x86_64", "aarch64")
# Parts of the runtime's sources; of which these are what it shares with that of programs.
SHARED = ("extract_entry_posix.c", "extract_places_linux.c")
PARTS = ("appimage", "extract.h", "extract_entry.h", "extract_places.h", "write_all.h", *SHARED)
# What tells the type, in bytes of an ELF file's head that are padding.
_MAGIC_AT, _MAGIC = 8, b"AI\x02"
# What the runtime has where the image's SHA-256 goes (runtime/appimage/own_image.c).
_DIGEST = b"{the image's SHA-256 comes here}"
_CHUNK = 1 << 20


def write_appimage(runtime: bytes, image: Path, out: BinaryIO) -> None:
    """The runtime, which is told the image's SHA-256, and the image. Raises ValueError for a
    runtime that has no place for it."""
    if runtime.count(_DIGEST) != 1:
        raise ValueError("the runtime has no place for a SHA-256")
    with image.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        data = bytearray(runtime.replace(_DIGEST, digest))
        data[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] = _MAGIC
        out.write(data)
        file.seek(0)
        shutil.copyfileobj(file, out, _CHUNK)
