"""How many columns of a terminal a text takes."""

from __future__ import annotations

import unicodedata

_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def width(text: str) -> int:
    """The columns of a text without control characters."""
    return len(text) if text.isascii() else sum(map(width_of, text))


def width_of(character: str) -> int:
    """0 for what combines with the character before it, 2 for wide ones."""
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
