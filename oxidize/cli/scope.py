"""The scope of a build: what the command line asks to be built, as it is told and remembered."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from oxidize.cli.options import ProjectOptions
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.starlark.build_file import find_build_file


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


def scope_of(verb: str, options: ProjectOptions, targets: Sequence[str]) -> Scope:
    """What a verb builds of a project. Raises BuildFileError where there is none."""
    folder = find_build_file(options.path).absolute().parent
    return Scope(verb, folder, tuple(targets), options.triple, options.flavour)


def memo_path(scope: Scope, *more: str) -> Path:
    """Where is kept what a build of that scope depended on; `more` are what else it was told."""
    parts = (scope.verb, str(scope.folder), scope.triple, scope.flavour)
    return _kept("memos", *parts, *scope.targets, "", *more)


def log_path(folder: Path) -> Path:
    """Where the log of a project's last build is kept."""
    return _kept("logs", str(folder))


def _kept(kind: str, *parts: str) -> Path:
    name = hashlib.sha256(os.fsencode("\0".join(parts))).hexdigest()[:32]
    return cache_folder(os.environ) / LAYOUT / kind / name
