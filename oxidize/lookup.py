"""What is on disk, asked about paths that may be any text, however long or odd."""

from __future__ import annotations

import stat
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether a file is there."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: Path) -> bool:
    """Whether a folder is there."""
    return stat.S_ISDIR(_mode(path))


def exists(path: Path) -> bool:
    """Whether anything is there."""
    return _mode(path) != 0


def neighbours(path: Path) -> list[str]:
    """The names of what is beside a path, if it has a folder."""
    try:
        return sorted(each.name for each in path.parent.iterdir())
    except (OSError, ValueError):
        return []


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0
