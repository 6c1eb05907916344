"""Starlark's own type check: builtin types, unknown names, and calls of functions of files."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import starlark
from attrs import evolve

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

# From what the type check says to what an evaluation would say.
_AS_RAISED = (
    (r"Internal error: unresolved ident", "Variable `{text}` not found"),
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
    before = interface_load(language)
    parsed = starlark.parse(tree.source.file, before + tree.source.text, dialect())
    loads = {label: interfaces(tree, label) for _, label in tree.loads()}
    own = own_check_interface()
    errors, interface, _ = parsed.typecheck(build_file_globals(), {**loads, **own})
    found = []
    for each in errors:
        span = _span(each, tree.source, before.count("\n"))
        if span:
            found.append(_diagnostic(str(each), span, tree, language, sources))
    return found, interface


def _span(error: starlark.Error, source: Source, shift: int) -> Span | None:
    if error.span is None:
        return None
    begin, end = error.span.span.begin, error.span.span.end
    if begin.line < shift:
        return None
    line, end_line = begin.line - shift + 1, end.line - shift + 1
    return Span(source.file, line, begin.column + 1, end_line, end.column + 1)


def _diagnostic(
    text: str, span: Span, tree: Tree, language: Language, sources: Sources
) -> Diagnostic:
    message = text.partition("\n")[0].removeprefix("error: ")
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
            return evolve(scene.diagnostic(code, said.replace("typing.Callable", "function")))
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
