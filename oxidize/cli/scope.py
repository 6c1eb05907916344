"""The scope of a build: what the command line asks to be built, as it is told and remembered."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from attrs import frozen

from oxidize.executor.location import LAYOUT, cache_folder


@frozen
class Scope:
    """`folder` is the project's, or the script or folder that is packed.

    `flavour` is `debug` or `release`.
    """

    verb: str
    folder: Path
    targets: tuple[str, ...]
    triple: str
    flavour: str

    @property
    def journal(self) -> Path:
        """Where the keys of its actions are kept."""
        return _kept("journals", str(self.folder), self.triple, self.flavour)


def log_path(folder: Path) -> Path:
    """Where the log of a project's last build is kept."""
    return _kept("logs", str(folder))


def _kept(kind: str, *parts: str) -> Path:
    name = hashlib.sha256(os.fsencode("\0".join(parts))).hexdigest()[:32]
    return cache_folder(os.environ) / LAYOUT / kind / name
