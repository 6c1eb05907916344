"""The action key: one walk over an action's parts, through a writer that hashes or explains.

Both writers see the same calls, so the key and the text that `--explain` compares can't drift
apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from oxidize.graph.action import Value
from oxidize.graph.digest import Digest

# Bump when the meaning of keys changes: every cached action is then done afresh.
FORMAT = 1


class Writer(Protocol):
    """Receives the parts of a key in their canonical order."""

    def part(self, name: str, value: str) -> None:
        """One named part; names are unique within a key."""


class HashWriter:
    """Writes a key: sha256 over length-prefixed names and values."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def part(self, name: str, value: str) -> None:
        """Adds one part."""
        for text in (name.encode(), value.encode()):
            self._hash.update(len(text).to_bytes(8, "little"))
            self._hash.update(text)

    def key(self) -> str:
        """The key of all parts so far, in hexadecimal."""
        return self._hash.hexdigest()


class TextWriter:
    """Keeps the parts as they are, for people."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}

    def part(self, name: str, value: str) -> None:
        """Adds one part."""
        self.parts[name] = value


def canonical(value: Value) -> str:
    """A parameter as text that is the same wherever and whenever it is written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=dict)


def write_key(
    writer: Writer,
    *,
    mnemonic: str,
    version: int,
    platform: str,
    params: Mapping[str, Value],
    tools: Mapping[str, str],
    inputs: Mapping[str, Sequence[Digest]],
) -> None:
    """Walks the parts of an action's key in canonical order."""
    writer.part("format", str(FORMAT))
    writer.part("action", f"{mnemonic}/{version}")
    writer.part("platform", platform)
    for name in sorted(params):
        writer.part(f"param {name}", canonical(params[name]))
    for name in sorted(tools):
        writer.part(f"tool {name}", tools[name])
    for name in sorted(inputs):
        for number, digest in enumerate(inputs[name]):
            writer.part(f"input {name}[{number}]", str(digest))
