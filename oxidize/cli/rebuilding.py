"""Rebuilding: one build of a copy of the project, with a cache and surroundings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from attrs import frozen

from oxidize.executor.catalogues import catalogue
from oxidize.executor.files import copy_file
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.store import Store
from oxidize.graph.digest import Digest

# No sources, or of no use in another place: linked to, not copied.
_LINKED = frozenset({".git", ".hg", ".svn", "node_modules"})
_REPOSITORY = (".git", ".hg", ".svn")


@frozen
class Surroundings:
    """What is different around a build; `folder` is the name of the one that all of it is in."""

    folder: str
    umask: int
    environ: Mapping[str, str]


SURROUNDINGS = (
    Surroundings(
        "one",
        0o022,
        {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC0", "PYTHONHASHSEED": "1"},
    ),
    Surroundings(
        "two-with-a-longer-name",
        0o077,
        {"LANG": "C", "LC_ALL": "C", "TZ": "XXX-9:30", "PYTHONHASHSEED": "2"},
    ),
)


@frozen
class Rebuild:
    """One build below a folder that is there and empty."""

    place: Path
    surroundings: Surroundings

    @property
    def store(self) -> Path:
        """The store's folder."""
        return self.place / "cache" / LAYOUT

    def copy(self, project: Path, outputs: Path) -> Path:
        """Copies the project, without its outputs; the copy's folder.

        What is around it, up to the folder that holds its repository, is there as links, so that
        relative paths that lead out of the project still lead somewhere.
        """
        top = _repository(project).parent
        place = self.place / "project"
        place.mkdir(parents=True)
        for name in project.relative_to(top).parts:
            _link_all(top, place, but=name)
            top, place = top / name, place / name
            if top != project:
                place.mkdir()
        _copy(project, place, outputs, self.surroundings.umask)
        return place

    def run(self, arguments: Sequence[str], folder: Path, output: TextIO) -> int:
        """`oxidize build` in that folder, its stdout to `output`; the exit code."""
        self.store.mkdir(parents=True)
        share(cache_folder(os.environ) / LAYOUT, self.store)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "oxidize", "build", *arguments],
            cwd=folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            umask=self.surroundings.umask,
            check=False,
        )
        return done.returncode if done.returncode >= 0 else 128 - done.returncode

    def _environment(self) -> dict[str, str]:
        own = {name: self.place / name for name in ("home", "tmp")}
        for each in own.values():
            each.mkdir()
        return {
            **_settings(Path.home()),
            **os.environ,
            **self.surroundings.environ,
            "HOME": str(own["home"]),
            "TMPDIR": str(own["tmp"]),
            "OXIDIZE_CACHE_DIR": str(self.place / "cache"),
            "PYTHONPATH": _python_path(),
        }


def _settings(home: Path) -> dict[str, str]:
    """Lets the user's settings of package indexes be found, which are no part of what differs."""
    places = {
        "NETRC": home / ".netrc",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
    }
    return {name: str(place) for name, place in places.items() if place.exists()}


def _python_path() -> str:
    """Finds the oxidize that runs, however it was found."""
    own = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH"))))


def _repository(project: Path) -> Path:
    """The top of the project's repository; the project, if it isn't in one."""
    for folder in (project, *project.parents):
        if folder.parent != folder and any((folder / name).exists() for name in _REPOSITORY):
            return folder
    return project


def _link_all(source: Path, target: Path, *, but: str) -> None:
    for entry in source.iterdir():
        if entry.name != but:
            (target / entry.name).symlink_to(entry)


def _copy(source: Path, target: Path, outputs: Path, umask: int) -> None:
    target.mkdir()
    for entry in sorted(source.iterdir()):
        place = target / entry.name
        if entry == outputs or entry.name == "__pycache__":
            continue
        if entry.is_symlink():
            place.symlink_to(entry.readlink())
        elif entry.name in _LINKED or (entry / "pyvenv.cfg").exists():
            place.symlink_to(entry)
        elif entry.is_dir():
            _copy(entry, place, outputs, umask)
        elif entry.is_file():
            executable = os.access(entry, os.X_OK)
            copy_file(entry, place, (0o777 if executable else 0o666) & ~umask)


def share(user: Path, own: Path) -> None:
    """Shares what is only ever fetched, or takes minutes: libraries, archives with CPythons, zig's
    libc, uv's downloads."""
    (own / "tools" / "uv").mkdir(parents=True)
    _share_archives(user, own / "tools" / "archives")
    for name in ("libraries", "tools/zig"):
        (user / name).mkdir(parents=True, exist_ok=True)
        (own / name).symlink_to(user / name)
    for name, path in _entries(user / "tools" / "uv"):
        if name.startswith("sdists-"):
            _copy_without_wheels(path, own / "tools" / "uv" / name)
        elif path.is_dir():
            (own / "tools" / "uv" / name).symlink_to(path)


def _share_archives(user: Path, archives: Path) -> None:
    """Copies those of the catalogue where fetch-archive looks first."""
    store = Store(user)
    archives.mkdir()
    for sha256 in {row.sha256 for row in catalogue(os.environ).rows()}:
        blob = store.path(Digest(sha256, 0))
        if blob.is_file():
            copy_file(blob, archives / sha256, 0o644)


def _entries(folder: Path) -> Iterator[tuple[str, Path]]:
    if folder.is_dir():
        yield from ((path.name, path) for path in folder.iterdir())


def _copy_without_wheels(source: Path, target: Path) -> None:
    """Source archives without what was built of them (wheels, and links to unpacked ones)."""
    import shutil

    def built(folder: str, names: list[str]) -> list[str]:
        return [n for n in names if n.endswith(".whl") or (Path(folder) / n).is_symlink()]

    shutil.copytree(source, target, ignore=built)
