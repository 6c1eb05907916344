"""Names of installed files: what a system can't have, and what it can't tell apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE
)
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')


def unfit(path: str, system: str) -> str:
    """Why files of that system can't have the name of a path, with `/`; "" if they can."""
    if system != "windows":
        return ""
    for name in path.split("/"):
        if found := _FORBIDDEN.search(name):
            return f"no name has {found[0]} in it"
        if name.endswith((".", " ")):
            return "no name ends in a dot or a blank"
        if _RESERVED.fullmatch(name):
            return f"{name.partition('.')[0]} is a device"
    return ""


def clash(paths: Iterable[str], system: str) -> tuple[str, str] | None:
    """Two paths that are the same there, or of which one needs the other as a folder."""
    known: dict[str, str] = {}
    for path in paths:
        key = _key(path, system)
        if key in known:
            return known[key], path
        known[key] = path
    for key, path in known.items():
        parts = key.split("/")
        above = ("/".join(parts[:end]) for end in range(1, len(parts)))
        if found := next((known[each] for each in above if each in known), ""):
            return found, path
    return None


def _key(path: str, system: str) -> str:
    if system == "darwin":
        return unicodedata.normalize("NFC", path).casefold()
    if system == "windows":
        # Each letter for itself: "ß" and "ss" are two names.
        return "".join(map(_capital, unicodedata.normalize("NFC", path)))
    return path


def _capital(letter: str) -> str:
    return capital if len(capital := letter.upper()) == 1 else letter
