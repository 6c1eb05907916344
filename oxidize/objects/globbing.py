"""Glob patterns over a folder: `*`, `?` and `[...]` within a name, `**` over folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
from pathlib import Path

from oxidize.lookup import entries
from oxidize.objects.problem import refuse

_MAGIC = re.compile(r"[*?\[]")
_SKIPPED = frozenset({"__pycache__"})


def expand(pattern: str, folder: Path) -> list[str]:
    """Absolute paths of the files that match, sorted.

    Hidden files and folders only match a part that begins with a dot; links to folders aren't
    followed below `**`.
    """
    parts = Path(folder, pattern).parts
    fixed = next((n for n, part in enumerate(parts) if _MAGIC.search(part)), len(parts) - 1)
    base = os.path.normpath(Path(*parts[:fixed]))
    return sorted(_walk(base, parts[fixed:]))


def _walk(folder: str, parts: Sequence[str]) -> Iterator[str]:
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _anywhere(folder, rest)
        return
    matches = re.compile(translate(part)).match
    for entry in _entries(folder):
        hidden = entry.name.startswith(".") and not part.startswith(".")
        if hidden or not matches(entry.name):
            continue
        if rest and entry.is_dir():
            yield from _walk(entry.path, rest)
        elif not rest and entry.is_file():
            yield entry.path


def _anywhere(folder: str, rest: Sequence[str]) -> Iterator[str]:
    """Matches of the rest in a folder and in all below it; a trailing `**` means all files."""
    yield from _walk(folder, rest or ("*",))
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            yield from _anywhere(entry.path, rest)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return [entry for entry in entries(folder) if entry.name not in _SKIPPED]
    except PermissionError as error:
        refuse("OX0209", f"may not look into {folder}: {error.strerror}")
    except (OSError, ValueError):
        # A pattern is any text: what can't be a path matches nothing.
        return []
