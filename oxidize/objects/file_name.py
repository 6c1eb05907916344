"""Names that end up as names of files."""

from __future__ import annotations

import re

from oxidize.objects.problem import refuse

_FILE_NAME = re.compile(r"[^/\\:\0]+")


def check_file_name(name: str, argument: str) -> None:
    """Refuses what can't be one file's or folder's name everywhere."""
    if not _FILE_NAME.fullmatch(name) or name in (".", ".."):
        refuse("OX0214", f'"{name}" can\'t be the name of a file', argument=argument)
