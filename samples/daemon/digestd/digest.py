"""The work: one file's digest. It runs in processes of their own."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path

SUFFIX = ".sha256"


def set_up_worker() -> None:
    """The service decides when workers end: what stops all of them at once isn't for them."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)


def write_digest(path: Path) -> str:
    """Writes the digest beside the file, as `sha256sum -c` reads it, and returns it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    half = path.with_name(f".{path.name}{SUFFIX}")
    half.write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    half.replace(path.with_name(path.name + SUFFIX))
    return digest
