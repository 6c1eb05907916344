"""The texts of the build files in use, and places in them."""

from __future__ import annotations

import re
from bisect import bisect_right

from attrs import define, field, frozen

from oxidize.errors import Span


@frozen(eq=False)
class Source:
    """One file's text, with translation between offsets and (line, column), both from 1."""

    file: str
    text: str
    starts: list[int]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        """Finds the beginnings of the lines."""
        starts = [0]
        # Starlark's lines, which only a line feed ends; str.splitlines() knows more ends.
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            starts.append(starts[-1] + len(line))
        return cls(file, text, starts)

    def offset(self, line: int, column: int) -> int:
        """Offset of a place; places outside the text count as its end."""
        if line > len(self.starts):
            return len(self.text)
        return min(self.starts[line - 1] + column - 1, len(self.text))

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(self.file, *self._place(start), *self._place(end))

    def line_span(self, line: int) -> Span:
        """The text of a line, without the blanks around it."""
        start, end = self.offset(line, 1), self.offset(line + 1, 1)
        text = self.text[start:end]
        left = start + len(text) - len(text.lstrip())
        return self.span(left, left + len(text.strip()))

    def cut(self, span: Span) -> str:
        """The text of a span."""
        start = self.offset(span.line, span.column)
        return self.text[start : self.offset(span.end_line, span.end_column)]

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


@define
class Sources:
    """All files that a session has read, by the name that spans give them."""

    files: dict[str, Source] = field(factory=dict)

    def add(self, file: str, text: str) -> None:
        """Notes a file."""
        self.files[file] = Source.of(file, text)

    def get(self, file: str) -> Source | None:
        """The file of that name, unless it isn't a build file."""
        return self.files.get(file)
