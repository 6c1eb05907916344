"""The scene of an error: the user's code that led to it.

What a call of the user's leads to in code of oxidize's own, the prelude and the rule library, is
left out: the user's call is the place of the error.
"""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from oxidize.errors import Diagnostic, Frame, Origin, Span
from oxidize.objects.language import Language
from oxidize.objects.member import Member
from oxidize.paths import rules_folder
from oxidize.starlark.callsite import CallSite, find_call, last_call
from oxidize.starlark.prelude import FILE
from oxidize.starlark.sources import Source, Sources
from oxidize.starlark.traceback import Level, Raised, read_stack


@frozen
class Scene:
    """One error: Starlark's message, the user's span, and the call that stands there, if any.

    `inside` names the function of oxidize's own in which the error arose, if it arose there.
    """

    message: str
    span: Span | None
    call: CallSite | None
    inside: str | None
    frames: tuple[Frame, ...]
    source: Source | None
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

    def _position(self, name: str) -> int | None:
        for member in self.members(self.call.callee) if self.call else []:
            names = [each.name for each in member.parameters if not each.keyword_only]
            if name in names:
                return names.index(name)
        return None


def scene_of(raised: Raised, sources: Sources, language: Language) -> Scene:
    """Finds the user's code that an error is about."""
    stack, inside = _users(raised.stack)
    frames = _frames(stack, sources)
    own = raised.span is None or raised.span.file == FILE or (stack and is_own(raised.span.file))
    if raised.span is not None and not own:
        source = sources.get(raised.span.file)
        call = last_call(source, raised.span) if source else None
        return Scene(raised.message, raised.span, call, None, frames, source, language)
    source = sources.get(stack[-1].file) if stack else None
    if source is None or inside is None:
        return Scene(raised.message, None, None, inside, frames, None, language)
    line = stack[-1].line
    call = find_call(source, line, inside)
    span = call.span if call else source.line_span(line)
    return Scene(raised.message, span, call, inside, frames, source, language)


def origin_of(stack: str, callee: str, sources: Sources) -> Origin | None:
    """The user's call that a printed call stack ends in, where `callee` is called."""
    levels, inside = _users(read_stack(stack))
    source = sources.get(levels[-1].file) if levels else None
    if source is None:
        return None
    line = levels[-1].line
    call = find_call(source, line, inside or callee)
    span = call.span if call else source.line_span(line)
    return Origin(span, _frames(levels, sources))


def is_own(file: str) -> bool:
    """Whether a file is code of oxidize's own; tests of its rules are users of them."""
    if file == FILE:
        return True
    rules = rules_folder()
    return Path(file).is_relative_to(rules) and not Path(file).is_relative_to(rules / "tests")


def _users(stack: tuple[Level, ...]) -> tuple[tuple[Level, ...], str | None]:
    """The levels down to the user's last one, and the function of ours that is called there."""
    for end in range(len(stack), 0, -1):
        if not is_own(stack[end - 1].file):
            return stack[:end], stack[end].function if end < len(stack) else None
    return (), None


def _frames(stack: tuple[Level, ...], sources: Sources) -> tuple[Frame, ...]:
    found = []
    for each in stack:
        source = sources.get(each.file)
        if source and not is_own(each.file):
            found.append(Frame(each.function, source.line_span(each.line)))
    return tuple(found)
