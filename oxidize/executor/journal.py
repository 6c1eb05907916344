"""The journal: the keys that the actions of one project had in its last build."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from oxidize.executor.sealed import read_sealed, write_sealed
from oxidize.graph.action import Action

# Actions that no longer take part are forgotten when there are this many.
_MANY = 200_000


class Journal:
    """Keys by what stays of an action when it changes: mnemonic, label, place among equals.

    Kept in one sealed file; without one, nothing is known and nothing kept. Builds at the same
    time write the same: the last one wins. Writing may fail without harm.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._keys: dict[str, str] | None = None
        self._names: list[str] = []
        self._changed = False

    def begin(self, actions: Iterable[Action]) -> None:
        """From now on, numbers mean places among these actions."""
        if self._path is None:
            return
        if self._keys is None:
            self._keys = _read(self._path)
        self._names = list(_names(actions))

    def key_of(self, number: int) -> str | None:
        """The key that the action had when it was last built, if it was."""
        return self._keys.get(self._names[number]) if self._keys else None

    def note(self, number: int, key: str) -> None:
        """The action was built, or found in the cache, and this is its key."""
        if self._keys is not None and self._keys.get(self._names[number]) != key:
            self._keys[self._names[number]] = key
            self._changed = True

    def save(self) -> None:
        """Writes what was noted; of actions that weren't built, the old keys stay."""
        if self._path is None or self._keys is None or not self._changed:
            return
        self._changed = False
        keys = self._keys
        if len(keys) > _MANY:
            keys = {name: keys[name] for name in self._names if name in keys}
        with contextlib.suppress(OSError):
            write_sealed(self._path, json.dumps(keys, separators=(",", ":")).encode())


def _names(actions: Iterable[Action]) -> Iterable[str]:
    seen: Counter[str] = Counter()
    for action in actions:
        name = f"{action.mnemonic} {action.label}"
        yield f"{name} {seen[name]}"
        seen[name] += 1


def _read(path: Path) -> dict[str, str]:
    payload = read_sealed(path)
    return json.loads(payload) if payload else {}
