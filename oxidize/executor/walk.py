"""Walking a folder: all its files, sorted by path, with what `stat` says about them."""

from __future__ import annotations

import fnmatch
import hashlib
import marshal
import os
import re
import stat
from collections.abc import Callable, Iterator
from typing import NamedTuple

from oxidize.signature import Signature, signature_of


class Found(NamedTuple):
    """One file: its relative path (with `/`), its real path, its mode's bit and its signature."""

    path: str
    real: str
    executable: bool
    signature: Signature


def state_of(found: list[Found]) -> str:
    """A hash of all that is known of some files."""
    # Version 2 of marshal has no references, so equal values give equal bytes.
    return hashlib.sha256(marshal.dumps([tuple(file) for file in found], 2)).hexdigest()


class FolderLoop(Exception):
    """A symbolic link leads to a folder that contains it; the argument is the link's path."""


class LinkOutside(Exception):
    """A symbolic link leads out of the folder that it must stay in; the argument is its path."""


class _Folder(NamedTuple):
    """A folder to be walked; `above` are the real folders that it was reached through."""

    real: str
    prefix: str
    above: tuple[str, ...]


def walk(
    root: str,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    skip: frozenset[str] = frozenset(),
    within: str = "",
) -> list[Found]:
    """All files below `root` (`SourceTree` says what include, exclude and within mean).

    Links are followed; what is neither file nor folder (a socket, a dangling link) is left out.
    Raises OSError, for a missing folder too, FolderLoop and LinkOutside.
    """
    refuses = _refusal(exclude, skip)
    check = _link_check(within)
    files: dict[str, Found] = {}
    pending = list(_starts(root, include, refuses, check, files))
    while pending:
        _list(pending.pop(), refuses, check, files, pending)
    return [files[path] for path in sorted(files)]


def _link_check(within: str) -> Callable[[str], None]:
    """Raises LinkOutside for a path whose real place isn't below that folder."""
    if not within:
        return lambda link: None
    real = os.path.realpath(within)

    def check(link: str) -> None:
        target = os.path.realpath(link)
        if target != real and not target.startswith(real + os.sep):
            raise LinkOutside(link)

    return check


def _refusal(exclude: tuple[str, ...], skip: frozenset[str]) -> Callable[[str, str], bool]:
    if not exclude:
        return lambda name, _path: name in skip
    matches = re.compile("|".join(map(fnmatch.translate, exclude))).match
    return lambda name, path: bool(name in skip or matches(name) or matches(path))


def _starts(
    root: str,
    include: tuple[str, ...],
    refuses: Callable[[str, str], bool],
    check: Callable[[str], None],
    files: dict[str, Found],
) -> Iterator[_Folder]:
    if not include:
        check(root)
        os.stat(os.path.join(root, ""))  # noqa: PTH116, PTH118 (the slash refuses a file)
        yield _Folder(root, "", ())
    for item in include:
        path = item.strip("/")
        real = f"{root}/{path}"
        status = os.stat(real)  # noqa: PTH116
        check(real)
        if refuses(path.rpartition("/")[2], path):
            continue
        if stat.S_ISDIR(status.st_mode):
            yield _Folder(real, path + "/", ())
        else:
            files[path] = _found(path, real, status)


def _found(path: str, real: str, status: os.stat_result) -> Found:
    return Found(path, real, bool(status.st_mode & stat.S_IXUSR), signature_of(status))


def _list(
    folder: _Folder,
    refuses: Callable[[str, str], bool],
    check: Callable[[str], None],
    files: dict[str, Found],
    pending: list[_Folder],
) -> None:
    with os.scandir(folder.real) as entries:
        for entry in entries:
            path = folder.prefix + entry.name
            if refuses(entry.name, path):
                continue
            if entry.is_symlink():
                check(entry.path)
            if entry.is_dir():
                above = _linked(folder, entry.path) if entry.is_symlink() else folder.above
                pending.append(_Folder(entry.path, path + "/", above))
            elif entry.is_file():
                files[path] = _found(path, entry.path, entry.stat())


def _linked(folder: _Folder, link: str) -> tuple[str, ...]:
    """The real folders above a linked one. Raises FolderLoop if it is one of them."""
    target = os.path.realpath(link)
    above = (*folder.above, os.path.realpath(folder.real))
    if any(place == target or place.startswith(target + os.sep) for place in above):
        raise FolderLoop(link)
    return above
