"""glibc: which libraries are its own, and which version of it a file needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

# Every program that glibc runs can count on these.
_LIBRARIES = (
    "ld-linux",
    "linux-vdso",
    "libc.so",
    "libm.so",
    "libmvec.so",
    "libdl.so",
    "libpthread.so",
    "librt.so",
    "libutil.so",
    "libresolv.so",
    "libanl.so",
    "libnss_",
    "libBrokenLocale",
)
_VERSION = re.compile(rb"\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)")


def is_glibc(name: str) -> bool:
    """Whether a library of that file name belongs to glibc."""
    return Path(name).name.startswith(_LIBRARIES)


def newest_needed(files: Iterable[bytes]) -> str:
    """The newest version whose symbols dynamically linked files need: "2.17"; "" for none."""
    found = {(int(n[1]), int(n[2])) for data in files for n in _VERSION.finditer(data)}
    return ".".join(map(str, max(found))) if found else ""
