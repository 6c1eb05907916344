"""Paths that scripts give of what has to be there: checked when they are given."""

from __future__ import annotations

import json
from pathlib import Path

from oxidize.lookup import exists, is_file, is_folder, neighbours
from oxidize.objects.problem import refuse
from oxidize.objects.reach import Reach
from oxidize.suggest import did_you_mean


def existing_file(reach: Reach, path: str, argument: str = "path") -> Path:
    """The file. Refuses what isn't one, or is out of reach."""
    file = reach.path(path, argument)
    if not path or not is_file(file):
        _refuse("file", file, path, argument)
    return file


def check_folder(folder: Path, shown: str, argument: str = "path") -> None:
    """Refuses what isn't a folder."""
    if not shown or not is_folder(folder):
        _refuse("folder", folder, shown, argument)


def _refuse(what: str, place: Path, path: str, argument: str) -> None:
    shown = json.dumps(path, ensure_ascii=False)
    if path and exists(place):
        other = "folder" if what == "file" else "file"
        refuse("OX0209", f"{shown} is a {other}, not a {what}", argument=argument)
    refuse(
        "OX0209",
        f"there is no {what} {shown}",
        argument=argument,
        help=_help(what, place, path),
    )


def _help(what: str, place: Path, path: str) -> str | None:
    if not path:
        return 'the folder itself is "."' if what == "folder" else None
    if path.startswith("~"):
        return "write the path out: ~ isn't replaced"
    kept = path.replace("\\", "/").rpartition("/")[0]
    fits = is_file if what == "file" else is_folder
    known = [name for name in neighbours(place) if fits(place.with_name(name))]
    return did_you_mean(place.name, known, f'"{kept}/{{}}"' if kept else '"{}"')
