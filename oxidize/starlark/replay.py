"""The replay: serves a script's calls, each one once however often the script is evaluated.

A frozen module can't keep a callback, so functions never leave Starlark: whenever one is due, the
script is evaluated afresh and calls it there. Scripts are pure, so a call is known by the target
whose function makes it and its ordinal there; it is carried out the first time, and answered
from the record after that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import starlark
from attrs import define, field

from oxidize.errors import Origin
from oxidize.objects.base import ScriptObject
from oxidize.objects.callback import Callback, Calls
from oxidize.objects.context import Context, Handle
from oxidize.objects.language import Language
from oxidize.objects.member import Member
from oxidize.objects.problem import refuse
from oxidize.starlark.arguments import check_choices

# Stands for a target while functions run that decide what becomes of something.
_DECIDING = "<deciding>"


@define
class Due:
    """Calls of a callback that this pass is for: where it was given, and with what it is called."""

    place: Handle
    arguments: Sequence[Sequence[object]]
    results: Sequence[tuple[str, object]] | None = None


Locate = Callable[[str, str], "Origin | None"]
"""From a printed call stack and the name of the called function to the user's call."""


@define
class Replay:
    """Receives the prelude's calls, for all passes of one session."""

    context: Context
    language: Language
    locate: Locate
    failure: BaseException | None = None
    """What a call raised: Starlark itself hands on no more than its text."""
    _answers: dict[Handle, object] = field(factory=dict)
    _ordinals: dict[str, int] = field(factory=dict)
    _pending: list[tuple[Calls[object], Handle]] = field(factory=list)

    due: Due | None = None

    def begin_pass(self, due: Due | None = None) -> None:
        """To be called before the script is evaluated again."""
        self.due = due
        self._ordinals.clear()
        self._pending.clear()
        self.failure = None
        self.context.handle = Handle("", 0)

    def next_place(self) -> Handle:
        """Counts one more call of the function that is running."""
        target = self.context.handle.target
        self._ordinals[target] = self._ordinals.get(target, 0) + 1
        return Handle(target, self._ordinals[target])

    def position(self, target: str) -> int:
        """How many calls this pass has counted, of a target's function."""
        return self._ordinals.get(target, 0)

    def skip_to(self, target: str, position: int) -> None:
        """Leaves out calls that earlier passes made, and this one and later ones don't make."""
        self._ordinals[target] = position

    def forget(self, target: str) -> None:
        """Forgets the calls of a target's function, for another one of that name."""
        self._answers = {at: each for at, each in self._answers.items() if at.target != target}

    def told(self, targets: Collection[str]) -> list[object]:
        """What the files' code and the functions of some targets were told by their calls."""
        made = (at for at in self._answers if at.target in targets)
        order = sorted(made, key=lambda at: (at.target, at.ordinal))
        return [self._plain(self._answers[at]) for at in order]

    def call(self, handle: object, key: str, stack: str, arguments: Mapping[str, object]) -> object:
        """Carries out a call, or repeats what it answered in an earlier pass."""
        try:
            return self._call(handle, key, stack, arguments)
        except BaseException as error:
            self.failure = error
            raise

    def finish(self, results: Sequence[Sequence[object]]) -> object:
        """Hands a callback's results to whoever asked for them."""
        try:
            calls, handle = self._pending.pop()
            self.context.handle = handle
            return _sent(calls.finish([(str(kind), value) for kind, value in results]))
        except BaseException as error:
            self.failure = error
            raise

    def _call(
        self, handle: object, key: str, stack: str, arguments: Mapping[str, object]
    ) -> object:
        member, before = self.language.member(key), self.context.handle
        if before.target == _DECIDING:
            return self._call_deciding(member, handle, arguments)
        if member.each_pass:
            self.context.origin = self.locate(stack, member.name)
            return self._answer(member, self._carry_out(member, handle, arguments), before)
        place = self.next_place()
        if place not in self._answers:
            self.context.handle = place
            self.context.origin = self.locate(stack, member.name)
            self._answers[place] = self._carry_out(member, handle, arguments)
        answer = self._answers[place]
        if self.due and place == self.due.place and isinstance(answer, Calls):
            answer = self._begin(self.due, answer)
        return self._answer(member, answer, before)

    def _plain(self, answer: object) -> object:
        """What scripts can see of an answer."""
        if isinstance(answer, ScriptObject):
            fields = self.language.types[type(answer).__name__].fields.values()
            return [each.read(answer) for each in fields]
        return None if isinstance(answer, Calls) else answer

    def _begin(self, due: Due, recorded: Calls[object]) -> Calls[object]:
        def finish(results: Sequence[tuple[str, object]]) -> object:
            due.results = results
            return recorded.finish([])

        self.context.handle = Handle(_DECIDING, 0)
        return Calls(due.arguments, finish)

    def _call_deciding(
        self, member: Member, handle: object, arguments: Mapping[str, object]
    ) -> object:
        """A call while something is decided on: nothing can be declared any more."""
        if not member.decides:
            refuse(
                "OX0227",
                f"{member.name}() can't be called by a function that decides on something",
                notes=("it runs when everything else is declared, or during the build",),
                help="call it before, in the function of the target",
            )
        return _sent(self._carry_out(member, handle, arguments))

    def _carry_out(self, member: Member, handle: object, arguments: Mapping[str, object]) -> object:
        if member.changes:
            self._check_open(handle, member)
        check_choices(member, arguments)
        given = dict(arguments)
        if member.callback:
            given[member.callback.name] = Callback()
        rest = [each.name for each in member.parameters if each.variadic]
        spread = [each for name in rest for each in given.pop(name)]  # type: ignore[attr-defined]
        return member.call(self.context if handle is None else handle, *spread, **given)

    def _answer(self, member: Member, answer: object, before: Handle) -> object:
        if isinstance(answer, Calls):
            self._pending.append((answer, before))
            return [[_tagged(each) for each in arguments] for arguments in answer.arguments]
        return _sent(answer)

    def _check_open(self, handle: object, member: Member) -> None:
        assert isinstance(handle, ScriptObject)
        if not handle.frozen:
            return
        kind, owner, now = type(handle).__name__, handle.handle.target, self.context.handle.target
        if not owner:
            refuse(
                "OX0210",
                f"{member.name}() would change a {kind} made outside of target functions",
                help="make and change it inside the function of one target",
            )
        refuse(
            "OX0210",
            f'{member.name}() in target "{now}" would change a {kind} of target "{owner}"',
            notes=(f'what target "{owner}" made is frozen since its function returned',),
            help=f'call {member.name}() in the function of target "{owner}"',
        )


def _sent(value: object) -> object:
    return starlark.OpaquePythonObject(value) if isinstance(value, ScriptObject) else value


def _tagged(value: object) -> list[object]:
    if isinstance(value, ScriptObject):
        return [type(value).__name__, starlark.OpaquePythonObject(value)]
    return ["", value]
