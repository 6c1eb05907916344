"""The trial: one test function, evaluated in as many passes as it takes.

A pass ends where something has to be known that only another pass can find out, and the next one
goes on from there: a target is analysed where it is registered, and a call that has to fail ends
the pass that makes it. Tests are pure, so all passes come to the same places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import cache

from attrs import frozen

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.objects.callback import Calls
from oxidize.objects.context import Handle
from oxidize.objects.language import testing_language
from oxidize.objects.problem import refuse
from oxidize.objects.settings import Settings
from oxidize.starlark.bridge import Bridge
from oxidize.starlark.session import Session
from oxidize.starlark.target_view import target_view
from oxidize.starlark.targets import check_depends, closure
from oxidize.suggest import did_you_mean


@frozen
class _Expectation:
    """A call that has to fail: its place among those, and the targets that were there before."""

    place: Handle
    targets: frozenset[str]


@frozen
class _Failure:
    """How such a call fails, and where the pass went on to in it."""

    told: Diagnostic
    position: int


class _Again(BaseException):
    """Another pass is needed."""


@cache
def testing_bridge() -> Bridge:
    """The bridge of the language that tests see, made once per process."""
    return Bridge(testing_language())


class Trial(Session):
    """A session whose build file calls a test."""

    def __init__(self, settings: Settings, emit_print: Callable[[str], None]) -> None:
        super().__init__(settings, emit_print, testing_bridge())
        self._context.trial = self
        self._failed: dict[str, BuildFileError] = {}
        self._settled: dict[Handle, _Failure] = {}
        self._open: list[_Expectation] = []
        self._last: Diagnostic | None = None
        self._known = 0

    def run(self) -> BuildFileError | None:
        """How the test fails, if it does; LibraryNeeded for want of a library to be fetched."""
        while True:
            self._begin()
            try:
                self._pass()
            except _Again:
                continue
            except BuildFileError as error:
                if not self._learn(error):
                    return self._or_library(error)
            else:
                return None

    def view(self, target: str) -> Mapping[str, object]:
        """What a target consists of."""
        targets, registry = self._registry.targets, self._registry
        if target not in targets:
            message = f'there is no target "{target}"'
            help = did_you_mean(target, targets)
            notes = (f"targets: {', '.join(targets) or 'none is registered in this test'}",)
            refuse("OX0301", message, notes=notes, help=help)
        check_depends(targets.values())
        wanted = closure([target], targets)
        for name, error in self._failed.items():
            if name in wanted:
                raise error
        if target not in registry.values:
            registry.wanted |= wanted
            self._again()
        self.check_buildable(target)
        requests = [each for each in self.requests if each.target == target]
        return target_view(registry.values[target], targets[target], requests, self.settings.folder)

    def registered(self) -> Mapping[str, object]:
        """The targets so far, and what is known of them without analysis."""
        return {
            name: {"depends": list(each.depends), "default": each.default}
            for name, each in self._registry.targets.items()
        }

    def expect_failure(self) -> Calls[None]:
        """Calls until it is settled how the call fails; from then on, passes go on without it."""
        place = self._replay.next_place()
        if failure := self._settled.get(place):
            self._last = failure.told
            self._replay.skip_to(place.target, failure.position)
            return Calls([], lambda results: None)
        self._open.append(_Expectation(place, frozenset(self._registry.targets)))
        return Calls([[]], lambda results: self._not_failed())

    def failure(self) -> Mapping[str, object]:
        """How the call of the last expectation failed."""
        told = self._last
        assert told is not None
        return {
            "code": told.code,
            "message": told.message,
            "notes": list(told.notes),
            "help": told.help or "",
            "line": told.span.line if told.span else 0,
        }

    def _begin(self) -> None:
        self._registry.targets.clear()
        self._open.clear()

    def _again(self) -> None:
        known = len(self._registry.values) + len(self._registry.wanted) + len(self._failed)
        assert known > self._known, "a pass found nothing out"
        self._known = known
        raise _Again

    def _learn(self, error: BuildFileError) -> bool:
        """Whether the error isn't the test's own: its place is known, and another pass goes on."""
        target = self._context.handle.target
        open_ = self._open[-1] if self._open else None
        if target and (open_ is None or open_.place.target != target):
            self._failed[target] = error
            self._registry.wanted.discard(target)
        elif open_ is not None:
            position = self._replay.position(open_.place.target)
            self._settled[open_.place] = _Failure(error.diagnostic, position)
            self._forget(self._registry.targets.keys() - open_.targets)
        else:
            return False
        return True

    def _forget(self, targets: Set[str]) -> None:
        """Forgets targets that later passes don't register, or register as something else."""
        self._known = 0
        for name in targets:
            self._failed.pop(name, None)
            self._registry.values.pop(name, None)
            self._registry.wanted.discard(name)
            self._context.finished.discard(name)
            self._replay.forget(name)
        for key in [key for key in self._context.packages if key[0] in targets]:
            del self._context.packages[key]

    def _not_failed(self) -> None:
        self._open.pop()
        refuse("OX0833", "this was expected to fail, and it didn't")
