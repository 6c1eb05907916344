"""What a session is told from outside: nothing else of the world reaches a build file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import field, frozen

from oxidize.distributions.catalogue import Catalogue
from oxidize.objects.library import Library


def _own_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


@frozen
class Settings:
    """The build file, the triple to build for, and the variables given on the command line.

    `text` is the build file's content when it exists in memory only, standing at `path`.
    `host_python_version` is that of `host_python`, by default the one that runs oxidize. `lock` is
    by default the file beside the build file; `wheelhouse` are folders with packages, and `offline`
    says to do without a network. `libraries` are those that build files may load, by name.
    `catalogue` gives the standalone distributions that there are, and `find_python` an installed
    CPython of a version such as "3.13".
    """

    path: Path
    triple: str
    host_triple: str
    release: bool
    host_python: str
    variables: Mapping[str, str | None] = field(factory=dict)
    text: str | None = None
    host_python_version: str = field(factory=_own_version)
    lock: Path | None = None
    offline: bool = False
    wheelhouse: tuple[Path, ...] = ()
    libraries: Mapping[str, Library] = field(factory=dict)
    catalogue: Callable[[], Catalogue] = Catalogue
    find_python: Callable[[str], Path | None] = lambda minor: None

    @property
    def folder(self) -> Path:
        """The build file's folder: `CWD` in scripts, and where relative paths start."""
        return self.path.parent

    @property
    def interpreter(self) -> Path:
        """The CPython of the host."""
        return Path(self.folder, self.host_python).absolute()

    @property
    def lock_file(self) -> Path:
        """Where `oxidize.lock` is, or will be."""
        return (self.lock or self.folder / "oxidize.lock").absolute()
