"""The description of a distribution: the facts that actions need, whatever its source.

It is written as JSON (docs/distribution-format.md) and names no path outside the distribution.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen


@frozen
class Extension:
    """A shared extension module: its file's name, and its libraries in the order of loading."""

    file: str
    libraries: tuple[str, ...] = ()


@frozen
class Description:
    """What a distribution is; paths are relative to its trees."""

    version: str
    """Of CPython, such as "3.13.0"."""
    triple: str
    source: str
    """"host", later "standalone" or "source"."""
    link_mode: str
    """"static": `libpython` is an archive of the link tree; "shared": a file of the libraries."""
    libpython: str
    link_archives: tuple[str, ...]
    """More archives of the link tree, in link order."""
    link_libraries: tuple[str, ...]
    """System libraries by the name after -l."""
    libc: str
    """"glibc-2.36": what the runtime is linked for."""
    builtin: tuple[str, ...]
    extension_suffixes: tuple[str, ...]
    spare_libraries: tuple[str, ...] = ()
    """Files of the libraries that are carried only where something needs them."""
    extensions: Mapping[str, Extension] = field(factory=dict)
    omitted: Mapping[str, str] = field(factory=dict)
    """Extension modules left out -> the reason."""

    @property
    def minor(self) -> str:
        """Such as "3.13"."""
        return ".".join(self.version.split(".")[:2])

    def dump(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @classmethod
    def load(cls, path: Path) -> Description:
        """From a file that `dump` wrote."""
        data: dict[str, Any] = json.loads(path.read_text())
        extensions = {
            name: Extension(row["file"], tuple(row["libraries"]))
            for name, row in data.pop("extensions").items()
        }
        lists = {k: tuple(v) for k, v in data.items() if isinstance(v, list)}
        return cls(**{**data, **lists, "extensions": extensions})
