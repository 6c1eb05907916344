"""The targets of a build file, with what can be said of them without building any."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from oxidize.errors import BuildFileError, Span
from oxidize.starlark.session import Session
from oxidize.starlark.targets import TargetInfo, default_target


@frozen
class Listed:
    """One target. `type` is None if the target can't be analysed, `doc` if it has no docstring.

    `place` is in the build file, also of a target that a function of a rule library registers.
    """

    name: str
    default: bool
    type: str | None
    depends: tuple[str, ...]
    doc: str | None
    place: Span | None


def listing(session: Session) -> Iterator[Listed]:
    """All targets, in the order of their registration."""
    default = default_target(session.targets.values())
    for each in session.targets.values():
        yield Listed(
            each.name,
            each.name == default,
            _type(session, each.name),
            each.depends,
            _doc(session, each),
            _place(each),
        )


def _type(session: Session, name: str) -> str | None:
    try:
        session.analyze([name])
    except BuildFileError:
        return None
    return session.types[name]


def _place(target: TargetInfo) -> Span | None:
    """Where the build file registers it, or calls what does."""
    if target.origin is None:
        return None
    stack = target.origin.stack
    return stack[0].span if len(stack) > 1 else target.origin.span


def _doc(session: Session, target: TargetInfo) -> str | None:
    """The first line of the docstring of the target's function."""
    text = session.sources.get(target.origin.span.file) if target.origin else None
    if text is None or target.origin is None:
        return None
    module = ast.parse(text)
    name = _function(module, target.origin.span)
    for each in ast.walk(module):
        if isinstance(each, ast.FunctionDef) and each.name == name:
            return (ast.get_docstring(each) or "").partition("\n")[0] or None
    return None


def _function(module: ast.Module, span: Span) -> str | None:
    """The name of the function that the call of register_target in a span is given."""
    for call in (each for each in ast.walk(module) if isinstance(each, ast.Call)):
        if (call.lineno, call.col_offset + 1) == (span.line, span.column):
            given = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "fn")]
            if given and isinstance(given[0], ast.Name):
                return given[0].id
    return None
