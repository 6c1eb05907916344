"""Installed CPythons, found by their version."""

from __future__ import annotations

import os
from pathlib import Path

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
        command = (folder / name).absolute()
        if command.is_file() and os.access(command, os.X_OK):
            return (_behind(folder, minor, name) or command) if folder.name == _SHIMS else command
    return None


def _behind(shims: Path, minor: str, name: str) -> Path | None:
    found = [
        path / name
        for pattern in _REAL
        for path in shims.parent.glob(pattern.format(minor))
        if os.access(path / name, os.X_OK)
    ]
    return max(found, key=lambda path: version_order(path.parents[1].name), default=None)
