"""glibc: which libraries are its own, and which version of it a file needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from oxidize.binary.native import is_glibc_library

_VERSION = re.compile(rb"\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)")


def is_glibc(name: str) -> bool:
    """Whether a library of that file name belongs to glibc."""
    name = Path(name).name
    # What the kernel itself maps into all programs is listed beside it.
    return is_glibc_library(name) or name.startswith(("linux-vdso", "libnss_"))


def newest_needed(files: Iterable[bytes]) -> str:
    """The newest version whose symbols dynamically linked files need: "2.17"; "" for none."""
    found = {(int(n[1]), int(n[2])) for data in files for n in _VERSION.finditer(data)}
    return ".".join(map(str, max(found))) if found else ""
