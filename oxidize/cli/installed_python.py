"""Installed CPythons, found by their version."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import which

from oxidize.versions import version_order

# Managers of versions have commands for all that they installed, and run the selected one: whether
# that is there or not. Where they have the real ones, from their folder of commands.
_SHIMS = "shims"
_REAL = ("versions/{}.*/bin", "installs/python/{}.*/bin")


def installed_python(minor: str) -> Path | None:
    """The command of that name, such as "python3.13"; of what pyenv, asdf or mise installed, the
    newest interpreter itself."""
    name = f"python{minor}"
    for folder in map(Path, os.get_exec_path()):
        if command := which(name, path=folder):
            real = _behind(folder, minor, name) if folder.name == _SHIMS else None
            return real or Path(command).absolute()
    return None


def _behind(shims: Path, minor: str, name: str) -> Path | None:
    found = [
        path / name
        for pattern in _REAL
        for path in shims.parent.glob(pattern.format(minor))
        if os.access(path / name, os.X_OK)
    ]
    return max(found, key=lambda path: version_order(path.parents[1].name), default=None)
