"""Starlark's own type check: builtin types, unknown names, and calls of functions of files."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import starlark

from oxidize.errors import Diagnostic, Span
from oxidize.objects.language import Language
from oxidize.starlark.check.tree import Tree
from oxidize.starlark.diagnose.scene import Scene, scene_of
from oxidize.starlark.diagnose.translate import explain
from oxidize.starlark.dialect import build_file_globals, dialect
from oxidize.starlark.interface import interface_load, own_check_interface
from oxidize.starlark.sources import Source, Sources
from oxidize.starlark.traceback import Raised

Interfaces = Callable[[Tree, str], starlark.Interface]
"""What a label of a file gives, as types."""

_UNRESOLVED = "Internal error: unresolved ident"
# From what the type check says to what an evaluation would say.
_AS_RAISED = (
    (_UNRESOLVED, "Variable `{text}` not found"),
    (
        r"Unexpected parameter named `(\w+)`",
        "Found `{0}` extra named parameter(s) for call to {call}",
    ),
    (r"Missing required parameter `(\w+)`", "Missing parameter `{0}` for call to {call}"),
)
# And what is said in our own words.
_PLAIN = (
    (
        r"The attribute `(\w+)` is not available on the type `(\w+).*`",
        "OX0205",
        '{1} has no attribute "{0}"',
    ),
    (r"Too many positional arguments", "OX0204", "{call}() is given too many arguments"),
    (r"Expected type `(.+)` but got `(.+)`", "OX1001", "this must be {0}, not {1}"),
    (r"Type `(.+)` is not iterable", "OX1001", "{0} can't be looped over"),
    (r"Type `(.+)` is not callable", "OX1001", "{0} can't be called"),
    (
        r"Binary operator `(.+)` is not available on the types `(.+)` and `(.+)`",
        "OX1001",
        "{0} can't be used between {1} and {2}",
    ),
    (r"(.+)", "OX1001", "{0}"),
)


def typecheck(
    tree: Tree, language: Language, sources: Sources, interfaces: Interfaces
) -> tuple[list[Diagnostic], starlark.Interface]:
    """What Starlark's type check finds in a file, and what the file offers to others."""
    loads = {label: interfaces(tree, label) for _, label in tree.loads()}
    text = tree.source.text
    errors, interface = _errors(text, tree, language, loads)
    if unknown := [span for message, span in errors if message == _UNRESOLVED]:
        # It stops at annotations that it doesn't know.
        further, interface = _errors(_without_annotations(tree, unknown), tree, language, loads)
        errors += [each for each in further if each not in errors]
    return [
        _diagnostic(message, span, tree, language, sources)
        for message, span in errors
        if not _harmless(message, span, tree)
    ], interface


def _errors(
    text: str, tree: Tree, language: Language, loads: Mapping[str, starlark.Interface]
) -> tuple[list[tuple[str, Span]], starlark.Interface]:
    before = interface_load(language)
    parsed = starlark.parse(tree.source.file, before + text, dialect())
    known = {**loads, **own_check_interface()}
    errors, interface, _ = parsed.typecheck(build_file_globals(), known)
    found = []
    for each in errors:
        message = str(each).partition("\n")[0].removeprefix("error: ")
        if span := _span(each, tree.source, before.count("\n")):
            found.append((message, span))
    return found, interface


def _without_annotations(tree: Tree, spans: Iterable[Span]) -> str:
    """The text with blanks in place of the annotations at some places."""
    text = tree.source.text
    for name_end, annotation in _annotations(tree):
        span = tree.span(annotation)
        if any(_contains(span, each) for each in spans):
            end = tree.source.offset(span.end_line, span.end_column)
            start = tree.source.offset(*name_end) if name_end else text.rindex("->", 0, end)
            text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def _annotations(tree: Tree) -> Iterator[tuple[tuple[int, int] | None, ast.expr]]:
    """All annotations: with the end of the name that they follow, or None behind `->`."""
    for node in ast.walk(tree.module):
        if isinstance(node, ast.arg) and node.annotation:
            name = tree.span(node)
            yield (name.line, name.column + len(node.arg)), node.annotation
        if isinstance(node, ast.AnnAssign):
            target = tree.span(node.target)
            yield (target.end_line, target.end_column), node.annotation
        if isinstance(node, ast.FunctionDef) and node.returns:
            yield None, node.returns


def _harmless(message: str, span: Span, tree: Tree) -> bool:
    """Whether the code works nevertheless.

    A variable that is None may be used where it isn't; and any values can be compared by `==`.
    """
    if re.search(r"(type|got) `None`", message) and "None" not in tree.source.cut(span):
        return True
    compared = (each for each in ast.walk(tree.module) if isinstance(each, ast.Compare))
    return any(
        isinstance(each.ops[0], ast.Eq | ast.NotEq) and tree.span(each.comparators[0]) == span
        for each in compared
    )


def _span(error: starlark.Error, source: Source, shift: int) -> Span | None:
    if error.span is None:
        return None
    begin, end = error.span.span.begin, error.span.span.end
    if begin.line < shift:
        return None
    line, end_line = begin.line - shift + 1, end.line - shift + 1
    return Span(source.file, line, begin.column + 1, end_line, end.column + 1)


def _diagnostic(
    message: str, span: Span, tree: Tree, language: Language, sources: Sources
) -> Diagnostic:
    call = _call_around(tree, span)
    place = tree.span(call) if call else span
    words = {"text": tree.source.cut(span), "call": _callee(call)}
    for pattern, raised in _AS_RAISED:
        if match := re.fullmatch(pattern, message):
            around = place if "{call}" in raised else span
            said = raised.format(*match.groups(), **words)
            return explain(_scene(said, around, language, sources)).diagnostic
    scene = _scene(message, span, language, sources)
    if message.startswith("Variable "):
        return explain(scene).diagnostic
    for pattern, code, told in _PLAIN:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            said = told.format(*match.groups(), **words).replace("`", '"')
            return scene.diagnostic(code, said.replace("typing.Callable", "function"))
    raise AssertionError(message)


def _scene(message: str, span: Span, language: Language, sources: Sources) -> Scene:
    return scene_of(Raised(message, span, ()), sources, language)


def _call_around(tree: Tree, span: Span) -> ast.Call | None:
    """The innermost call that a span lies in."""
    found = [each for each in _calls(tree.module) if _contains(tree.span(each), span)]
    return max(found, key=lambda each: (each.lineno, each.col_offset), default=None)


def _calls(module: ast.Module) -> Iterator[ast.Call]:
    return (each for each in ast.walk(module) if isinstance(each, ast.Call))


def _contains(outer: Span, inner: Span) -> bool:
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _callee(call: ast.Call | None) -> str:
    if call is None:
        return "the function"
    function = call.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else "the function"
