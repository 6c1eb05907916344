"""Kinds of files by their names: shared libraries and licences."""

from __future__ import annotations

import re

from oxidize.resources.layout import FileFlag

_LIBRARY = re.compile(r"\.(so(\.\d+)*|dylib|dll)$")
# Extension modules of another Python, which some wheels carry side by side. (Libraries beside them
# may be named for an ABI, too: `libshiboken6.abi3.so.6.12`.)
_FOREIGN = re.compile(r"\.(cpython-|pypy|abi3\.|abi3t\.)([^/]*\.)?so$")
_LICENCE = re.compile(
    r"(licen[cs]es?|un?licen[cs]e|copying|copyright|notices?|authors)([._-].*)?|.*\.licen[cs]e",
    re.IGNORECASE,
)
_LICENCE_FOLDER = re.compile(r"[^/]+\.dist-info/(licen[cs]es|license_files)/")


def file_flags(path: str, *, executable: bool) -> FileFlag:
    """The flags of a file that is no module."""
    flags = FileFlag(0)
    if executable:
        flags |= FileFlag.EXECUTABLE
    if _LIBRARY.search(path) and not _FOREIGN.search(path):
        flags |= FileFlag.SHARED_LIBRARY
    if _LICENCE.fullmatch(path.rpartition("/")[2]) or _LICENCE_FOLDER.match(path):
        flags |= FileFlag.LICENCE
    return flags
