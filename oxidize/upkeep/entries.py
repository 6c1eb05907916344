"""Entries of the store and the action cache, as files whose names are sha256s."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from oxidize.executor.cache import ActionCache
from oxidize.executor.files import is_temporary
from oxidize.executor.store import Lost, Store
from oxidize.upkeep.census import files_in

_DIGEST = re.compile(r"\b([0-9a-f]{64})/\d")
_NAME = re.compile(r"[0-9a-f]{64}")


def entries_in(folder: Path) -> Iterator[tuple[str | None, os.DirEntry[str]]]:
    """(sha256 or None for what has no place there, the file); temporary files are left out."""
    for file in files_in(folder):
        if not is_temporary(file.name):
            yield _name_of(folder, file.path), file


def _name_of(folder: Path, path: str) -> str | None:
    first, _, rest = os.path.relpath(path, folder).partition(os.sep)
    name = first + rest
    return name if len(first) == 2 and _NAME.fullmatch(name) else None


def times_of_use(folder: Path) -> list[int]:
    """When each action's entry was last used, in nanoseconds."""
    times = []
    for name, file in entries_in(folder):
        with suppress(FileNotFoundError):
            if name:
                times.append(file.stat().st_mtime_ns)
    return times


@frozen
class References:
    """The sha256s of what an action made, files of trees too, and of its inputs."""

    made: frozenset[str]
    read: frozenset[str]


def references(store: Store, cache: ActionCache, key: str) -> References | None:
    """What an action's entry refers to; none if it isn't there, or something that it made isn't.

    Only trees are read.
    """
    entry = cache.get(key)
    if entry is None:
        return None
    found = set()
    try:
        for built in entry.outputs.values():
            digests = [built.digest]
            if built.form == "tree":
                digests += (each.digest for each in store.tree(built.digest).entries)
            if not all(map(store.has, digests)):
                return None
            found |= {digest.hash for digest in digests}
    except (Lost, ValueError):
        return None
    read = _DIGEST.findall("\n".join(entry.parts.values()))
    return References(frozenset(found), frozenset(read))
