"""Guesses the type of an expression from how the file's text makes it."""

from __future__ import annotations

import re

from oxidize.errors import Span
from oxidize.objects.member import Member
from oxidize.starlark.callsite import CallSite, last_call, statement_span
from oxidize.starlark.diagnose.scene import Scene
from oxidize.starlark.sources import Source

# Its indentation and its parameters.
_DEF = re.compile(r"^([ \t]*)def\s+\w+\(([^)]*)", re.MULTILINE)


def made_by(scene: Scene, receiver: Span) -> CallSite | None:
    """The call whose result an expression, a call or a variable's name, stands for."""
    if scene.source is None:
        return None
    text = scene.source.cut(receiver).strip()
    if text.isidentifier():
        start = _assigned(scene.source, text, receiver)
        if start is None:
            return None
        receiver = statement_span(scene.source, start)
    call = last_call(scene.source, receiver)
    end = (receiver.end_line, receiver.end_column)
    # In `a().b`, the call isn't the whole.
    return call if call and (call.span.end_line, call.span.end_column) == end else None


def _assigned(source: Source, name: str, use: Span) -> int | None:
    """Where the value that a variable was last given begins: in the same def, or at top level."""
    start = source.offset(use.line, use.column)
    line = source.text[source.offset(use.line, 1) : start]
    if re.search(rf"\blambda\b[^:]*\b{name}\b[^:]*:", line):
        return None
    before = source.text[:start]
    level = len(line) - len(line.lstrip())
    heads = [found for found in _DEF.finditer(before) if len(found[1]) < level]
    inside = heads[-1].end() if heads else 0
    found = _assignments(name, "[ \t]*", before[inside:])
    if found:
        return inside + found[-1].end()
    if not heads or re.search(rf"\b{name}\b", heads[-1][2]):
        return None
    top = _assignments(name, "", before)
    return top[-1].end() if top else None


def _assignments(name: str, indent: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"^{indent}{name}[ \t]*=(?!=)[ \t]*", text, re.MULTILINE))


def maker(scene: Scene, call: CallSite | None) -> Member | None:
    """The member that a call names, if it is the only one of that name."""
    found = scene.members(call.callee) if call else []
    return found[0] if len(found) == 1 else None


def type_of(scene: Scene, receiver: Span) -> str | None:
    """The object type of an expression, where the text gives it away."""
    if scene.receiver:
        return scene.receiver
    call = made_by(scene, receiver)
    made = {each.returns.objects[:1] for each in scene.members(call.callee)} if call else set()
    # Methods of one name may well make the same.
    return next(iter(made.pop()), None) if len(made) == 1 else None
