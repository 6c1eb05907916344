"""What of a CPython's standard library goes into programs, whatever source it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

# Parts of the standard library that no application imports, by their first path parts.
EXCLUDED = (
    "test",
    "idlelib",
    "turtledemo",
    "ensurepip",
    "site-packages",
    "dist-packages",
    "lib-dynload",
    "config-*",
    "__phello__",
    "EXTERNALLY-MANAGED",
)
# Data that modules of the standard library read at run time.
DATA = ("lib2to3/Grammar.txt", "lib2to3/PatternGrammar.txt", "LICENSE.txt")
# Extension modules that only CPython's own tests use.
TEST_EXTENSIONS = ("_test", "_xx", "xx", "_ctypes_test")
OMITTED = {
    "_tkinter": "Tcl and Tk need their script libraries, which distributions don't carry yet",
    "nis": "it needs the Kerberos libraries, and CPython has dropped it",
}


def is_carried(path: str) -> bool:
    """Whether a file of the standard library's folder is code or data for programs."""
    return path.endswith(".py") or path in DATA


def carried_files(folder: Path, exclude: Iterable[str] = ()) -> Iterator[tuple[str, Path]]:
    """(relative path, file) of what is carried of a folder, sorted."""
    patterns = (*EXCLUDED, "tests", "__pycache__", *exclude)
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if is_carried(path.as_posix()) and not _excluded(path.parts, patterns):
            yield path.as_posix(), file


def _excluded(parts: tuple[str, ...], patterns: Iterable[str]) -> bool:
    whole = {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
    names = (*whole, *parts)
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def module_name(file_name: str, suffixes: Iterable[str]) -> str | None:
    """The name of the extension module in a file; none if it isn't one that is carried."""
    for suffix in suffixes:
        if file_name.endswith(suffix):
            name = file_name.removesuffix(suffix)
            test = name.startswith(TEST_EXTENSIONS)
            return None if test or name in OMITTED else name
    return None
