"""Texts in scripts for makensis: it replaces defines first, then reads words, then variables."""

from __future__ import annotations

from collections.abc import Iterator

# A define is replaced once, so neither a define nor a variable begins where it was. Programs take
# two signs for one; what files tell of themselves is as it is written.
_TWICE, _ONCE = "TWO_DOLLARS", "ONE_DOLLAR"
_QUOTES = "\"'`"


def dollars() -> Iterator[str]:
    """The lines that come before any text."""
    yield f'!define {_TWICE} "$$"'
    yield f'!define {_ONCE} "$"'


def escaped(text: str) -> str:
    """A text of the program's, between quotation marks: not for macros, which replace defines
    again, and not for one that ends in "$" and a backslash."""
    return _written(text, _TWICE)


def quoted(text: str) -> str:
    """The same as a word."""
    return f'"{escaped(text)}"'


def told(text: str) -> str:
    """What a file tells of itself, as a word."""
    return f'"{_written(text, _ONCE)}"'


def _written(text: str, dollar: str) -> str:
    special = {"$": f"${{{dollar}}}", **{each: f"$\\{each}" for each in _QUOTES}}
    return "".join(special.get(each, each) for each in text)
