"""The scene of an error: the user's code that led to it, without the prelude's frames."""

from __future__ import annotations

import re

from attrs import frozen

from oxidize.errors import Diagnostic, Frame, Origin, Span
from oxidize.objects.language import Language
from oxidize.objects.member import Member
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

    `inside` names the prelude's function in which the error arose, if it arose there.
    """

    message: str
    span: Span | None
    call: CallSite | None
    inside: str | None
    frames: tuple[Frame, ...]
    source: Source | None
    sources: Sources
    language: Language

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
    frames = _frames(raised.stack, sources)
    if raised.span is not None and raised.span.file != FILE:
        source = sources.get(raised.span.file)
        call = last_call(source, raised.span) if source else None
        return Scene(raised.message, raised.span, call, None, frames, source, sources, language)
    level, inside = _innermost(raised.stack)
    source = sources.get(level.file) if level else None
    if level is None or source is None or inside is None:
        return Scene(raised.message, None, None, inside, frames, None, sources, language)
    call = find_call(source, level.line, inside)
    span = call.span if call else source.line_span(level.line)
    return Scene(raised.message, span, call, inside, frames, source, sources, language)


def origin_of(stack: str, callee: str, sources: Sources) -> Origin | None:
    """The user's call that a printed call stack ends in."""
    # Neither the prelude's levels nor those of Starlark's own functions.
    levels = [each for each in read_stack(stack) if sources.get(each.file)]
    source = sources.get(levels[-1].file) if levels else None
    if source is None:
        return None
    call = find_call(source, levels[-1].line, callee)
    span = call.span if call else source.line_span(levels[-1].line)
    return Origin(span, _frames(tuple(levels), sources))


def _innermost(stack: tuple[Level, ...]) -> tuple[Level | None, str | None]:
    """The innermost level of the user's, and the prelude's function that it called."""
    for number in reversed(range(len(stack))):
        if stack[number].file != FILE:
            below = stack[number + 1 :]
            return stack[number], below[0].function if below else None
    return None, None


def _frames(stack: tuple[Level, ...], sources: Sources) -> tuple[Frame, ...]:
    found = []
    for each in stack:
        if source := sources.get(each.file):
            found.append(Frame(each.function, source.line_span(each.line)))
    return tuple(found)
