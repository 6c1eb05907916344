"""A virtual environment as trees of resources: its site-packages and what .pth files lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from oxidize.errors import Origin
from oxidize.lookup import is_file, is_folder, matching, names, neighbours, real
from oxidize.objects.collection import ResourceTree
from oxidize.objects.path_files import PathEntry, read_path_files
from oxidize.objects.problem import refuse
from oxidize.objects.reach import Reach
from oxidize.objects.source_folder import SourceFolder
from oxidize.suggest import did_you_mean

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
# Beside the packages of a project: its tools' own files.
_TOOLS = frozenset({"setup", "conftest", "noxfile", "tasks", "fabfile"})
_SOURCES = ("src", "lib", "python")
_INSTALLED = (".egg-info", ".dist-info")


def virtualenv_trees(environment: SourceFolder, origin: Origin | None) -> tuple[ResourceTree, ...]:
    """The trees of the environment in a folder. Refuses what is none, or can't be followed."""
    folder, shown, reach = environment.path, environment.shown, environment.reach
    if not is_file(folder / "pyvenv.cfg"):
        _refuse_other(folder, shown)
    sites = _site_packages(folder)
    if not sites:
        refuse("OX0209", f'"{shown}" has no site-packages folder', argument="path")
    trees = [_installed(site, shown, origin, reach) for site in sites]
    followed: set[Path] = {real(site) for site in sites}
    for site in sites:
        for entry in read_path_files(site):
            if entry.folder not in followed:
                followed.add(entry.folder)
                reach.check_link(entry.folder, entry.file, "path")
                trees.append(_followed(entry, site, origin, reach))
    return tuple(trees)


def _site_packages(folder: Path) -> list[Path]:
    """lib and lib64, where these differ, or Lib on Windows."""
    patterns = ("lib/python3*/site-packages", "lib64/python3*/site-packages", "Lib/site-packages")
    found: dict[Path, Path] = {}
    for pattern in patterns:
        for site in matching(folder, pattern):
            found.setdefault(real(site), site)
    return list(found.values())


def _installed(site: Path, shown: str, origin: Origin | None, reach: Reach) -> ResourceTree:
    minor = re.fullmatch(r"python(3\.\d+)t?", site.parent.name)
    title = Path(shown).name
    made_for = minor[1] if minor else ""
    return ResourceTree(reach.tree(site), "third-party", title, origin, made_for=made_for)


def _followed(entry: PathEntry, site: Path, origin: Origin | None, reach: Reach) -> ResourceTree:
    """A folder that a .pth file names: part of what is installed, or somebody's project."""
    if entry.folder.is_relative_to(real(site)):
        return ResourceTree(reach.tree(entry.folder), "third-party", entry.file, origin)
    is_project = any(is_file(entry.folder / name) for name in _PROJECT_FILES)
    include = _packages(entry.folder) if is_project else _visible(entry.folder)
    inside = tuple(sorted(include))
    if not inside:
        message = f"{entry.file} names {entry.folder}, where there is no package"
        refuse("OX0223", message, argument="path")
    tree = reach.tree(entry.folder, inside)
    named = entry.folder.parent if entry.folder.name in _SOURCES else entry.folder
    return ResourceTree(tree, "first-party", named.name, origin)


def _visible(folder: Path) -> Iterator[str]:
    """All but hidden files and what an installation left beside its source."""
    for name in names(folder):
        if not name.startswith(".") and not name.endswith(_INSTALLED):
            yield name


def _packages(project: Path) -> Iterator[str]:
    """Packages and modules at the top of a project, without its tools, tests and environments."""
    for each in map(project.joinpath, names(project)):
        if each.name in ("test", "tests"):
            continue
        module = each.suffix == ".py" and each.stem.isidentifier() and each.stem not in _TOOLS
        if module or is_file(each / "__init__.py"):
            yield each.name


def _refuse_other(folder: Path, shown: str) -> None:
    beside = (folder.with_name(name) for name in neighbours(folder))
    known = [each.name for each in beside if is_file(each / "pyvenv.cfg")]
    what = "has no pyvenv.cfg" if is_folder(folder) else "doesn't exist"
    if is_file(folder):
        what = "is a file"
    refuse(
        "OX0209",
        f'"{shown}" is no virtual environment: it {what}',
        argument="path",
        help=did_you_mean(folder.name, known)
        or (f"there is {known[0]}" if len(known) == 1 else None),
    )
