"""The scene of an error: the user's code that led to it.

What a call of the user's leads to in code of oxidize's own, the prelude and the rule library, is
left out: the user's call is the place of the error.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from attrs import frozen

from oxidize.errors import Diagnostic, Frame, Origin, Span
from oxidize.objects.language import Language
from oxidize.objects.member import Member
from oxidize.paths import rules_folder
from oxidize.starlark.callsite import CallSite, find_call, find_definition, last_call
from oxidize.starlark.prelude import FILE
from oxidize.starlark.sources import Source, Sources
from oxidize.starlark.traceback import Level, Raised, read_stack


@frozen
class Taken:
    """A parameter of a function, oxidize's or the user's own, or a field of a record."""

    name: str
    positional: bool


@frozen
class Scene:
    """One error: Starlark's message, the user's span, and the call that stands there, if any.

    `inside` names the function of oxidize's own in which the error arose, if it arose there;
    `receiver`
    is the type of the object whose method it is about, where that is known.
    """

    message: str
    span: Span | None
    call: CallSite | None
    inside: str | None
    frames: tuple[Frame, ...]
    source: Source | None
    sources: Sources
    language: Language
    receiver: str | None = None

    def diagnostic(
        self,
        code: str,
        message: str,
        *,
        span: Span | None = None,
        notes: tuple[str, ...] = (),
        help: str | None = None,
    ) -> Diagnostic:
        """A diagnostic at this scene, or at a narrower span of it."""
        return Diagnostic(code, message, span or self.span, self.frames, notes, help)

    def text(self) -> str:
        """The user's code under the span."""
        return self.source.cut(self.span) if self.source and self.span else ""

    def argument_span(self, name: str) -> Span | None:
        """Where the call's argument for a parameter stands."""
        if self.call is None:
            return None
        return self.call.argument(name, self._position(name))

    def members(self, name: str) -> list[Member]:
        """All functions and methods of that name."""
        if self.receiver and name in self.language.types[self.receiver].members:
            return [self.language.types[self.receiver].members[name]]
        found = [self.language.functions[name]] if name in self.language.functions else []
        types = self.language.types.values()
        return found + [each.members[name] for each in types if name in each.members]

    def taken(self, name: str) -> list[Taken]:
        """The parameters of all functions and methods of that name."""
        return [each for signature in self._signatures(name) for each in signature]

    def _signatures(self, name: str) -> list[list[Taken]]:
        if members := self.members(name):
            rows = (member.parameters for member in members)
            return [[Taken(each.name, not each.keyword_only) for each in row] for row in rows]
        if not name.isidentifier():
            return []
        files = [self.source] if self.source else []
        for source in (*files, *self.sources.files.values()):
            if found := find_definition(source, name):
                return [_parameters([source.cut(each.span) for each in found.arguments])]
        return []

    def _position(self, name: str) -> int | None:
        if self.call is None:
            return None
        given = sum(each.name is None for each in self.call.arguments)
        for signature in self._signatures(self.call.callee):
            names = [each.name for each in signature if each.positional]
            # Of two methods of one name, the one that can take what is given.
            if name in names and len(names) >= given:
                return names.index(name)
        return None


def _parameters(texts: list[str]) -> list[Taken]:
    found, positional = [], True
    for text in texts:
        positional = positional and not text.startswith("*")
        if name := re.match(r"\**\s*(\w+)", text):
            found.append(Taken(name[1], positional))
    return found


def scene_of(raised: Raised, sources: Sources, language: Language) -> Scene:
    """Finds the user's code that an error is about."""
    stack, inside = _users(raised.stack, sources)
    frames = _frames(stack, sources)
    own = raised.span is None or raised.span.file == FILE or (stack and is_own(raised.span.file))
    if raised.span is not None and not own:
        source = sources.get(raised.span.file)
        call = last_call(source, raised.span) if source else None
        return Scene(raised.message, raised.span, call, None, frames, source, sources, language)
    source = sources.get(stack[-1].file) if stack else None
    if source is None or inside is None:
        return Scene(raised.message, None, None, inside, frames, None, sources, language)
    line = stack[-1].line
    call = find_call(source, line, inside)
    span = call.span if call else source.line_span(line)
    return Scene(raised.message, span, call, inside, frames, source, sources, language)


def origin_of(stack: str, callee: str, sources: Sources) -> Origin | None:
    """The user's call that a printed call stack ends in, where `callee` is called."""
    levels, inside = _users(read_stack(stack), sources)
    source = sources.get(levels[-1].file) if levels else None
    if source is None:
        return None
    line = levels[-1].line
    call = find_call(source, line, inside or callee)
    span = call.span if call else source.line_span(line)
    return Origin(span, _frames(levels, sources))


@cache
def is_own(file: str) -> bool:
    """Whether a file is code of oxidize's own; tests of its rules are users of them."""
    if file == FILE:
        return True
    rules = rules_folder()
    return Path(file).is_relative_to(rules) and not Path(file).is_relative_to(rules / "tests")


def _users(stack: tuple[Level, ...], sources: Sources) -> tuple[tuple[Level, ...], str | None]:
    """The levels down to the user's last one, and the function of ours that is called there.

    Levels of Starlark's own functions are in no file, and don't count.
    """
    known = tuple(each for each in stack if is_own(each.file) or sources.get(each.file))
    for end in range(len(known), 0, -1):
        if not is_own(known[end - 1].file):
            return known[:end], known[end].function if end < len(known) else None
    return (), None


def _frames(stack: tuple[Level, ...], sources: Sources) -> tuple[Frame, ...]:
    found = []
    for each in stack:
        source = sources.get(each.file)
        if source and not is_own(each.file):
            found.append(Frame(each.function, source.line_span(each.line)))
    return tuple(found)
