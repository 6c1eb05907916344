"""The scene of an error: the user's code that led to it, without the prelude's frames."""

from __future__ import annotations

from attrs import frozen

from oxidize.errors import Diagnostic, Frame, Origin, Span
from oxidize.objects.language import Language
from oxidize.objects.member import Member
from oxidize.starlark.callsite import CallSite, find_call, last_call
from oxidize.starlark.prelude import FILE
from oxidize.starlark.sources import Source, Sources
from oxidize.starlark.traceback import Level, Raised, read_stack


@frozen
class Scene:
    """One error: Starlark's message, the user's span, and the call that stands there, if any.

    `inside` names the prelude's function in which the error arose, if it arose there; `receiver`
    is the type of the object whose method it is about, where that is known.
    """

    message: str
    span: Span | None
    call: CallSite | None
    inside: str | None
    frames: tuple[Frame, ...]
    source: Source | None
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

    def _position(self, name: str) -> int | None:
        for member in self.members(self.call.callee) if self.call else []:
            names = [each.name for each in member.parameters if not each.keyword_only]
            if name in names:
                return names.index(name)
        return None


def scene_of(raised: Raised, sources: Sources, language: Language) -> Scene:
    """Finds the user's code that an error is about."""
    frames = _frames(raised.stack, sources)
    if raised.span is not None and raised.span.file != FILE:
        source = sources.get(raised.span.file)
        call = last_call(source, raised.span) if source else None
        return Scene(raised.message, raised.span, call, None, frames, source, language)
    level, inside = _innermost(raised.stack)
    source = sources.get(level.file) if level else None
    if level is None or source is None or inside is None:
        return Scene(raised.message, None, None, inside, frames, None, language)
    call = find_call(source, level.line, inside)
    span = call.span if call else source.line_span(level.line)
    return Scene(raised.message, span, call, inside, frames, source, language)


def origin_of(stack: str, callee: str, sources: Sources) -> Origin | None:
    """The user's call that a printed call stack ends in."""
    levels = [each for each in read_stack(stack) if each.file != FILE]
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
