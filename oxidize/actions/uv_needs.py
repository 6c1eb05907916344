"""What uv, and the back ends that it runs, need of a machine: where it is told to look, the user's
settings of the network, its cache, and the toolchains on PATH."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from oxidize.actions.kind import Needs
from oxidize.packages.places import Access

# Below a home, what says how to get at hosts.
_SETTINGS = (".netrc", "_netrc", ".config/uv", ".local/share/uv/credentials")
_GIT = (".config/git", ".git-credentials", ".gitconfig", ".ssh")
_XDG = {"XDG_CONFIG_HOME": "uv", "XDG_CONFIG_DIRS": "uv", "XDG_DATA_HOME": "uv/credentials"}
# In uv's settings, what names places of packages.
_PLACES = frozenset(
    {"default-index", "extra-index-url", "find-links", "index", "index-url", "path", "url"}
)


def needs_of_uv(
    access: Access,
    python: Sequence[Path],
    cache: Path,
    environ: Mapping[str, str],
    texts: Sequence[str],
) -> Needs:
    """`python` is what the interpreter reads; `environ` what uv gets; `texts` are requirements,
    which may name files."""
    home = Path(environ["HOME"])
    settings = [*_named(environ), *(home / each for each in _home_files(environ, texts))]
    files = list(_settings_files(access, environ))
    indexes = [*access.wheelhouse, *access.locations.find_links, *_local(files)]
    toolchains = [Path(each) for each in environ.get("PATH", "").split(os.pathsep) if each]
    rust = [each.parent for each in toolchains if each.parts[-2:] == (".cargo", "bin")]
    return Needs(
        read=(
            *python,
            *settings,
            *files,
            *filter(None, map(_path, [*indexes, *_urls(texts)])),
            *(each for each in toolchains if each.is_absolute()),
            *(each.with_name(".rustup") for each in rust),
        ),
        write=(cache, *rust),
        network=not access.offline,
        machine=_is_shared(cache),
    )


def _named(environ: Mapping[str, str]) -> Iterator[Path]:
    """Files and folders that variables name: certificates, settings, indexes."""
    for name, value in environ.items():
        if name in _XDG:
            yield from (Path(each, _XDG[name]) for each in value.split(os.pathsep) if each)
        elif name not in ("HOME", "PATH", "TMPDIR", "UV_CACHE_DIR"):
            words = value.replace(",", " ").split()
            # An index may have a name before its place.
            places = (value, *words, *(word.partition("=")[2] for word in words))
            yield from filter(None, map(_path, places))


def _home_files(environ: Mapping[str, str], texts: Sequence[str]) -> Iterator[str]:
    yield from _SETTINGS
    if any("git+" in text for text in texts):
        yield from _GIT
    if environ.get("UV_KEYRING_PROVIDER", "disabled") != "disabled":
        yield "."  # who knows what a keyring is kept in


def _settings_files(access: Access, environ: Mapping[str, str]) -> Iterator[Path]:
    """uv's settings of the project, which may lie in a folder around it, and of the user."""
    if access.folder:
        folder = Path(access.folder)
        for each in (folder, *folder.parents):
            yield from (each / name for name in ("pyproject.toml", "uv.toml"))
    if own := environ.get("UV_CONFIG_FILE"):
        yield Path(own)
    yield Path(environ.get("XDG_CONFIG_HOME") or Path(environ["HOME"], ".config"), "uv", "uv.toml")


def _local(files: Sequence[Path]) -> Iterator[str]:
    """Folders that settings name as places of packages."""
    for file in files:
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there, or for uv to refuse
            continue
        own = _table(_table(settings, "tool"), "uv") if file.name == "pyproject.toml" else settings
        for each in _strings(own):
            yield each if "://" in each else str(file.parent / each)


def _table(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = settings.get(name)
    return found if isinstance(found, dict) else {}


def _strings(settings: object, name: str = "") -> Iterator[str]:
    if isinstance(settings, dict):
        for key, value in settings.items():
            yield from _strings(value, key)
    elif isinstance(settings, list):
        for value in settings:
            yield from _strings(value, name)
    elif isinstance(settings, str) and name in _PLACES:
        yield settings


def _urls(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (word for word in text.split() if word.startswith("file:"))


def _path(place: str) -> Path | None:
    """The absolute path that a place stands for, if it is one."""
    if place.startswith("file:"):
        return Path(unquote(urlsplit(place).path))
    return Path(place) if place.startswith("/") else None


def _is_shared(cache: Path) -> bool:
    """Whether parts of a cache are links to another one's, as `oxidize verify` makes them.

    uv moves files between its parts. In a sandbox each would be a mount of its own, and no file
    can be moved from one mount to another.
    """
    return cache.is_dir() and any(each.is_symlink() for each in cache.iterdir())
