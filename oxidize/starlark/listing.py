"""The targets of a build file, with what can be said of them without building any."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from attrs import frozen

from oxidize.errors import BuildFileError, Span
from oxidize.python_source import parse
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
    types = _types(session)
    for each in session.targets.values():
        yield Listed(
            each.name,
            each.name == default,
            types.get(each.name),
            each.depends,
            _doc(session, each),
            _place(each),
        )


def _types(session: Session) -> Mapping[str, str]:
    """What the targets are; not of those that can't be analysed."""
    if not session.targets or _analyses(session, list(session.targets)):
        return session.types
    good = [name for name in session.targets if _analyses(session, [name])]
    types = session.types
    return {name: types[name] for name in good}


def _analyses(session: Session, names: Sequence[str]) -> bool:
    try:
        session.analyze(names)
    except BuildFileError:
        return False
    return True


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
    span = target.origin.span
    return _docs(text).get((span.line, span.column))


@cache
def _docs(text: str) -> Mapping[tuple[int, int], str | None]:
    """Line and column of calls of register_target -> what the function that they name says."""
    module = parse(text, "")
    docs: dict[str, str | None] = {}
    given: dict[tuple[int, int], str] = {}
    for each in ast.walk(module):
        if isinstance(each, ast.FunctionDef):
            line = (ast.get_docstring(each) or "").partition("\n")[0] or None
            docs.setdefault(each.name, line)
        elif isinstance(each, ast.Call) and (name := _function(each)):
            given[each.lineno, each.col_offset + 1] = name
    return {place: docs.get(name) for place, name in given.items()}


def _function(call: ast.Call) -> str | None:
    """The name of the function that a call of register_target is given."""
    given = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "fn")]
    return given[0].id if given and isinstance(given[0], ast.Name) else None
