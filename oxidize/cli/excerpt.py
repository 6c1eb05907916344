"""A source line and the carets under a part of it, as a terminal shows them."""

from __future__ import annotations

from attrs import frozen

from oxidize.columns import width, width_of

# Of a longer line, the part around the span is shown; in columns of a terminal.
_WIDEST = 160
_BEFORE = 40
_CUT = "..."
_REORDERING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# In a terminal, these would move the cursor, ring, or show a line in another order than it has.
_PICTURES = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **dict.fromkeys((*range(128, 160), *_REORDERING), "\ufffd"),
}


@frozen
class Excerpt:
    """The line, and the line of carets below it."""

    text: str
    carets: str

    @classmethod
    def of(cls, line: str, start: int, end: int) -> Excerpt:
        """For the characters of a line from `start` to before `end`; at least one is marked."""
        # Tabs would put the carets elsewhere.
        line = printable(line.replace("\t", " ").rstrip())
        start, end = min(start, len(line)), min(end, len(line))
        line, start, end = _cropped(line, start, end)
        marked = max(1, width(line[start:end]))
        return cls(line, " " * width(line[:start]) + "^" * marked)


def printable(text: str, *, kept: str = "") -> str:
    """A text in which a picture stands for each character that would control the terminal."""
    return text.translate(
        {code: shown for code, shown in _PICTURES.items() if chr(code) not in kept}
    )


def _cropped(line: str, start: int, end: int) -> tuple[str, int, int]:
    if width(line) <= _WIDEST:
        return line, start, end
    first = max(0, start - _BEFORE)
    last = first
    room = _WIDEST
    while last < len(line) and (room := room - width_of(line[last])) >= 0:
        last += 1
    before, after = _CUT * (first > 0), _CUT * (last < len(line))
    moved = len(before) - first
    return before + line[first:last] + after, start + moved, min(end, last) + moved
