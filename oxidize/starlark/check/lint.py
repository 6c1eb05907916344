"""Lints: what works, and is better written otherwise. Each has a name, by which it is silenced."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from attrs import frozen

from oxidize.errors import Diagnostic, Span
from oxidize.starlark.check.tree import Tree
from oxidize.suggest import did_you_mean

LINTS: dict[str, str] = {
    "unused-variable": "OX1002",
    "load": "OX1003",
    "load-on-top": "OX1004",
    "same-origin-load": "OX1005",
    "redefined-variable": "OX1006",
    "module-docstring": "OX1007",
    "function-docstring": "OX1008",
    "function-docstring-args": "OX1009",
    "function-docstring-return": "OX1010",
    "unreachable": "OX1011",
    "no-effect": "OX1012",
    "self-comparison": "OX1013",
    "shadowed-builtin": "OX1014",
    "duplicate-key": "OX1015",
    "return-value": "OX1016",
    "unused-function": "OX1017",
    "unknown-lint": "OX1018",
}

_DISABLE = re.compile(r"#\s*oxidize:\s*disable=(?P<names>[\w-]+(?:\s*,\s*[\w-]+)*)")
_CODE = re.compile(r"OX\d{4}")


@frozen
class Lint:
    """One finding of a lint, before it is known whether a comment silences it."""

    name: str
    span: Span
    message: str
    help: str | None = None

    def diagnostic(self) -> Diagnostic:
        """As a warning, which tells the name."""
        message = f"{self.message} ({self.name})"
        return Diagnostic(LINTS[self.name], message, self.span, help=self.help, severity="warning")


@frozen
class Silence:
    """What a comment silences: lints by name or code, in its line; if alone, also in the next."""

    line: int
    alone: bool
    names: tuple[tuple[str, Span], ...]

    def covers(self, span: Span) -> bool:
        """Whether a finding there is meant."""
        return self.line <= span.line <= self.line + self.alone


def silences(tree: Tree) -> Iterator[Silence]:
    """The comments of a file that silence something."""
    for token in tokenize.generate_tokens(io.StringIO(tree.source.text).readline):
        match = _DISABLE.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            line, column = token.start
            start = tree.source.offset(line, column + 1) + match.start("names")
            names = tuple(
                (each[0], tree.source.span(start + each.start(), start + each.end()))
                for each in re.finditer(r"[\w-]+", match["names"])
            )
            yield Silence(line, token.line[:column].isspace() or column == 0, names)


def audible(found: Iterable[Diagnostic], comments: Iterable[Silence]) -> list[Diagnostic]:
    """What no comment silences."""
    known = list(comments)
    return [each for each in found if not any(_silences(comment, each) for comment in known)]


def unknown_names(comments: Iterable[Silence]) -> Iterator[Lint]:
    """Comments that name no lint."""
    for name, span in (pair for comment in comments for pair in comment.names):
        if name not in LINTS and not _CODE.fullmatch(name):
            yield Lint(
                "unknown-lint", span, f'there is no lint "{name}"', did_you_mean(name, LINTS)
            )


def _silences(comment: Silence, found: Diagnostic) -> bool:
    names = {LINTS.get(name, name) for name, _ in comment.names}
    return found.code in names and found.span is not None and comment.covers(found.span)
