"""Trees of the store as folders that stay: programs that builds run again and again."""

from __future__ import annotations

from pathlib import Path

from oxidize.executor.files import copy_file, note_use, temporary_beside
from oxidize.executor.scratch import remove_tree
from oxidize.executor.store import Store
from oxidize.graph.digest import Digest


def tool_folder(store: Store, digest: Digest) -> Path:
    """A folder with a tree's files; whole if it is there at all. Raises Lost, and OSError."""
    place = store.folder / "tools" / "python" / digest.hash
    if place.is_dir():
        note_use(str(place))
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(place)
    try:
        for entry in store.checked_tree(digest).entries:
            target = temporary / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_file(store.path(entry.digest), target, 0o755 if entry.executable else 0o644)
        _put(temporary, place)
    finally:
        remove_tree(temporary)
    return place


def _put(temporary: Path, place: Path) -> None:
    try:
        temporary.rename(place)
    except OSError:
        # Another process may have been quicker; its folder is the same.
        if not place.is_dir():
            raise
