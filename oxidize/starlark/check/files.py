"""Which files are checked: those of a project, or those that are named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from oxidize.errors import Diagnostic, UsageError
from oxidize.paths import rules_folder
from oxidize.starlark.build_file import BUILD_FILE
from oxidize.starlark.labels import Location

_SUFFIX = ".star"
_OUTPUTS = "build"


def files_of(paths: Sequence[Path]) -> tuple[Location, ...]:
    """The named files, and the files in the named folders. Raises UsageError."""
    found: dict[Path, Location] = {}
    for given in paths:
        path = given.absolute()
        if not path.exists():
            message = f"there is no file or folder {given}"
            raise UsageError(Diagnostic("OX0803", f"oxidize check: {message}"))
        folder = path if path.is_dir() else path.parent
        for each in _below(path) if path.is_dir() else [path]:
            found.setdefault(each, Location(each, _root(each, folder)))
    return tuple(found[path] for path in sorted(found))


def _below(folder: Path) -> Iterator[Path]:
    """Build files and rules of a folder: neither in hidden folders, nor among what was built."""
    for here, folders, files in os.walk(folder):
        outputs = _OUTPUTS if BUILD_FILE in files else None
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != outputs)
        yield from (Path(here, name) for name in sorted(files) if name.endswith(_SUFFIX))


def _root(file: Path, folder: Path) -> Path:
    """The folder that `//` means: the project's, that of oxidize's rules, else the given one."""
    rules = rules_folder()
    if file.is_relative_to(rules):
        return rules
    known = (each for each in file.parents if (each / BUILD_FILE).is_file())
    return next(known, folder)
