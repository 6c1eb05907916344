"""Paths inside a manifest: relative, `/`-separated, and never leading out of it."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from oxidize.objects.file_name import is_long_path
from oxidize.objects.problem import refuse

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def inside(path: str, argument: str) -> str:
    """A path in its plain form. Refuses absolute ones, `..` and the empty one."""
    plain = folder_inside(path, argument)
    if not plain or path.endswith(("/", "\\")):
        refuse("OX0214", f'"{path}" can\'t be the path of a file', argument=argument)
    return plain


def folder_inside(path: str, argument: str) -> str:
    """A folder's path in its plain form; "" for "." and ""."""
    spelled = path.replace("\\", "/")
    if _CONTROL.search(path):
        shown = json.dumps(path, ensure_ascii=False)
        refuse("OX0214", f"{shown} has a control character in it", argument=argument)
    if spelled.startswith("/") or re.match(r"[A-Za-z]:", path):
        refuse(
            "OX0214",
            f'"{path}" must be relative: it is a place inside the folder that the files go to',
            argument=argument,
        )
    if ".." in spelled.split("/"):
        refuse("OX0214", f'"{path}" must not lead out of the folder', argument=argument)
    plain = str(PurePosixPath(spelled))
    if is_long_path(plain):
        refuse("OX0214", "this path, or a name in it, is too long for a file", argument=argument)
    return "" if plain == "." else plain


def below(folder: str, name: str) -> str:
    """A name inside a folder, both in their plain form; "" is the top."""
    return f"{folder}/{name}" if folder and name else folder or name
