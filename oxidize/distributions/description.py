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
class Component:
    """Something with a licence of its own that is part of CPython; `texts` are files of the tree
    of licences, `licence` and `version` what is known of it, the former best an SPDX expression."""

    licence: str
    texts: tuple[str, ...]
    version: str = ""


@frozen
class Description:
    """What a distribution is; paths are relative to its trees."""

    version: str
    """Of CPython, such as "3.13.0"."""
    triple: str
    source: str
    """"host" or "standalone"."""
    link_mode: str
    """"static": `libpython` is an archive of the link tree; "shared": a file of the libraries."""
    libpython: str
    link_archives: tuple[str, ...]
    """More archives of the link tree, in link order."""
    link_libraries: tuple[str, ...]
    """System libraries by the name after -l."""
    libc: str
    """"glibc-2.36", "macOS-11.0": what the runtime is linked for."""
    builtin: tuple[str, ...]
    extension_suffixes: tuple[str, ...]
    spare_libraries: tuple[str, ...] = ()
    """Files of the libraries that are carried only where something needs them."""
    extensions: Mapping[str, Extension] = field(factory=dict)
    omitted: Mapping[str, str] = field(factory=dict)
    """Extension modules left out -> the reason."""
    flavour: str = ""
    """How a standalone one was built: "pgo+lto"."""
    static: bool = False
    """Whether programs are linked with the C library, too, and so load no extension modules."""
    bitcode: str = ""
    """The version of LLVM whose bitcode the archives are: "22.1.3"; "" for machine code."""
    components: Mapping[str, Component] = field(factory=dict)
    """What is linked in beside CPython itself, by name."""
    library_texts: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """Of files of the libraries: those of the tree of licences that hold for them."""

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
        return cls.parse(path.read_text())

    @classmethod
    def parse(cls, text: str) -> Description:
        """From what `dump` gave."""
        data: dict[str, Any] = json.loads(text)
        extensions = {
            name: Extension(row["file"], tuple(row["libraries"]))
            for name, row in data.pop("extensions").items()
        }
        components = {
            name: Component(row["licence"], tuple(row["texts"]), row["version"])
            for name, row in data.pop("components").items()
        }
        texts = {path: tuple(found) for path, found in data.pop("library_texts").items()}
        lists = {k: tuple(v) for k, v in data.items() if isinstance(v, list)}
        made = {"extensions": extensions, "components": components, "library_texts": texts}
        return cls(**{**data, **lists, **made})
