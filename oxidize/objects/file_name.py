"""Names that end up as names of files."""

from __future__ import annotations

import json
import re

from oxidize.objects.problem import refuse

# Of a file or folder, in bytes of UTF-8: as much as the usual file systems take.
_LONGEST = 255
# Of a path below some folder: that leaves room for the folder's own, on every system.
_LONGEST_PATH = 1024
_FILE_NAME = re.compile(r"[^/\\:\x00-\x1f\x7f]+")
# What a name gets after it: .exe, or an installer's triple and format.
_ENDING = 40


def check_file_name(name: str, argument: str) -> None:
    """Refuses what can't be one file's or folder's name everywhere."""
    shown = f"{argument} {json.dumps(name, ensure_ascii=False)}"
    if not _FILE_NAME.fullmatch(name) or name in (".", "..") or name != name.strip():
        refuse(
            "OX0214",
            f"{shown} can't be the name of a file",
            argument=argument,
            help="it has a letter or a sign, no / \\ or :, no line break, and no blank at its ends",
        )
    if is_long(name, _ENDING):
        refuse("OX0214", f"{shown} is too long for the name of a file", argument=argument)
    if name.startswith("-"):
        message = f"{shown} would be taken for an option wherever the file is named"
        refuse("OX0214", message, argument=argument)


def is_long(name: str, ending: int = 0) -> bool:
    """Whether a file can't have that name, with so many bytes after it."""
    return len(name.encode()) > _LONGEST - ending


def is_long_path(path: str, ending: int = 0) -> bool:
    """The same for a path, with `/`, that is to be in some folder."""
    names = path.split("/")
    return len(path.encode()) > _LONGEST_PATH or any(is_long(each, ending) for each in names)
