"""One file's syntax tree, with places as diagnostics name them.

Starlark's parser keeps its tree to itself. What it accepts is Python to Python's own parser, so
that one gives the tree, of files that Starlark's parser has accepted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import starlark
from attrs import frozen

from oxidize.errors import BuildFileError, Diagnostic, Span
from oxidize.python_source import parse
from oxidize.starlark.labels import Location
from oxidize.starlark.sources import Source

Node = ast.expr | ast.stmt | ast.arg | ast.keyword
"""What has a place."""


@frozen(eq=False)
class Tree:
    """A parsed file: where it is, its text, Starlark's tree and Python's."""

    location: Location
    source: Source
    parsed: starlark.AstModule
    module: ast.Module

    @property
    def is_build_file(self) -> bool:
        """Whether it registers targets, as opposed to a file of a rule library."""
        return self.location.path.name == "build.star"

    def span(self, node: Node) -> Span:
        """Where a node stands."""
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        return Span(
            self.source.file,
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, end),
        )

    def name_span(self, function: ast.FunctionDef) -> Span:
        """Where the name in a def stands."""
        head = self.span(function)
        after = self.source.offset(head.line, head.column) + len("def")
        start = self.source.text.index(function.name, after)
        return self.source.span(start, start + len(function.name))

    def loads(self) -> Iterator[tuple[ast.Call, str]]:
        """The load() statements, with their labels."""
        for statement in self.module.body:
            call = loading(statement)
            if call and isinstance(label := literal(call.args[0]), str):
                yield call, label

    def _column(self, line: int, offset: int) -> int:
        """Python's parser counts the bytes before a place; diagnostics count characters."""
        start = self.source.offset(line, 1)
        text = self.source.text[start : start + offset]
        return offset + 1 if text.isascii() else len(text.encode()[:offset].decode()) + 1


def read_tree(location: Location, source: Source, parsed: starlark.AstModule) -> Tree:
    """The tree of a file that Starlark's parser accepts. Raises BuildFileError.

    Python's parser is stricter in nothing but assignments to `None`, `True` and `False`.
    """
    try:
        module = parse(source.text, str(location.path))
    except SyntaxError as error:
        place = source.line_span(error.lineno) if error.lineno else None
        raise BuildFileError(Diagnostic("OX0101", error.msg, place)) from error
    return Tree(location, source, parsed, module)


def loading(statement: ast.stmt) -> ast.Call | None:
    """The call of a load() statement."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    is_load = isinstance(call.func, ast.Name) and call.func.id == "load" and call.args
    return call if is_load else None


def loaded_names(call: ast.Call) -> Iterator[tuple[str, str, ast.expr | ast.keyword]]:
    """Of a load(): each name in this file, in the file that it comes from, and where it stands."""
    for argument in call.args[1:]:
        if isinstance(name := literal(argument), str):
            yield name, name, argument
    for keyword in call.keywords:
        if keyword.arg and isinstance(name := literal(keyword.value), str):
            yield keyword.arg, name, keyword


def literal(node: ast.AST) -> object:
    """The value of a literal, else None."""
    return node.value if isinstance(node, ast.Constant) else None


def all_arguments(function: ast.FunctionDef | ast.Lambda) -> list[ast.arg]:
    """All parameters of a function, in the order of their declaration."""
    own = function.args
    starred = [own.vararg] if own.vararg else []
    double = [own.kwarg] if own.kwarg else []
    return [*own.args, *starred, *own.kwonlyargs, *double]
