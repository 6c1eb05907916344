"""Putting aside: what is to be removed leaves its place at once, however long removing takes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

from oxidize.executor.in_use import NAME, CacheUse
from oxidize.executor.problems import is_disk_problem
from oxidize.executor.scratch import remove_tree
from oxidize.upkeep.census import children

_PREFIX = "removed-"


def put_aside(root: Path, paths: Iterable[Path]) -> None:
    """Moves files and folders below `root` to where nobody looks for them. Raises OSError."""
    place = root / f"{_PREFIX}{secrets.token_hex(8)}"
    try:
        place.mkdir()
    except OSError as error:
        if not is_disk_problem(error):
            raise
        # Not even for a folder is there space: then it has to take its time.
        for path in paths:
            if path.is_dir():
                remove_tree(path)
            else:
                path.unlink(missing_ok=True)
        return
    for number, path in enumerate(paths):
        with suppress(FileNotFoundError):
            path.rename(place / str(number))


def remove_aside(root: Path) -> None:
    """Removes what was put aside, also by a process that was killed before it did."""
    for path in children(root):
        if path.name.startswith(_PREFIX):
            remove_tree(path)


def clear(root: Path, waits: Callable[[], None]) -> None:
    """Removes everything, once nobody uses it; calls `waits` if that isn't so at once.

    Raises OSError.
    """
    with closing(CacheUse(root)) as use:
        if not use.alone():
            waits()
            use.alone(wait=True)
        kept = (NAME, _PREFIX)
        put_aside(root, [path for path in children(root) if not path.name.startswith(kept)])
    remove_aside(root)
