"""Guesses the type of an expression from how the file's text makes it."""

from __future__ import annotations

import re

from oxidize.errors import Span
from oxidize.objects.member import Member
from oxidize.starlark.callsite import CallSite, find_call, last_call
from oxidize.starlark.diagnose.scene import Scene


def made_by(scene: Scene, receiver: Span) -> CallSite | None:
    """The call whose result an expression, a call or a variable's name, stands for."""
    if scene.source is None:
        return None
    text = scene.source.cut(receiver).strip()
    if not text.isidentifier():
        return last_call(scene.source, receiver)
    before = scene.source.text[: scene.source.offset(receiver.line, receiver.column)]
    assignments = list(re.finditer(rf"\b{text} *= *(?=[\w.]+)", before))
    if not assignments:
        return None
    start = assignments[-1].end()
    line = scene.source.span(start, start).line
    callee = re.match(r"[\w.]+", scene.source.text[start:])
    name = callee[0].rpartition(".")[2] if callee else ""
    return find_call(scene.source, line, name)


def maker(scene: Scene, call: CallSite | None) -> Member | None:
    """The member that a call names, if it is the only one of that name."""
    found = scene.members(call.callee) if call else []
    return found[0] if len(found) == 1 else None


def type_of(scene: Scene, receiver: Span) -> str | None:
    """The object type of an expression, where the text gives it away."""
    member = maker(scene, made_by(scene, receiver))
    return member.returns.objects[0] if member and member.returns.objects else None
