"""Lints of documentation: what a rule library offers says what it is and what it takes."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

from oxidize.starlark.check.lint import Lint
from oxidize.starlark.check.tree import Tree, all_arguments
from oxidize.suggest import did_you_mean

_SECTION = re.compile(
    r"^(?P<head>Args|Returns):[ \t]*\n?(?P<body>(?:[ \t]+.*\n?|\n)*)", re.MULTILINE
)
_ARGUMENT = re.compile(r"^    \*{0,2}(\w+)(?: \(.*?\))?:", re.MULTILINE)


def module_docstring(tree: Tree) -> Iterator[Lint]:
    """A file that doesn't say what it is."""
    if ast.get_docstring(tree.module) is None:
        span = tree.source.line_span(1)
        help = 'begin it with """What it offers."""'
        yield Lint("module-docstring", span, "this file doesn't say what it is", help)


def function_docstrings(tree: Tree) -> Iterator[Lint]:
    """Public functions without documentation, or with one that tells of other arguments."""
    for each in tree.module.body:
        if isinstance(each, ast.FunctionDef) and each.name[0] != "_":
            yield from _function(tree, each)


def _function(tree: Tree, function: ast.FunctionDef) -> Iterator[Lint]:
    span, name = tree.name_span(function), function.name
    doc = ast.get_docstring(function)
    if doc is None:
        message = f"{name}() doesn't say what it does"
        yield Lint("function-docstring", span, message, 'begin it with """What it does."""')
        return
    sections = {each["head"]: each["body"] for each in _SECTION.finditer(inspect.cleandoc(doc))}
    yield from _arguments(tree, function, sections.get("Args", ""))
    if _returns(function) and "Returns" not in sections:
        message = f"{name}() doesn't say what it returns"
        yield Lint("function-docstring-return", span, message, 'add a section "Returns:"')


def _arguments(tree: Tree, function: ast.FunctionDef, section: str) -> Iterator[Lint]:
    told = _ARGUMENT.findall(section)
    names = [each.arg for each in all_arguments(function)]
    lint = "function-docstring-args"
    for each in all_arguments(function):
        if each.arg not in told:
            message = f'{function.name}() doesn\'t say what "{each.arg}" is'
            help = 'add a line for it to the section "Args:"'
            yield Lint(lint, tree.span(each), message, help)
    for name in told:
        if name not in names:
            message = f'{function.name}() tells of "{name}", which it doesn\'t take'
            yield Lint(lint, tree.name_span(function), message, did_you_mean(name, names))


def _returns(function: ast.FunctionDef) -> bool:
    """Whether it returns a value itself, not by a function inside."""
    open_nodes: list[ast.AST] = list(function.body)
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            return True
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            open_nodes += ast.iter_child_nodes(node)
    return False
