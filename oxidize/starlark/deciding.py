"""Deciding: the script's functions that say what becomes of resources, during the build, and what
is signed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from oxidize.errors import BuildFileError, Diagnostic, Origin
from oxidize.graph.action import Value
from oxidize.objects.context import Context, Decision, Handle
from oxidize.objects.resource import Resource, resource_of
from oxidize.starlark.registry import Registry
from oxidize.starlark.replay import Due

if TYPE_CHECKING:
    from oxidize.resources.facts import Facts


@define
class Decider:
    """Calls them for the resources of one action; used by several threads at once."""

    context: Context
    registry: Registry
    run_pass: Callable[[Due], None]
    """Evaluates the script once more; raises OxidizeError."""
    _lock: threading.Lock = field(factory=threading.Lock)

    def __call__(self, step: Mapping[str, Value], resources: Sequence[Facts]) -> tuple[Facts, ...]:
        """The same resources with what the function of a step decided. Raises BuildFileError."""
        handle = Handle(str(step["target"]), int(str(step["ordinal"])))
        decision = self.context.decisions[handle]
        results = self._results(step, handle, decision, resources)
        decide = _kept if step["step"] == "filter" else _changed
        pairs = zip(resources, results, strict=True)
        return tuple(decide(facts, *result, decision.origin) for facts, result in pairs)

    def _results(
        self,
        step: Mapping[str, Value],
        handle: Handle,
        decision: Decision,
        resources: Sequence[Facts],
    ) -> Sequence[tuple[str, object]]:
        objects = [resource_of(each, context=self.context) for each in resources]
        # A policy's function is told of the policy, too.
        first = [] if step["step"] == "filter" else [decision.owner]
        return self._called(Due(handle, [[*first, each] for each in objects]))

    def call(self, place: Handle, arguments: Sequence[object]) -> tuple[str, object]:
        """What the function given at a place returns, with the name of its type: called between
        passes. Raises BuildFileError."""
        handle, origin = self.context.handle, self.context.origin
        try:
            return self._called(Due(place, [list(arguments)]))[0]
        finally:
            self.context.handle, self.context.origin = handle, origin

    def _called(self, due: Due) -> Sequence[tuple[str, object]]:
        with self._lock:
            self.registry.again = due.place.target
            try:
                self.run_pass(due)
            finally:
                self.registry.again = ""
        assert due.results is not None, "the script didn't come to the call again"
        return due.results


def _kept(facts: Facts, kind: str, value: object, origin: Origin | None) -> Facts:
    if not isinstance(value, bool):
        raise _wrong(
            f"the function of filter() returns {_a(kind)} for {facts.name}",
            "return True to keep the resource, False to leave it out",
            origin,
        )
    return facts if value else _dropped(facts)


def _changed(facts: Facts, kind: str, value: object, origin: Origin | None) -> Facts:
    if kind == "NoneType":
        return _dropped(facts)
    if not isinstance(value, Resource):
        raise _wrong(
            f"the resource callback returns {_a(kind)} for {facts.name}",
            "return the resource, resource.with_settings(...), or None to leave it out",
            origin,
        )
    if value.facts.key != facts.key:
        raise _wrong(
            f"the resource callback returns {value.facts.name} for {facts.name}",
            "return the resource that it was given, or a changed copy of that",
            origin,
        )
    return value.facts


def _dropped(facts: Facts) -> Facts:
    return facts.placed(evolve(facts.placement, include=False))


def _a(kind: str) -> str:
    if kind == "NoneType":
        return "nothing"
    return f"a value of type {'str' if kind == 'string' else kind}"


def _wrong(message: str, help: str, origin: Origin | None) -> BuildFileError:
    span, stack = (origin.span, origin.stack) if origin else (None, ())
    return BuildFileError(Diagnostic("OX0225", message, span, stack, help=help))
