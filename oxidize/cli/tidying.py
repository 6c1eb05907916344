"""Tidying: keeps the cache directory from growing without end, once a day, after a build."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from oxidize.cli.amounts import size, size_text
from oxidize.cli.console import Console
from oxidize.executor.files import is_old
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.sealed import write_sealed

VARIABLE = "OXIDIZE_CACHE_MAX_SIZE"
_DEFAULT = 20_000_000_000
# A full cache is emptied to that, or the next build would fill it again.
_KEPT = 0.8


def tidy(console: Console, environ: Mapping[str, str] = os.environ) -> None:
    """Removes what wasn't used for longest if the cache is too large; without harm if it can't."""
    root = cache_folder(environ) / LAYOUT
    with suppress(OSError):
        if (limit := _limit(console, environ)) and _is_due(root / "logs" / "tidied"):
            _tidy(root, limit, console)


def _limit(console: Console, environ: Mapping[str, str]) -> int:
    """Bytes; 0 for none."""
    text = environ.get(VARIABLE, "")
    try:
        return size(text) if text else _DEFAULT
    except argparse.ArgumentTypeError as error:
        console.warn(f"{VARIABLE}: {error}", "cache")
        return 0


def _is_due(mark: Path) -> bool:
    """Whether the last time was a day ago or more; if so, or if there was none, it is now."""
    try:
        due = is_old(str(mark))
    except FileNotFoundError:
        due = False
        write_sealed(mark, b"")
    if due:
        os.utime(mark)
    return due


def _tidy(root: Path, limit: int, console: Console) -> None:
    from oxidize.upkeep.automatic import collect_if_large

    collected = collect_if_large(root, limit, int(limit * _KEPT))
    if collected and (freed := sum(each.size for each in collected.removed.values())):
        console.say(
            f"the cache had more than {size_text(limit)}: removed {size_text(freed)} that wasn't "
            "used for longest"
        )
