"""Expressions as the code to suggest has them: in one line, negated, under conditions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from oxidize.python_source import parse

_OPPOSITE: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
}


def in_one_line(code: str) -> str:
    """An expression without the line breaks that its brackets allow."""
    if "\n" not in code:
        return code
    joined = re.sub(r"\s*\n\s*", " ", code)
    return re.sub(r",? (?=[)\]}])|(?<=[(\[{]) ", "", joined)


def cut(text: str, node: ast.expr) -> str:
    """The code of an expression in a file's text."""
    return in_one_line(ast.get_source_segment(text, node) or "")


def negated(text: str, test: ast.expr) -> str:
    """The code of the opposite of a condition."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return cut(text, operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITE:
            return f"{cut(text, left)} {_OPPOSITE[type(op)]} {cut(text, right)}"
        case ast.Name() | ast.Attribute() | ast.Call():
            return f"not {cut(text, test)}"
    return f"not ({cut(text, test)})"


def condition_of(text: str, line: int) -> str | None:
    """The condition under which the statement that begins in a line is carried out, if any."""
    try:
        module = parse(text, "")
    except SyntaxError:
        return None
    return " and ".join(_conditions(text, module.body, line)) or None


def _conditions(text: str, body: list[ast.stmt], line: int) -> Iterator[str]:
    for node in body:
        if not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        match node:
            case ast.FunctionDef() | ast.For():
                yield from _conditions(text, node.body, line)
            case ast.If(test=test) if node.orelse and line >= node.orelse[0].lineno:
                yield negated(text, test)
                yield from _conditions(text, node.orelse, line)
            case ast.If(test=test):
                shown = cut(text, test)
                yield f"({shown})" if isinstance(test, ast.BoolOp) else shown
                yield from _conditions(text, node.body, line)
