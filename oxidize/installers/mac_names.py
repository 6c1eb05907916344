"""Names of files on macOS: which there can't be, and which are one name to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from oxidize.errors import Diagnostic


def name_problem(paths: Iterable[str]) -> Diagnostic | None:
    """What is wrong with the first such path, if anything is."""
    known: dict[str, str] = {}
    for path in sorted(paths):
        if ":" in path:
            return Diagnostic("OX1152", f'no name has a colon on macOS: "{path}"')
        for each in _with_folders(path):
            first = known.setdefault(_plain(each), each)
            if first != each:
                return Diagnostic(
                    "OX1151",
                    f'"{first}" and "{each}" are one name to macOS',
                    help="give one of them another name",
                )
    return None


def _with_folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _plain(path: str) -> str:
    """What macOS compares: neither small and capital letters differ, nor the ways to write an
    accent."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())
