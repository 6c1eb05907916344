"""The census: what lies in a cache directory, by kind, and what it takes on the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen

from oxidize.executor.in_use import COLLECTED, NAME
from oxidize.executor.scratch import LOCK_SUFFIX

# Kinds whose entries are files, two folders down; those of others are what lies in their folder.
DEEP = ("actions", "blobs")
# Lists that builds of a project remember, a sealed file each; without one, they look again.
LISTS = ("files", "journals", "logs")
KINDS = (*DEEP, *LISTS, "outputs", "libraries", "packs", "tools", "scratch", "locks")
# Each folder in it is a kind of its own: nobody but the tool knows what its entries are.
TOOLS = "tools"


@frozen
class Usage:
    """Files and their bytes on the disk; `newest` is the last change of one, in nanoseconds."""

    files: int = 0
    size: int = 0
    newest: int = 0


@frozen
class Share:
    """What belongs to a kind."""

    entries: int
    usage: Usage


def on_disk(status: os.stat_result) -> int:
    """The bytes that a file takes: whole blocks, where the system tells."""
    blocks: int | None = getattr(status, "st_blocks", None)
    return status.st_size if blocks is None else blocks * 512


def files_in(folder: Path) -> Iterator[os.DirEntry[str]]:
    """All files below a folder that is there, or not; links aren't followed."""
    pending = [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        yield entry
        except (FileNotFoundError, NotADirectoryError):
            continue  # gone meanwhile


def usage_of(path: Path) -> Usage:
    """What a file or a folder takes; what has several names counts once."""
    return _sum(_statuses(path))


def _statuses(path: Path) -> Iterator[os.stat_result]:
    try:
        if not stat.S_ISDIR((status := path.lstat()).st_mode):
            yield status
            return
    except FileNotFoundError:
        return
    for entry in files_in(path):
        try:
            yield entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue


def _sum(statuses: Iterable[os.stat_result]) -> Usage:
    files = size = newest = 0
    linked: set[tuple[int, int]] = set()
    for status in statuses:
        files += 1
        newest = max(newest, status.st_mtime_ns)
        if status.st_nlink > 1:
            if (status.st_dev, status.st_ino) in linked:
                continue
            linked.add((status.st_dev, status.st_ino))
        size += on_disk(status)
    return Usage(files, size, newest)


def census(root: Path) -> dict[str, Share]:
    """Kind -> what there is of it, of all kinds and of what else lies there. Raises OSError."""
    found = {kind: Share(0, Usage()) for kind in KINDS if kind != TOOLS}
    for path in children(root):
        if path.name == TOOLS:
            tools = {f"{TOOLS}/{tool.name}": usage_of(tool) for tool in children(path)}
            found |= {name: Share(1, usage) for name, usage in tools.items()}
        elif path.name not in (NAME, COLLECTED):
            found[path.name] = _share(path)
    return found


def _share(path: Path) -> Share:
    usage = usage_of(path)
    if path.name in DEEP:
        return Share(usage.files, usage)
    return Share(sum(child.suffix != LOCK_SUFFIX for child in children(path)), usage)


def children(folder: Path) -> list[Path]:
    """What lies in a folder that is there, or not, by name."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def total(root: Path) -> int:
    """The bytes that all of it takes. Raises OSError."""
    return usage_of(root).size
