"""Local requirements: a project's folder, a wheel or a source archive, and its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from oxidize.graph.digest import Digest
from oxidize.lookup import exists, is_file, is_folder, names, neighbours, read
from oxidize.packages.problem import Rejected
from oxidize.packages.project_metadata import ProjectMetadata, UnreadableProject
from oxidize.packages.request import Local
from oxidize.suggest import did_you_mean

ARCHIVES = (".tar.gz", ".zip", ".tgz")
# Where build back ends are told what a project needs.
_METADATA_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
# Of no use to a build, or made by one.
_LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        "__pycache__",
        "build.star",
        "node_modules",
        "oxidize.lock",
        "oxidize.toml",
    }
)
_BUILT = ("build", "dist")


def read_local(path: Path, spelled: str, name: str | None) -> tuple[str, Local]:
    """Name and kind of what lies at a path. Raises Rejected."""
    if not exists(path):
        help_ = did_you_mean(path.name, neighbours(path))
        raise Rejected("OX0209", f'there is no file or folder "{spelled}"', help=help_)
    if is_folder(path):
        return _project(path, spelled, name)
    return _file(path, spelled, name)


def project_entries(path: Path) -> tuple[str, ...]:
    """The entries of a project's folder that its build gets to see."""
    return tuple(name for name in names(path) if not _left_out(path / name))


def _left_out(entry: Path) -> bool:
    if entry.name in _LEFT_OUT or entry.name.endswith(".egg-info") or not exists(entry):
        return True
    if entry.name in _BUILT and is_folder(entry):
        return not exists(entry / "__init__.py")
    return exists(entry / "pyvenv.cfg")


def _file(path: Path, spelled: str, name: str | None) -> tuple[str, Local]:
    digest = f"sha256:{Digest.of(read(path)).hash}"
    try:
        if path.suffix == ".whl":
            found = str(parse_wheel_filename(path.name)[0])
            return _agreed(found, name, spelled), Local(path, "wheel", digest)
        if path.name.endswith(ARCHIVES):
            found = str(parse_sdist_filename(path.name)[0])
            return _agreed(found, name, spelled), Local(path, "sdist", digest)
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        message = f'"{spelled}" is not named as packages are: NAME-VERSION...'
        raise Rejected("OX0901", message, notes=(str(error),)) from error
    raise Rejected(
        "OX0901",
        f'"{spelled}" is neither a project\'s folder nor a wheel nor a source archive',
        help=f'to read requirements from a file: "-r", "{spelled}"',
    )


def _project(path: Path, spelled: str, name: str | None) -> tuple[str, Local]:
    if not any(is_file(path / each) for each in ("pyproject.toml", "setup.py")):
        raise Rejected(
            "OX0901",
            f'"{spelled}" is not a project: it has no pyproject.toml',
            help="to take packages of a folder as they are: read_package_root()",
        )
    metadata = ProjectMetadata(path)
    try:
        settings, found = metadata.pyproject, metadata.name
    except UnreadableProject as error:
        raise Rejected("OX0901", f"{spelled}/{error}") from error
    if not found and not name:
        raise Rejected(
            "OX0901",
            f'the project "{spelled}" doesn\'t say its name in pyproject.toml',
            help=f'say it here: "NAME @ {spelled}"',
        )
    return _agreed(found or name or "", name, spelled), Local(
        path, "project", _metadata_digest(path, settings)
    )


def _agreed(found: str, said: str | None, spelled: str) -> str:
    if said and canonicalize_name(said) != canonicalize_name(found):
        raise Rejected("OX0901", f'"{spelled}" is {found}, not {said}')
    return canonicalize_name(found)


def _metadata_digest(path: Path, settings: Mapping[str, Any]) -> str:
    """Of what a project says it needs; of all that its back end may read, unless it's plain."""
    project = settings.get("project", {})
    dynamic = {"dependencies", "optional-dependencies", "requires-python"}
    if project and not dynamic & set(project.get("dynamic", ())):
        keys = ("name", "requires-python", "dependencies", "optional-dependencies")
        plain = {key: project.get(key) for key in keys}
        sources = settings.get("tool", {}).get("uv", {}).get("sources")
        data = json.dumps([plain, sources], sort_keys=True, default=str).encode()
    else:
        files = [path / name for name in _METADATA_FILES]
        data = b"\0".join(read(each) for each in files if is_file(each))
    return f"sha256:{Digest.of(data).hash}"
