"""Paths inside a manifest: relative, `/`-separated, and never leading out of it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from oxidize.objects.problem import refuse


def inside(path: str, argument: str) -> str:
    """A path in its plain form. Refuses absolute ones, `..` and the empty one."""
    plain = folder_inside(path, argument)
    if not plain:
        refuse("OX0214", f'"{path}" can\'t be the path of a file', argument=argument)
    return plain


def folder_inside(path: str, argument: str) -> str:
    """A folder's path in its plain form; "" for "." and ""."""
    spelled = path.replace("\\", "/")
    if "\0" in path or spelled.startswith("/") or re.match(r"[A-Za-z]:", path):
        refuse(
            "OX0214",
            f'"{path}" must be relative: it is a place inside the folder that the files go to',
            argument=argument,
        )
    if ".." in PurePosixPath(spelled).parts:
        refuse("OX0214", f'"{path}" must not lead out of the folder', argument=argument)
    plain = str(PurePosixPath(spelled))
    return "" if plain == "." else plain


def below(folder: str, name: str) -> str:
    """A name inside a folder, both in their plain form; "" is the top."""
    return f"{folder}/{name}" if folder and name else folder or name
