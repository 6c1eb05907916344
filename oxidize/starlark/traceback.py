"""Reads the text of a StarlarkError, its only content, back into data."""

from __future__ import annotations

import re
import unicodedata

from attrs import frozen

from oxidize.columns import width_of
from oxidize.errors import Span

_FRAME = re.compile(r"  \* (?P<file>.*):(?P<line>\d+), in (?P<function>.*)\n.*\n")
_PLACE = re.compile(r"^ *--> (?P<file>.*):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)
_CARETS = re.compile(r"^\d+ \| (.*)\n *\| *(\^+)$", re.MULTILINE)
_LAST_LINE = re.compile(r"^(\d+) *\| \| ?(.*)\n *\| \|(_+)\^$", re.MULTILINE)
_HEADER = "Traceback (most recent call last):\n"


@frozen
class Level:
    """One level of the call stack: a function and the line in it that was being run."""

    file: str
    line: int
    function: str


@frozen
class Raised:
    """What a StarlarkError says; the stack is outermost first."""

    message: str
    span: Span | None
    stack: tuple[Level, ...]


def read_stack(text: str) -> tuple[Level, ...]:
    """The levels of a printed call stack."""
    return tuple(
        Level(each["file"], int(each["line"]), each["function"]) for each in _FRAME.finditer(text)
    )


def read_error(text: str) -> Raised:
    """Takes the printed form apart."""
    stack: tuple[Level, ...] = ()
    if text.startswith(_HEADER):
        head, _, rest = text.partition("\nerror: ")
        stack, text = read_stack(head + "\n"), rest
    text = text.removeprefix("error: ")
    places = list(_PLACE.finditer(text))
    if not places:
        return Raised(text.strip(), None, stack)
    place = places[-1]
    return Raised(text[: place.start()].strip(), _span(place, text[place.end() :]), stack)


def _span(place: re.Match[str], snippet: str) -> Span:
    line, column = int(place["line"]), int(place["column"])
    end_line, end_column = line, column + 1
    if last := _LAST_LINE.search(snippet):
        end_line, end_column = int(last[1]), _characters(last[2], len(last[3])) + 1
    elif carets := _CARETS.search(snippet):
        end_column = column + _characters(carets[1][column - 1 :], len(carets[2]))
    return Span(place["file"], line, column, end_line, end_column)


def _characters(text: str, columns: int) -> int:
    """How many characters were drawn in so many columns; control characters take none there."""
    taken = 0
    for number, character in enumerate(text):
        if taken >= columns:
            return number
        taken += 0 if unicodedata.category(character) == "Cc" else width_of(character)
    return max(len(text), 1)
