"""Renders diagnostics: as text with the source line and carets, or as one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import asdict, frozen

from oxidize.cli.excerpt import Excerpt, printable
from oxidize.codes import TITLES
from oxidize.errors import Diagnostic, Frame, Span
from oxidize.redaction import all_without_credentials, blotted, without_credentials

# Of a longer call stack, as runaway recursion leaves, only the ends are shown.
_MOST_FRAMES = 8

_BOLD, _BLUE, _CYAN, _RESET = "\033[1m", "\033[1;34m", "\033[1;36m", "\033[0m"
_COLORS = {"error": "\033[1;31m", "warning": "\033[1;33m"}


def render_text(
    diagnostic: Diagnostic,
    color: bool,
    *,
    base: Path | None = None,
    sources: Mapping[str, str] | None = None,
) -> str:
    """The diagnostic for people, ending in a line break.

    Files below `base`, the current directory unless told, are shown relative to it. `sources`
    are the texts of files that aren't on disk, or not as they were read.
    """
    page = _Page(color, base or Path.cwd(), sources or {})
    return "\n".join(page.lines(diagnostic)) + "\n"


def render_place(span: Span, color: bool) -> str:
    """A place for people: its line, and carets below it."""
    return "\n".join(_Page(color, Path.cwd(), {}).excerpt(span, _BLUE))


def render_json(diagnostic: Diagnostic) -> str:
    """The diagnostic for programs: one JSON object in one line."""
    return json.dumps(as_fields(diagnostic), ensure_ascii=False)


def as_fields(diagnostic: Diagnostic) -> object:
    """The diagnostic as JSON has it, without credentials."""
    return all_without_credentials({"title": TITLES.get(diagnostic.code), **asdict(diagnostic)})


@frozen
class _Page:
    color: bool
    base: Path
    sources: Mapping[str, str]

    def lines(self, diagnostic: Diagnostic) -> list[str]:
        """All lines of the rendered diagnostic."""
        color = _COLORS[diagnostic.severity]
        head = self._paint(color, f"{diagnostic.severity}[{diagnostic.code}]")
        message = _told(diagnostic.message)
        first = [f"{head}{self._paint(_BOLD, f': {message}')}"]
        if diagnostic.span:
            first += self.excerpt(diagnostic.span, color)
        if len(diagnostic.stack) > 1:
            first += self._stack(diagnostic.stack)
        return [
            *first,
            *self._remarks("note", diagnostic.notes),
            *self._remarks("help", [diagnostic.help] if diagnostic.help else []),
        ]

    def excerpt(self, span: Span, color: str) -> list[str]:
        """A place, its line and carets below it."""
        number = str(span.line)
        margin = " " * len(number)
        place = f"{self._shown(span.file)}:{span.line}:{span.column}"
        lines = [f"{margin}{self._paint(_BLUE, '-->')} {place}"]
        text = self._line(span)
        if text is None:
            return lines
        bar = self._paint(_BLUE, "|")
        end = span.end_column if span.end_line == span.line else len(text) + 1
        excerpt = Excerpt.of(text, span.column - 1, end - 1)
        return [
            *lines,
            f"{margin} {bar}",
            f"{self._paint(_BLUE, number)} {bar} {excerpt.text}".rstrip(),
            f"{margin} {bar} {self._paint(color, excerpt.carets)}",
            f"{margin} {bar}",
        ]

    def _stack(self, stack: Sequence[Frame]) -> list[str]:
        rows = [f"  {self._shown(f.span.file)}:{f.span.line}, in {f.function}" for f in stack]
        if len(rows) > _MOST_FRAMES:
            half = _MOST_FRAMES // 2
            left_out = f"  ... {len(rows) - _MOST_FRAMES} more ..."
            rows = [*rows[:half], left_out, *rows[-half:]]
        return ["call stack, outermost first:", *rows]

    def _remarks(self, kind: str, texts: Iterable[str]) -> list[str]:
        return [f"{self._paint(_CYAN, kind)}: {_told(text)}" for text in texts]

    def _line(self, span: Span) -> str | None:
        text = self.sources.get(span.file)
        if text is None:
            try:
                text = Path(span.file).read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError):
                return None
        # As Starlark counts them.
        lines = text.split("\n")
        return blotted(lines[span.line - 1]).rstrip() if span.line <= len(lines) else None

    def _shown(self, file: str) -> str:
        path = Path(file)
        return str(path.relative_to(self.base)) if path.is_relative_to(self.base) else file

    def _paint(self, style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if self.color else text


def _told(text: str) -> str:
    return printable(without_credentials(text), kept="\n")
