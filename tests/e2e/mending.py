"""Follows the help of errors in a build file, as somebody does who reads it and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from oxidize.errors import Diagnostic
from oxidize.objects.settings import Settings
from oxidize.starlark.check.checker import check
from oxidize.starlark.check.files import files_of
from oxidize.starlark.sources import Source
from oxidize.triples import host_triple

_MOST = 30
T = TypeVar("T", bound=ast.expr | ast.stmt)


def follow(build_file: Path) -> list[Diagnostic]:
    """Mends a build file until `oxidize check` finds no error in it; the errors that there were."""
    found: list[Diagnostic] = []
    while (error := _first_error(build_file)) and len(found) < _MOST:
        found.append(error)
        text = build_file.read_text()
        build_file.write_text(_Mending(text, error).mended())
    assert not error, f"{error}\n{build_file.read_text()}"
    return found


def _first_error(build_file: Path) -> Diagnostic | None:
    triple = host_triple()
    settings = Settings(build_file, triple, triple, False, sys.executable)
    report = check(files_of([build_file]), settings, lambda root: {}, print)
    return next((each for each in report.findings if each.severity == "error"), None)


class _Mending:
    """One error in a text: what its help says, carried out."""

    def __init__(self, text: str, error: Diagnostic) -> None:
        assert error.help and error.span, error
        self.text, self.error, self.help = text, error, error.help
        self.source = Source.of("", text)
        self.start = self.source.offset(error.span.line, error.span.column)
        self.end = self.source.offset(error.span.end_line, error.span.end_column)
        self.module = ast.parse(text)

    def mended(self) -> str:
        """The text that the help leads to."""
        if moved := re.fullmatch(r"give it to the call that makes .+?: (\w+)\((.+)\)", self.help):
            return self.moved(*moved.groups())
        if renamed := re.fullmatch(r'did you mean "(\w+)"\?', self.help):
            name = re.compile(r"\w+")
            return self.text[: self.start] + name.sub(renamed[1], self.text[self.start :], count=1)
        if self.help.startswith("leave it out"):
            return self.without()
        assert self.help.startswith("write "), self.error
        return self.written(self.help.removeprefix("write "))

    def moved(self, callee: str, argument: str) -> str:
        """The statement's value as an argument of the call above it."""
        text = self.replaced(self.statement(), "pass")
        call = max(each for each in _places(rf"\b{callee}\(", text) if each < self.start)
        more = "" if text[call] == ")" else ", "
        return f"{text[:call]}{argument}{more}{text[call:]}"

    def without(self) -> str:
        """No such argument, or no such statement."""
        if self.error.code == "OX0203":
            argument = self.text[self.start : self.end]
            return re.sub(rf",\s*{re.escape(argument)}", "", self.text, count=1)
        return self.replaced(self.statement(), "pass")

    def written(self, help: str) -> str:
        """Other code in place of a statement, or of a method's name and arguments."""
        code = next(each for each in _beginnings(help) if _is_code(each))
        if self.error.code == "OX0205":
            around = (each for each in self.nodes(ast.Call) if self.offsets(each)[1] > self.end)
            _, end = self.offsets(min(around, key=self.size))
            return self.text[: self.start] + code + self.text[end:]
        changed = self.replaced(self.statement(), code)
        if last := re.search(r'at the end of the function "(.+)"', help):
            return self.ended(changed, last[1])
        return changed

    def ended(self, changed: str, last: str) -> str:
        """The function that was changed, with that line at its end."""
        function = min(self.nodes(ast.FunctionDef), key=self.size)
        _, end = self.offsets(function)
        if self.text[:end].endswith(last):
            return changed
        end += len(changed) - len(self.text)
        return f"{changed[:end]}\n{' ' * function.body[0].col_offset}{last}{changed[end:]}"

    def statement(self) -> ast.stmt:
        """The innermost statement at the error."""
        return min(self.nodes(ast.stmt), key=self.size)

    def nodes(self, kind: type[T]) -> Iterator[T]:
        """The nodes of a kind that the error lies in."""
        for node in ast.walk(self.module):
            if isinstance(node, kind):
                start, end = self.offsets(node)
                if start <= self.start < end:
                    yield node

    def size(self, node: ast.expr | ast.stmt) -> int:
        start, end = self.offsets(node)
        return end - start

    def offsets(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node begins and ends in the text, which is ASCII."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = self.source.offset(node.lineno, node.col_offset + 1)
        return start, self.source.offset(node.end_lineno, node.end_col_offset + 1)

    def replaced(self, node: ast.stmt, code: str) -> str:
        start, end = self.offsets(node)
        return self.text[:start] + code + self.text[end:]


def _places(pattern: str, text: str) -> Iterator[int]:
    return (each.end() for each in re.finditer(pattern, text))


def _beginnings(help: str) -> Iterator[str]:
    """The help, and what of it may be code before a reason or a second step."""
    yield help
    for each in reversed(list(re.finditer(r": |, and ", help))):
        yield help[: each.start()]


def _is_code(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
