"""Finds calls and their arguments in a build file's text.

Errors of methods come with the line that the call begins in, not with its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from oxidize.errors import Span
from oxidize.starlark.sources import Source

_TOKEN = re.compile(
    r"""(?P<string>[rbf]{0,2}(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''
            |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<comment>\#[^\n]*)
    |(?P<name>[^\W\d]\w*)
    |(?P<open>[(\[{])
    |(?P<close>[)\]}])
    |(?P<equals>==|[!<>+\-*/%|&^]=|=)
    |(?P<blank>[ \t\r]+|\\\n)
    |(?P<newline>\n)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


@frozen
class Argument:
    """One argument of a call; `name` is None for a positional one."""

    name: str | None
    span: Span


@frozen
class CallSite:
    """One call: the name that is called, where it stands with its arguments, and each of them."""

    callee: str
    span: Span
    arguments: tuple[Argument, ...]

    def argument(self, name: str, position: int | None) -> Span | None:
        """Where the argument for a parameter stands, if it is given at all."""
        for each in self.arguments:
            if each.name == name:
                return each.span
        positional = [each.span for each in self.arguments if each.name is None]
        if position is not None and position < len(positional):
            return positional[position]
        return None


def find_call(source: Source, line: int, callee: str) -> CallSite | None:
    """The first call of a name in the statement that begins in, or goes on in, a line."""
    depth = 0
    previous: re.Match[str] | None = None
    for token in _tokens(source.text, source.offset(line, 1)):
        if token.lastgroup == "open":
            if token[0] == "(" and previous is not None and previous[0] == callee:
                return _call(source, callee, previous.start(), token.end())
            depth += 1
        elif token.lastgroup == "close":
            depth -= 1
        elif token.lastgroup == "newline" and depth <= 0:
            return None
        if token.lastgroup not in ("blank", "comment", "newline"):
            previous = token
    return None


def last_call(source: Source, span: Span) -> CallSite | None:
    """The call that ends where a span ends: the outermost one of `a().b(c())` is `b`."""
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    depth = 0
    found: tuple[str, int, int] | None = None
    previous: re.Match[str] | None = None
    for token in _tokens(source.text, start):
        if token.start() >= end:
            break
        if token.lastgroup == "open":
            if depth == 0 and token[0] == "(" and previous is not None:
                found = (previous[0], previous.start(), token.end())
            depth += 1
        elif token.lastgroup == "close":
            depth -= 1
        if token.lastgroup not in ("blank", "comment", "newline"):
            previous = token
    return _call(source, *found) if found else None


def find_definition(source: Source, name: str) -> CallSite | None:
    """The list of a function's parameters, or of a record's fields, read as if of arguments."""
    heads = rf"^[ \t]*(?:def\s+{name}\s*\(|{name}\s*=\s*record\()"
    found = re.search(heads, source.text, re.MULTILINE)
    return _call(source, name, found.start(), found.end()) if found else None


def statement_span(source: Source, start: int) -> Span:
    """From an offset to the end of the statement that it lies in."""
    depth, end = 0, start
    for token in _tokens(source.text, start):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth <= 0 and (token.lastgroup == "newline" or token[0] == ";"):
            break
        if token.lastgroup not in ("blank", "comment", "newline"):
            end = token.end()
    return source.span(start, end)


def _tokens(text: str, start: int) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(text, start)


def _call(source: Source, callee: str, start: int, inside: int) -> CallSite | None:
    """Reads the arguments from just behind the opening bracket to the closing one."""
    arguments: list[Argument] = []
    part: list[re.Match[str]] = []
    depth = 0
    for token in _tokens(source.text, inside):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        ends = depth < 0 or (depth == 0 and token[0] == ",")
        if ends and part:
            arguments.append(_argument(source, part))
            part = []
        elif not ends and token.lastgroup not in ("blank", "comment", "newline"):
            part.append(token)
        if depth < 0:
            return CallSite(callee, source.span(start, token.end()), tuple(arguments))
    return None


def _argument(source: Source, part: list[re.Match[str]]) -> Argument:
    span = source.span(part[0].start(), part[-1].end())
    named = len(part) > 1 and part[0].lastgroup == "name" and part[1][0] == "="
    return Argument(part[0][0] if named else None, span)
