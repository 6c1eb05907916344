"""Keeping the cache small: what builds do about it when they are done."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from pathlib import Path

from oxidize.cli.amounts import size, size_text
from oxidize.cli.console import Console
from oxidize.executor.in_use import COLLECTED
from oxidize.executor.location import LAYOUT, cache_folder

VARIABLE = "OXIDIZE_CACHE_MAX_SIZE"
_DEFAULT = "20GB"
_NEVER = "none"
_DAY = 86_400


def collect_daily(console: Console) -> None:
    """Collects what is too much in the cache, if nobody looked for a day. A failure is no error:
    the build is done."""
    mark = cache_folder(os.environ) / LAYOUT / COLLECTED
    with contextlib.suppress(OSError):
        # All that an unchanged build pays for it.
        if time.time() - _looked(mark) > _DAY:
            mark.touch()
            _collect(console)


def _looked(mark: Path) -> float:
    try:
        return mark.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _collect(console: Console) -> None:
    text = os.environ.get(VARIABLE) or _DEFAULT
    if text == _NEVER:
        return
    try:
        limit = size(text)
    except argparse.ArgumentTypeError as error:
        console.warn(f"{VARIABLE}: {error}, and not {_NEVER!r}: the cache grows", VARIABLE)
        return
    from oxidize.upkeep.automatic import collect_if_large

    collected = collect_if_large(cache_folder(os.environ) / LAYOUT, limit)
    if collected and collected.removed:
        freed = sum(each.size for each in collected.removed.values())
        console.say(
            f"removed {size_text(freed)} from the cache that wasn't used for longest: more than "
            f"{size_text(limit)} were there"
        )
