"""The action cache: what an action with a given key has made, and the parts of the key as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from oxidize.actions.kind import OutputForm
from oxidize.executor.files import is_temporary, note_use
from oxidize.executor.problems import disk_errors
from oxidize.executor.sealed import read_sealed, write_sealed
from oxidize.graph.digest import Digest


@frozen
class Built:
    """What stands behind an artifact: its content, its form and, for a file, the mode's bit."""

    digest: Digest
    form: OutputForm
    executable: bool = False


@frozen
class Entry:
    """What one run of an action left behind; `parts` are the key's, for people."""

    outputs: Mapping[str, Built]
    parts: Mapping[str, str] = field(factory=dict)
    label: str = ""
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()


class ActionCache:
    """Entries by key below one folder; a `frozen` one, for previews, doesn't note their use."""

    def __init__(self, folder: Path, *, frozen: bool = False) -> None:
        self.folder = folder
        self._frozen = frozen

    def path(self, key: str) -> Path:
        """Where the entry of that key is or would be."""
        return self.folder / key[:2] / key[2:]

    def get(self, key: str) -> Entry | None:
        """The entry of that key; none for a damaged one."""
        payload = read_sealed(self.path(key))
        if payload is None:
            return None
        try:
            return _decode(json.loads(payload))
        except (AttributeError, LookupError, TypeError, ValueError):
            return None

    def used(self, key: str) -> None:
        """Notes that an entry is of use."""
        if not self._frozen:
            note_use(str(self.path(key)))

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All sound entries and their keys, sorted."""
        for path in sorted(self.folder.glob("??/*")):
            key = path.parent.name + path.name
            if not is_temporary(path.name) and (entry := self.get(key)):
                yield key, entry

    def put(self, key: str, entry: Entry) -> None:
        """Adds or replaces an entry."""
        with disk_errors(self.folder):
            write_sealed(self.path(key), json.dumps(_encode(entry)).encode())


def _encode(entry: Entry) -> dict[str, Any]:
    return {
        "label": entry.label,
        "seconds": round(entry.seconds, 3),
        "outputs": {
            name: [str(built.digest), built.form, built.executable]
            for name, built in entry.outputs.items()
        },
        "parts": dict(entry.parts),
        "warnings": list(entry.warnings),
    }


def _decode(row: dict[str, Any]) -> Entry:
    outputs = {
        name: Built(Digest.parse(digest), form, executable)
        for name, (digest, form, executable) in row["outputs"].items()
    }
    warnings = tuple(map(str, row.get("warnings", ())))
    return Entry(outputs, row["parts"], row["label"], row["seconds"], warnings)
