"""The .pth files of a site-packages folder: the further folders that they put on sys.path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from oxidize.lookup import is_folder, matching, read_text, real
from oxidize.objects.problem import refuse

# These set up the environment that they lie in, which a program doesn't have.
_HARMLESS = re.compile(
    r"_virtualenv\.pth|distutils-precedence\.pth|.*-nspkg\.pth|(a1_)?coverage\.pth|pytest-cov\.pth"
)
_HOOK = ("import ", "import\t")


@frozen
class PathEntry:
    """One folder, and where it is named."""

    folder: Path
    file: str


def read_path_files(site: Path) -> Iterator[PathEntry]:
    """All folders, in the order in which Python adds them. Refuses what can't be followed."""
    for file in matching(site, "*.pth"):
        if not _HARMLESS.fullmatch(file.name):
            yield from _entries(site, file)


def _entries(site: Path, file: Path) -> Iterator[PathEntry]:
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(_HOOK):
            _refuse_hook(file, number)
        folder = site / line.rstrip()
        if not is_folder(folder):
            refuse(
                "OX0223",
                f"{file.name}, line {number}, names {line.rstrip()}, which is no folder",
                argument="path",
                notes=(f"it lies in {site}",),
                help="install again what has moved, or delete the line",
            )
        yield PathEntry(real(folder), file.name)


def _text(file: Path) -> str:
    try:
        return read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
        refuse("OX0223", f"{file} can't be read: {why}", argument="path")


def _refuse_hook(file: Path, number: int) -> None:
    editable = "editable" in file.name.lower()
    refuse(
        "OX0223",
        f"{file.name}, line {number}, runs code that changes how modules are found",
        argument="path",
        notes=(f"it lies in {file.parent}",),
        help="install that project without -e, or add it with read_package_root()"
        if editable
        else "uninstall what it belongs to, or take the packages with pip_install()",
    )
